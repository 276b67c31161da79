"""What the 1/t-weighted loss converges to when an empty mask is replaced by one masked token.

Nothing is masked at time t with probability (1-t)^L; then one uniform position is, with weight
1/(t L). That adds (h / ((1-m) L)) int_m^1 (1-t)^L / t dt to `inverse_time_loss`, h the mean of
H(X_i | all others), and as (1 - u^L)/(1 - u) = 1 + u + .. + u^(L-1) with u = 1 - t,

    int_m^1 (1-t)^L / t dt = log(1/m) - sum_(j=1)^L (1-m)^j / j.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.bounds.training.any_order_loss import LENGTH, MaskedTraining
from theory.bounds.training.inverse_time_loss import (
    LEAST_TIME,
    TIME,
    VISIBLE,
    VISIBLE_ENTROPY,
    empty_mask_integral,
    inverse_time_weight,
)

ALONE = nonnegative("alone")
INDEX = sympy.Symbol("j", integer=True)
LONGEST = 2**16  # positions: the sum takes as many numbers for each entry


def _empty(time: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.float64]:
    """log(1/m) - sum_(j=1)^L (1-m)^j / j, broadcast. Memory: max(L) numbers an entry."""
    time, length = np.broadcast_arrays(time, length)
    index = np.arange(1, int(length.max(initial=1)) + 1)
    terms = np.where(index <= length[..., None], (1 - time[..., None]) ** index / index, 0.0)
    return np.asarray(-np.log(time) - terms.sum(axis=-1))


def forced_mask_weight(length: int, count: int, minimum_time: float) -> float:
    """P(M) W(M) of `InverseTime` with `force_one` for |M| = k >= 1, by quadrature over time."""
    weight = inverse_time_weight(length, count, minimum_time)
    if count > 1:
        return weight
    return weight + empty_mask_integral(length, minimum_time) / ((1 - minimum_time) * length**2)


theorem = Theorem[MaskedTraining](
    id="forced-mask-loss",
    title="The 1/t-weighted loss with a forced mask",
    statement=(
        "With t uniform on [m, 1], 0 < m < 1, each position masked with probability t, one uniform "
        "position masked where none is, and weight 1/(t L) for each masked token, the expected "
        "loss at the true conditionals of any language is (E H(X_S) + h (log(1/m) - sum_(j=1)^L "
        "(1-m)^j/j)) / ((1 - m) L) nats per token, S each position with probability 1 - m and h "
        "the mean of H(X_i | all other tokens). For independent tokens it is too high by the share "
        "(log(1/m) - sum_(j=1)^L (1-m)^j/j) / ((1 - m) L): 52.5% at L = 8 and m = 0.001."
    ),
    kind="identity",
    source=Source("ours", "the weight of an empty mask", "ours"),
    takes=(
        VISIBLE_ENTROPY,
        Parameter(ALONE, "h, the mean of H(X_i | all other tokens) in nats", 0, np.inf),
        LEAST_TIME,
        Parameter(LENGTH, "L, the length", 1, LONGEST, whole=True),
    ),
    expression=(
        VISIBLE
        + ALONE * (-sympy.log(TIME) - sympy.Sum((1 - TIME) ** INDEX / INDEX, (INDEX, 1, LENGTH)))
    )
    / ((1 - TIME) * LENGTH),
    formula=lambda visible, alone, time, length: (
        (visible + alone * _empty(time, length)) / ((1 - time) * length)
    ),
    parameters=lambda case: {
        # rounding can leave the entropies of one word just below zero
        "visible": max(0.0, case.visible_entropy),
        "alone": case.token_entropy,
        "time": case.minimum_time,
        "length": case.length,
    },
    exact=lambda case: case.expected_loss(
        lambda count: forced_mask_weight(case.length, count, case.minimum_time)
    ),
)
