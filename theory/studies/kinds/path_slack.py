"""How much the path average exaggerates: both divergences by enumeration, on random languages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import CertifiedValue, gamma
from theory.studies.kinds.law import certified, oracle
from theory.studies.kinds.random_chain import RandomChain

if TYPE_CHECKING:
    from torch import Tensor

SCHEDULES = ("linear", "cosine", "two phase")


@dataclass(frozen=True, kw_only=True)
class PathSlack(Unit):
    """KL(q||p) of the law actually sampled and its path average for `count` random chains, by
    enumeration of all V^L sequences, under three schedules of `steps` steps, Bernoulli reveal."""

    kind = "path slack"
    version = 3  # with the proved rounding

    vocab_size: int
    branching: int
    temperature: float
    length: int
    steps: int
    count: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """One output law for each language and schedule, and all pairs of steps in each."""
        return 0.01 * self.count * len(SCHEDULES) * self.steps**2

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows for each language and schedule, in nats per token."""
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages.sequences import enumerate_sequences
        from synthetic.metrics import kl_divergence
        from synthetic.sampling import Bernoulli, cosine, linear, two_phase
        from theory.laws.curves.information_curve import information_curve
        from theory.laws.enumeration.output_law import output_law

        device = exact_device(context.device)
        schedules = dict(
            zip(
                SCHEDULES,
                (linear(self.steps), cosine(self.steps), two_phase(self.steps, 1 / self.steps**2)),
                strict=True,
            )
        )
        words = enumerate_sequences(self.vocab_size, self.length, device)
        rows: list[Row] = []
        for seed in range(self.seed, self.seed + self.count):
            chain = RandomChain(self.vocab_size, self.branching, self.temperature, seed)
            language = chain.load(device)
            law = language.log_prob(words).exp()
            curve = information_curve(language, self.length)
            for name, schedule in schedules.items():
                generated = output_law(Oracle(language), Bernoulli(schedule), length=self.length)
                gap = kl_divergence(law, generated) / self.length
                setting = oracle(chain.name, chain.digest(), self.length, self.steps)
                rounding = divergence_rounding(law, generated, schedule, self.length) / self.length
                average = curve.path_bound(schedule)
                for computed, estimator in (
                    (CertifiedValue(gap, rounding), "exact law"),
                    (CertifiedValue(average, 2 * curve.rounding), "path average, exact"),
                ):
                    rows.append(
                        certified(
                            setting,
                            "token_error_rate_gap",
                            computed,
                            estimator,
                            schedule=name,
                            branching=self.branching,
                            temperature=float(self.temperature),
                        )
                    )
        return Result(rows)


def divergence_rounding(
    law: Tensor, generated: Tensor, schedule: Sequence[float], length: int
) -> float:
    """What KL(q||p) in nats is off by, of q (K,) and of p (K,) by `output_law` of the oracle.

    Log-evidence is taken as right to e(x) = gamma_(8 L) of one plus |log q(x)|, so a posterior as
    the quotient of two is to 2 e(x). p(x) is a sum of products: at most 2^L terms a step, each of
    L posteriors and of N L coins. A coin divides by a sum of at most N numbers; where it stays
    down, 1 - h, its error counts h / (1 - h) times.
    """
    some = law > 0
    shares, logs, other = law[some], law[some].log(), generated[some].log()
    evidence = gamma(8 * length) * (1 - logs)
    steps, left = len(schedule), [math.fsum(schedule[step:]) for step in range(len(schedule))]
    odds = sum(part / after for part, after in zip(schedule, left[1:]) if after)
    coins = length * ((steps + 1) * (1 + odds) + steps)
    sums = gamma(coins + steps * (2 * length + 3 + 2**length))
    ratios = (logs - other).abs()
    given = evidence + gamma(4)
    terms = given * (ratios + 1) + length * (2 * evidence + gamma(4)) + sums
    terms = terms + gamma(2) * (logs + other).abs() + gamma(len(law) + 2) * ratios
    return 1.01 * float(shares @ terms)  # .01: products of two errors
