"""The sharper bound of fixed-count reveal, (s_max - 1) / L times sum_i I(X_i; X_-i).

With Z_j = E I(X_i; X_S), S a uniform set of j - 1 other positions, nondecreasing in j by Han's
inequality, the step that starts with the token in place j_0 costs sum_(j in step) (Z_j - Z_(j_0)):
s terms, the first of them zero and none above the rise of Z from this step's first place to its
last, which is no more than the rise to the next step's first place. So the step costs at most
s_max - 1 times that rise, and the rises telescope to at most Z_L - Z_1 = (1/L) sum_i I(X_i; X_-i).
"""

import numpy as np

from theory.bounds.cases import Generated
from theory.bounds.reveals.doubling_sizes_bound import (
    INFORMATION,
    LARGEST,
    LENGTH,
    information_of_others,
    path_average_of_sizes,
)
from theory.bounds.theorem import Parameter, Source, Theorem

theorem = Theorem[Generated](
    id="telescoped-sizes-bound",
    title="Telescoped upper bound of fixed-count reveal",
    statement=(
        "For every language, every length L and all sizes (s_1..s_N) of fixed-count reveal with "
        "largest s_max, the exact denoiser's path-averaged divergence "
        "E_path sum_k TC(X_(S_k) | X_(S_<k)) is at most ((s_max - 1) / L) sum_i I(X_i; X_-i) nats "
        "per sequence, X_-i all other tokens. Equality for a repeated symbol in one step."
    ),
    kind="tight",
    source=Source("ours", "telescoping the rises of Z", "ours"),
    takes=(
        Parameter(LARGEST, "the largest size, s_max", 1, np.inf, whole=True),
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(INFORMATION, "sum_i I(X_i; X_-i) in nats", 0, np.inf),
    ),
    expression=(LARGEST - 1) / LENGTH * INFORMATION,
    formula=lambda largest, length, information: (largest - 1) / length * information,
    parameters=lambda case: {
        "largest": max(case.sizes),
        "length": case.length,
        "information": information_of_others(case),
    },
    exact=path_average_of_sizes,
)
