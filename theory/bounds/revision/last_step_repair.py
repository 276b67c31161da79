"""What the last step leaves: kappa L eta, with a remainder of second order and its constant.

A true noisy word at level eta has one wrong symbol w at a place with chance eta/V, two with chance
(L eta)^2/2 at most. What the last step makes of one is, to first order, what independent draws from
the words at distance one make of it; kappa is the mean chance that they miss
(`theory.laws.chains.repair_constant`).
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy

from synthetic.denoisers import NoisyOracle
from synthetic.languages import NGram
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.noise import Uniform
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws import repair_constant
from theory.laws.enumeration.ancestral_law import last_step_law

LENGTH = sympy.Symbol("length", integer=True, positive=True)
LEAST = sympy.Symbol("least", positive=True)
NOISE = nonnegative("noise")


@dataclass(frozen=True)
class LastStep:
    """A chain at a length, and the level from which its true noisy words take the last step."""

    language: NGram
    length: int
    noise: float

    @property
    def remainder(self) -> float:
        """|SER - kappa L eta|, exact."""
        oracle = NoisyOracle(self.language, Uniform(self.language.vocab_size))
        made = last_step_law(oracle, self.noise, length=self.length)
        error = sequence_error_rate_of_law(made, enumerated_law(self.language, self.length))
        kappa = repair_constant(self.language, length=self.length).value
        return abs(error - kappa * self.length * self.noise)

    @property
    def least(self) -> float:
        """q_min, the least probability of a word."""
        law = enumerated_law(self.language, self.length)
        return float(law[law > 0].min())


def _cases() -> Iterator[tuple[str, LastStep]]:
    chains = {
        "2-gram over 3": (NGram.random(2, 3, 2, 1.0, 0, device="cpu"), 4),
        "no two ones": (NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu"), 5),
    }
    for (name, (chain, length)), noise in itertools.product(chains.items(), (0.5, 0.1, 0.01)):
        yield f"{name}, L={length}, eta={noise:g}", LastStep(chain, length, noise)


theorem = Theorem[LastStep](
    id="last-step-repair",
    title="What the last step of uniform noise leaves",
    statement=(
        "For every language of words of L tokens over V >= 2 symbols, each of probability q_min or "
        "more, true noisy words at level eta <= 1/2 of uniform noise and the exact denoiser, the "
        "last step has |SER - kappa L eta| <= 13 (L eta/q_min)^2, kappa the mean, over a word, a "
        "position and the V symbols put there, of the chance that a draw from the product of the "
        "marginals of the words at the least distance is no word. So SER/(L eta) -> kappa."
    ),
    kind="upper",
    source=Source("ours", "docs/revisable_tokens.md, section 4", "ours"),
    takes=(
        Parameter(LENGTH, "L, the length", 1, np.inf, whole=True),
        Parameter(NOISE, "eta, the last level above 0", 0, 0.5),
        Parameter(LEAST, "q_min, the least probability of a word", 0, 1),
    ),
    expression=13 * (LENGTH * NOISE / LEAST) ** 2,
    formula=lambda length, noise, least: 13 * (length * noise / least) ** 2,
    parameters=lambda case: {"length": case.length, "noise": case.noise, "least": case.least},
    exact=lambda case: case.remainder,
    family=Family("two chains with zeros, L = 4 and 5; eta = 0.5, 0.1, 0.01", _cases),
    twin=lambda length, noise, least: (length * noise) ** 2 / 100 + 0 * least,  # two faults, rarely
)
