"""What a sweep of a Gibbs corrector moves, and how exact the leave-one-out conversion is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import CertifiedValue, gamma
from theory.studies.kinds.law import certified, oracle
from theory.studies.kinds.random_chain import RandomChain

SELECTIONS = ("random", "margin", "confidence")


@dataclass(frozen=True, kw_only=True)
class Sweep(Unit):
    """One random chain under uniform noise at a level, by enumeration of all V^L noisy words.

    Total variation by which one sweep of one position moves the law of noisy words, for each
    selection; and the largest difference, over words, positions and symbols, of q(x_i | y_-i)
    converted from the posterior and computed without the token.

    Rounding: log evidence is supposed right to gamma_(8 L) of one plus its magnitude, at most
    L log(V / eta). A posterior is the ratio of two, a law of words or a second posterior is off as
    much again, and all that is summed is >= 0.
    """

    kind = "sweep"
    version = 2  # with the proved rounding
    expected_seconds = 0.02

    vocab_size: int
    branching: int
    temperature: float
    seed: int
    length: int
    eta: float

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Four rows."""
        from synthetic.denoisers import NoisyOracle
        from synthetic.denoisers.leave_one_out import leave_one_out
        from synthetic.device import exact_device
        from synthetic.languages import enumerate_sequences
        from synthetic.metrics import total_variation
        from synthetic.noise import Uniform
        from synthetic.sampling import GibbsCorrector
        from synthetic.sampling.corrector import Selection
        from theory.laws.enumeration.sweep_law import sweep_laws

        device = exact_device(context.device)
        chain = RandomChain(self.vocab_size, self.branching, self.temperature, self.seed)
        language, noise = chain.load(device), Uniform(self.vocab_size)
        denoiser = NoisyOracle(language, noise)
        setting = oracle(chain.name, chain.digest(), self.length, 1)
        largest_log = 1 + self.length * math.log(self.vocab_size / self.eta)
        rounding = 4 * gamma(8 * self.length) * largest_log
        rows: list[Row] = []
        for selection in SELECTIONS:
            corrector = GibbsCorrector(cast(Selection, selection))
            before, after = sweep_laws(denoiser, corrector, self.eta, length=self.length)
            moved = CertifiedValue(total_variation(before, after), rounding)
            name = "sweep_total_variation"
            swept = replace(setting, reveal=f"{selection} selection")
            rows.append(certified(swept, name, moved, "exact law"))
        words = enumerate_sequences(self.vocab_size, self.length, device)
        converted = leave_one_out(denoiser(words, self.eta), words, self.eta, noise)
        largest = 0.0
        for place in range(self.length):
            weights = noise.likelihood(words, self.eta)
            weights[:, place] = 1.0
            without = language.posterior_given(weights)[:, place]
            apart = (converted[:, place].exp() - without.exp()).abs().amax()
            largest = max(largest, float(apart))
        difference = CertifiedValue(largest, rounding)
        rows.append(certified(setting, "leave_one_out_difference", difference, "exact law"))
        return Result(rows)
