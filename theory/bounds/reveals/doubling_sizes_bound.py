"""Li and Cai's bound of fixed-count reveal: (2^ceil(log2 s_max) - 1) / L times sum_i I(X_i; X_-i).

A consequence of `telescoped_sizes_bound`, since s_max <= 2^ceil(log2 s_max). Equality for a
repeated symbol in one step where L is a power of two.
"""

import numpy as np
import sympy

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws.enumeration.joint_entropies import joint_entropies

LARGEST = sympy.Symbol("largest", positive=True, integer=True)
LENGTH = sympy.Symbol("length", positive=True, integer=True)
INFORMATION = nonnegative("information")


def information_of_others(case: Generated) -> float:
    """sum_i I(X_i; all others) = L Z_L in nats."""
    # rounding can leave the information of independent tokens just below zero
    return max(0.0, case.length * float(case.curve.information[-1]))


def path_average_of_sizes(case: Generated) -> float:
    """E_path sum_k TC(X_(S_k) | X_(S_<k)) in nats per sequence, by enumeration of all paths."""
    return joint_entropies(case.language, case.length).path_average_of_sizes(case.sizes)


theorem = Theorem[Generated](
    id="doubling-sizes-bound",
    title="Li and Cai's upper bound of fixed-count reveal",
    statement=(
        "For every language, every length L and all sizes (s_1..s_N) of fixed-count reveal with "
        "largest s_max, the exact denoiser's path-averaged divergence "
        "E_path sum_k TC(X_(S_k) | X_(S_<k)) is at most ((2^ceil(log2 s_max) - 1) / L) "
        "sum_i I(X_i; X_-i) nats per sequence, X_-i all other tokens."
    ),
    kind="tight",
    source=Source("2505.21400", "Theorem 1", "second-hand"),
    takes=(
        Parameter(LARGEST, "the largest size, s_max", 1, np.inf, whole=True),
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(INFORMATION, "sum_i I(X_i; X_-i) in nats", 0, np.inf),
    ),
    expression=(2 ** sympy.ceiling(sympy.log(LARGEST) / sympy.log(2)) - 1) / LENGTH * INFORMATION,
    # log2 of a power of two is exact
    formula=lambda largest, length, information: (
        (2.0 ** np.ceil(np.log2(largest)) - 1) / length * information
    ),
    parameters=lambda case: {
        "largest": max(case.sizes),
        "length": case.length,
        "information": information_of_others(case),
    },
    exact=path_average_of_sizes,
)
