"""The least divergence of permutations in a fixed number of rounds, for large n.

Over real sizes F_(n,R) = n log2 n - n v_R / ln 2 exactly: a first round that leaves the share
rho = m / n gives v_R = max_rho rho (v_(R-1) - ln rho), v_1 = 0, so that the best share is
exp(v_(R-1) - 1) and equal to v_R, and v_R = rho_R. Integers next to the best real sizes cost
O(1 / n) more, since the cost is smooth and at its minimum there, with second derivatives of order
1 / n. With Stirling's
log2 n! = n log2 n - n / ln 2 + log2(2 pi n) / 2 + O(1 / n) the difference is the formula.
"""

from typing import Any

import numpy as np
import sympy

from theory.bounds.policies.permutation_recursion import LENGTH, ROUNDS, PermutationRounds
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws.policies.permutation_depth import (
    permutation_asymptotic_error,
    permutation_least_error,
)


class Share(sympy.Function):  # type: ignore[misc]
    """rho_R, the share of n that the best first of R rounds leaves."""

    nargs = 1

    @classmethod
    def eval(cls, rounds: Any) -> sympy.Expr | None:
        """rho_1 = 0, rho_R = exp(rho_(R-1) - 1); unevaluated for symbols."""
        if not rounds.is_Integer:
            return None
        return sympy.Integer(0) if rounds == 1 else sympy.exp(cls(rounds - 1) - 1)


theorem = Theorem[PermutationRounds](
    id="permutation-asymptotic",
    title="Permutations in few rounds, large n",
    statement=(
        "For uniform permutations of n in R rounds, R fixed and n large, the least KL(q || p) is "
        "n (1 - rho_R) / ln 2 - log2(2 pi n) / 2 + O(1) bits per sequence, rho_1 = 0 and "
        "rho_R = exp(rho_(R-1) - 1). By our derivation the remainder is even O(1 / n), at least "
        "-1 / (12 n ln 2)."
    ),
    kind="asymptotic",
    source=Source("2608.25505", "asymptotic of uniform permutations", "read"),
    takes=(
        Parameter(LENGTH, "n", 1, 2**52, whole=True),
        Parameter(ROUNDS, "R", 1, 2**10, whole=True),
    ),
    expression=LENGTH * (1 - Share(ROUNDS)) / sympy.log(2)
    - sympy.log(2 * sympy.pi * LENGTH, 2) / 2,
    formula=np.vectorize(
        lambda length, rounds: permutation_asymptotic_error(int(length), int(rounds)),
        otypes=[float],
    ),
    parameters=lambda case: {"length": case.length, "rounds": case.rounds},
    exact=lambda case: permutation_least_error(case.length, case.rounds).error,
)
