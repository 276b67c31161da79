"""The universal bound: N = O(1/eps) steps suffice for every language (theory page D2')."""

import numpy as np

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LARGEST = nonnegative("largest")
DROP = nonnegative("drop")

theorem = Theorem[Generated](
    id="universal-path-bound",
    title="Universal bound of the path average",
    statement=(
        "For every language, every length and every schedule (a_1..a_N) of Bernoulli reveal, the "
        "exact denoiser's path-averaged divergence is at most max_k a_k (f(0) - f(1)) nats per "
        "token, f the information curve. It is a left Riemann sum of the non-increasing f minus "
        "its integral, so each step contributes at most a_k times its own drop of f. For the "
        "uniform schedule this is (f(0) - f(1)) / N <= log V / N, with no n and no L."
    ),
    kind="upper",
    source=Source("ours", "left Riemann sum of the information curve", "ours"),
    takes=(
        Parameter(LARGEST, "max_k a_k", 0, 1),
        Parameter(DROP, "f(0) - f(1) in nats", 0, np.inf),
    ),
    expression=LARGEST * DROP,
    formula=lambda largest, drop: largest * drop,
    parameters=lambda case: {
        "largest": max(case.schedule),
        # rounding can leave the drop of independent tokens just below zero
        "drop": max(0.0, case.curve(0.0) - case.curve(1.0)),
    },
    exact=lambda case: case.path_divergence / case.length,
)
