"""Expected rounds of permutations at a given error: at least n / (1 + 2 eps ln 2).

A round of B with M <= n left costs -sum_(j < B) ln(1 - j / M) >= B (B - 1) / (2 n) nats, so that
sum_t B_t^2 <= n (1 + 2 eps ln 2), and n^2 = (sum_t B_t)^2 <= R sum_t B_t^2 by Cauchy and Schwarz. A
mixture of profiles keeps the bound, which is convex in eps.
"""

import numpy as np
import sympy

from theory.bounds.policies.permutation_rounds_exponential import (
    ERROR,
    ERROR_PARAMETER,
    LENGTH,
    LENGTH_PARAMETER,
    PermutationTolerance,
)
from theory.bounds.theorem import Source, Theorem

theorem = Theorem[PermutationTolerance](
    id="permutation-rounds-quadratic",
    title="Rounds of permutations, n / (1 + 2 eps ln 2)",
    statement=(
        "For uniform permutations of n, every deterministic policy, adaptive to values or not, "
        "with KL(q || p) <= eps bits per sequence takes at least n / (1 + 2 eps ln 2) rounds in "
        "expectation under q. Equality at eps = 0."
    ),
    kind="lower",
    source=Source("2608.25505", "second lower bound on rounds of permutations", "read"),
    takes=(LENGTH_PARAMETER, ERROR_PARAMETER),
    expression=LENGTH / (1 + 2 * ERROR * sympy.log(2)),
    formula=lambda length, error: length / (1 + 2 * error * np.log(2)),
    parameters=lambda case: {"length": case.length, "error": case.error},
    exact=lambda case: case.rounds,
)
