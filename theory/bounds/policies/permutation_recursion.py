"""The least divergence of permutations in R rounds, by a recursion over the first round.

The costs log2(M^B / (M)_B) of the rounds of a profile B_1..B_R sum to sum_t B_t log2 M_t - log2 n!,
with M_t the values left before round t, and do not depend on the path, so that adapting to values
gains nothing at a fixed number of rounds. The least of the sum over profiles satisfies F_(0,R) = 0,
F_(n,1) = n log2 n and F_(n,R) = min_(0 <= m < n) (n - m) log2 n + F_(m,R-1), where m is what the
first round leaves.
"""

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from theory.bounds.policies.permutation_round_cost import round_cost
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws.policies.permutation_depth import permutation_least_error

LENGTH = sympy.Symbol("length", integer=True, positive=True)
ROUNDS = sympy.Symbol("rounds", integer=True, positive=True)
LONGEST = 1000  # time and memory of the recursion grow like R n^2


@dataclass(frozen=True)
class PermutationRounds:
    """Uniform permutations of `length` in at most `rounds` rounds."""

    length: int
    rounds: int

    @property
    def listed_error(self) -> float:
        """The least KL in bits of all profiles, listed, each from an exact ratio of integers."""
        return min(
            profile_error(sizes)
            for parts in range(1, min(self.rounds, self.length) + 1)
            for sizes in profiles(self.length, parts)
        )


def profiles(length: int, parts: int) -> list[tuple[int, ...]]:
    """All sizes >= 1 of so many rounds that sum to the length."""
    cuts = itertools.combinations(range(1, length), parts - 1)
    return [tuple(np.diff((0, *ends, length)).tolist()) for ends in cuts]


def profile_error(sizes: tuple[int, ...]) -> float:
    """KL in bits of one profile: log2 of prod_t M_t^B_t / n!."""
    left = sum(sizes)
    ratio = Fraction(1, math.factorial(left))
    for size in sizes:
        ratio *= left**size
        left -= size
    return math.log2(ratio)


def least_error(length: float, rounds: float) -> float:
    """F_(n,R) - log2 n! in bits, as the cost of the best profile: a sum of terms >= 0."""
    sizes = np.array(permutation_least_error(int(length), int(rounds)).sizes)
    left = length - np.cumsum(sizes) + sizes
    return float(round_cost(left, sizes).sum())


class F(sympy.Function):  # type: ignore[misc]
    """F_(n,R) in bits, written out where n and R are integers."""

    nargs = 2

    @classmethod
    def eval(cls, length: Any, rounds: Any) -> sympy.Expr | None:
        """The recursion; unevaluated for symbols."""
        if not (length.is_Integer and rounds.is_Integer):
            return None
        return written_out(int(length), int(rounds))


@lru_cache
def written_out(length: int, rounds: int) -> sympy.Expr:
    """F_(n,R) as a minimum of logarithms of integers."""
    if length == 0:
        return sympy.Integer(0)
    if rounds == 1:
        return length * sympy.log(length, 2)
    return sympy.Min(
        *(
            (length - left) * sympy.log(length, 2) + written_out(left, rounds - 1)
            for left in range(length)
        )
    )


theorem = Theorem[PermutationRounds](
    id="permutation-recursion",
    title="Permutations in R rounds",
    statement=(
        "For uniform permutations of n, the least KL(q || p) of any deterministic policy of at "
        "most R rounds on every path is F_(n,R) - log2 n! bits, with F_(0,R) = 0, "
        "F_(n,1) = n log2 n and F_(n,R) the least of (n - m) log2 n + F_(m,R-1) over 0 <= m < n; "
        "here for n <= 1000, where the recursion is computed."
    ),
    kind="identity",
    source=Source("2608.25505", "recursion for uniform permutations", "read"),
    takes=(
        Parameter(LENGTH, "n", 1, LONGEST, whole=True),
        Parameter(ROUNDS, "R", 1, LONGEST, whole=True),
    ),
    expression=F(LENGTH, ROUNDS) - sympy.log(sympy.factorial(LENGTH), 2),
    formula=np.vectorize(least_error, otypes=[float]),
    parameters=lambda case: {"length": case.length, "rounds": case.rounds},
    exact=lambda case: case.listed_error,
)
