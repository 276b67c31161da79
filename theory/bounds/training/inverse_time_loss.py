"""What the 1/t-weighted loss converges to when t starts above zero.

t is uniform on [m, 1], each position is masked with probability t, and each masked token weighs
1/(t L). A set of k positions counts (1/((1-m) L)) int_m^1 t^(k-1) (1-t)^(L-k) dt, and k C(L,k)
times the integral is P(Beta(k, L-k+1) > m) = P(B < k), B ~ Binomial(L, m). So with h_k as in
`any_order_loss`

    (1 - m) L loss = sum_k P(B < k) h_k = H - E sum_(k <= B) h_k = H - E H(X_M | X_(not M)),

M each position with probability m, which is E H(X_S), S each position with probability 1 - m. The
inequality of Shearer, E H(X_S) >= (1 - m) H, says that the loss is never too low.
"""

import math

import numpy as np
from scipy.integrate import quad

from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.bounds.training.any_order_loss import LENGTH, POSITIONS, MaskedTraining

VISIBLE = nonnegative("visible")
TIME = nonnegative("time")
VISIBLE_ENTROPY = Parameter(
    VISIBLE, "E H(X_S) in nats, S each position with probability 1 - m", 0, np.inf
)
LEAST_TIME = Parameter(TIME, "m, the least time", 0, 1, open=True)


def inverse_time_weight(length: int, count: int, minimum_time: float) -> float:
    """P(M) W(M) of `InverseTime` for |M| = k >= 1: the integral over time by quadrature."""
    integral, _ = quad(
        lambda time: time ** (count - 1) * (1 - time) ** (length - count),
        minimum_time,
        1,
        epsabs=0,
        epsrel=1e-13,
    )
    return float(integral) / ((1 - minimum_time) * length)


theorem = Theorem[MaskedTraining](
    id="inverse-time-loss",
    title="The 1/t-weighted loss from a least time on",
    statement=(
        "With t uniform on [m, 1], 0 < m < 1, each position masked with probability t, and weight "
        "1/(t L) for each masked token, the expected loss at the true conditionals of any language "
        "is E H(X_S) / ((1 - m) L) nats per token, S each position with probability 1 - m. It lies "
        "between H/L and H/((1 - m) L): too high by at most the share m/(1 - m)."
    ),
    kind="identity",
    source=Source("ours", "binomial tails and the chain rule", "ours"),
    takes=(VISIBLE_ENTROPY, LEAST_TIME, POSITIONS),
    expression=VISIBLE / ((1 - TIME) * LENGTH),
    formula=lambda visible, time, length: visible / ((1 - time) * length),
    parameters=lambda case: {
        # rounding can leave the entropies of one word just below zero
        "visible": max(0.0, case.visible_entropy),
        "time": case.minimum_time,
        "length": case.length,
    },
    exact=lambda case: case.expected_loss(
        lambda count: inverse_time_weight(case.length, count, case.minimum_time)
    ),
)


def empty_mask_integral(length: int, minimum_time: float) -> float:
    """int_m^1 (1-t)^L / t dt, by quadrature."""
    integral, _ = quad(
        lambda time: math.exp(length * math.log1p(-time)) / time if time < 1 else 0.0,
        minimum_time,
        1,
        epsabs=0,
        epsrel=1e-13,
        limit=200,
    )
    return float(integral)
