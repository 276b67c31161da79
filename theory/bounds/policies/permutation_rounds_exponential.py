"""Expected rounds of permutations at a given error: at least n 2^-eps.

For one profile by induction on its R rounds, cost(n, B) = sum_(j < B) log2(n / (n - j)). R = 1: the
cost of B = n has the term log2(n / 1). Else the rest, R - 1 rounds of n - B, costs at least
log2((n - B) / (R - 1)), and cost(n, B) >= log2(n / (n - B + 1)) >= log2(n (R - 1) / (R (n - B))),
because (R - 1) / R grows with R <= n - B + 1; the sum is at least log2(n / R). A deterministic
policy takes some profile on every path, and a mixture keeps the bound since 2^-eps is convex.
"""

from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.policies.permutation_recursion import least_error
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LENGTH = sympy.Symbol("length", integer=True, positive=True)
ERROR = nonnegative("error")
LENGTH_PARAMETER = Parameter(LENGTH, "n", 1, 2**52, whole=True)
ERROR_PARAMETER = Parameter(ERROR, "eps, KL(q || p) in bits per sequence", 0, np.inf)


@dataclass(frozen=True)
class PermutationTolerance:
    """Uniform permutations of `length`, generated with KL at most `error` bits."""

    length: int
    error: float

    @property
    def rounds(self) -> float:
        """The least expected rounds of a mixture of profiles whose average KL is at most `error`.

        No deterministic policy needs fewer, since it is such a mixture.
        """
        points = [
            (least_error(self.length, rounds), float(rounds))
            for rounds in range(1, self.length + 1)
        ]
        best = min(rounds for error, rounds in points if error <= self.error)
        for error, rounds in points:
            for larger, fewer in points:
                if error <= self.error < larger and fewer < rounds:
                    share = (self.error - error) / (larger - error)
                    best = min(best, (1 - share) * rounds + share * fewer)
        return best


theorem = Theorem[PermutationTolerance](
    id="permutation-rounds-exponential",
    title="Rounds of permutations, n 2^-eps",
    statement=(
        "For uniform permutations of n, every deterministic policy, adaptive to values or not, "
        "with KL(q || p) <= eps bits per sequence takes at least n 2^-eps rounds in expectation "
        "under q. Equality at eps = 0, and for n = 2 at eps = 1."
    ),
    kind="lower",
    source=Source("2608.25505", "first lower bound on rounds of permutations", "read"),
    takes=(LENGTH_PARAMETER, ERROR_PARAMETER),
    expression=LENGTH * 2**-ERROR,
    formula=lambda length, error: length * np.exp2(-error),
    parameters=lambda case: {"length": case.length, "error": case.error},
    exact=lambda case: case.rounds,
)
