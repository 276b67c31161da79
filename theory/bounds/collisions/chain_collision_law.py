"""The collision law of a primitive chain: -log(1 - SER) -> c L/N.

Proof and constant: docs/collision_law.md, theorem 3, and `theory.laws.chains.collision`. Exact
value: the recursion over segments, at any length and number of steps. The error is of order 1/N as
measured; that rate is not proved.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthetic.languages import NGram
from synthetic.sampling import linear
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import chain_sequence_error_rate, collision_constant

CONSTANT = nonnegative("constant")
RATIO = nonnegative("ratio")
LENGTH_PER_STEP = Parameter(RATIO, "L/N, positions a step", 0, np.inf, open=True)


@dataclass(frozen=True)
class UniformChain:
    """A Markov chain at a length, the exact denoiser under the uniform schedule of some steps."""

    language: NGram
    length: int
    steps: int

    @cached_property
    def sequence_error_rate(self) -> float:
        """SER, exact to 1e-9."""
        schedule = linear(self.steps)
        return chain_sequence_error_rate(self.language, length=self.length, schedule=schedule).value


theorem = Theorem[UniformChain](
    id="chain-collision-law",
    title="Collision law of a primitive chain",
    statement=(
        "For a Markov chain some power of whose transition matrix T is positive everywhere, with "
        "at least one zero in T, any initial law, the exact denoiser and the uniform schedule of N "
        "steps of Bernoulli reveal: if L and N grow with L/N fixed, -log(1 - SER) -> c L/N, "
        "c the sum over a, g, b >= 1 of w(a+g+b) D(a, g, b), w(s) = 2/((s-2)(s-1)s) and D(a, g, b) "
        "the probability that two positions at gap g, drawn independently given stationary "
        "neighbours at distances a and b, cannot occur together."
    ),
    kind="asymptotic",
    source=Source("ours", "docs/collision_law.md, theorem 3", "ours"),
    takes=(
        Parameter(CONSTANT, "c, the collision constant of the chain", 0, np.inf, open=True),
        LENGTH_PER_STEP,
    ),
    expression=CONSTANT * RATIO,
    formula=lambda constant, ratio: constant * ratio,
    parameters=lambda case: {
        "constant": collision_constant(case.language).value,
        "ratio": case.length / case.steps,
    },
    exact=lambda case: -math.log1p(-case.sequence_error_rate),
)
