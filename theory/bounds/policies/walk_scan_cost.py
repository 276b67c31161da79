"""What a left-to-right scan of the Bernoulli walk loses (theory page, section 4).

A contiguous round of B tokens loses sum_(j <= B) H(Bin(j, 1/2)) - B bits. Entropy is at least
collision entropy, H(Bin(j, 1/2)) >= -log2(C(2j, j) / 4^j) >= log2(pi j) / 2, and B! >= (B / e)^B,
so that the round loses at least (B / 2) log2 B - c B with c = 1 + log2(e / pi) / 2 < .896. B log2 B
is convex, hence sum_t B_t log2 B_t >= n log2(n / R) over R rounds that sum to n, and the whole scan
loses at least (n / 2) log2(n / R) - c n: with the constant 1.3 of the source, and with .896 too.
"""

from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws.policies.walk_depth import contiguous_walk_least_error

LENGTH = sympy.Symbol("length", integer=True, positive=True)
ROUNDS = sympy.Symbol("rounds", integer=True, positive=True)
LENGTH_PARAMETER = Parameter(LENGTH, "n", 1, 2**52, whole=True)
ROUNDS_PARAMETER = Parameter(ROUNDS, "R", 1, 2**52, whole=True)


@dataclass(frozen=True)
class Scan:
    """Bernoulli walks x_i = x_(i-1) + Bern(1/2) of `length` steps, x_0 = 0 known, in `rounds`."""

    length: int
    rounds: int

    @property
    def error(self) -> float:
        """The least KL in bits per sequence of so many contiguous left-to-right rounds."""
        return contiguous_walk_least_error(self.length, self.rounds)


def at_most_a_round_a_token(length: NDArray[np.float64], rounds: NDArray[np.float64]) -> str | None:
    """The domain of laws of R rounds of n tokens: R <= n."""
    return None if np.all(rounds <= length) else "rounds <= length: further rounds reveal nothing"


theorem = Theorem[Scan](
    id="walk-scan-cost",
    title="Left-to-right scan of the Bernoulli walk",
    statement=(
        "For the Bernoulli walk x_i = x_(i-1) + Bern(1/2), x_0 = 0 known, any R <= n contiguous "
        "left-to-right rounds have KL(q || p) at least (n / 2) log2(n / R) - 1.3 n bits per "
        "sequence; our derivation gives 1 + log2(e / pi) / 2 < .896 in place of 1.3."
    ),
    kind="lower",
    source=Source("2608.25505", "contiguous scan of the Bernoulli walk", "read"),
    takes=(LENGTH_PARAMETER, ROUNDS_PARAMETER),
    expression=LENGTH / 2 * sympy.log(LENGTH / ROUNDS, 2) - sympy.Rational(13, 10) * LENGTH,
    formula=lambda length, rounds: length * (np.log2(length / rounds) / 2 - 1.3),
    parameters=lambda case: {"length": case.length, "rounds": case.rounds},
    exact=lambda case: case.error,
    domain=at_most_a_round_a_token,
)
