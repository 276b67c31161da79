"""Theorem 4.4 of 2502.09622, our statement: copy pairs need steps in proportion to L.

From `copy_pairs_pinsker` at epsilon <= 1/128 and V >= 16, where 1/V + sqrt(epsilon/2) <= 1/8:
SER >= 1 - (1 - (7/8) c)^m >= 1 - exp(-(7/8) c m), m = floor(L/2), and c = sum_k a_k^2 >= 1/N by
the inequality of Cauchy and Schwarz.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.collisions.copy_pairs_error import COUNT, PAIRS, SYMBOLS, copy_pairs_of
from theory.bounds.collisions.copy_pairs_pinsker import EPSILON
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

STEPS = nonnegative("steps", integer=True)
LIMIT = 1 / 128


def _parameters(case: Generated) -> dict[str, float]:
    of_pairs = copy_pairs_of(case)
    return {
        "symbols": of_pairs["symbols"],
        "epsilon": case.learning_error,
        "steps": len(case.schedule),
        "pairs": of_pairs["pairs"],
    }


def _formula(
    symbols: NDArray[np.float64],
    epsilon: NDArray[np.float64],
    steps: NDArray[np.float64],
    pairs: NDArray[np.float64],
) -> NDArray[np.float64]:
    rate = -np.expm1(-7 * pairs / (8 * steps))
    return np.broadcast_arrays(rate, symbols, epsilon)[0]  # the same within their ranges


theorem = Theorem[Generated](
    id="copy-pairs-linear-steps",
    title="Theorem 4.4 (our statement): steps must grow linearly with L",
    statement=(
        "Our statement of the theorem, with copy pairs as the language: for V >= 16 symbols (16 is "
        "an HMM with 32 states), any length L, any schedule of N steps of Bernoulli reveal and any "
        "denoiser with learning error epsilon <= 1/128 nats at all possible x_t and masked i, "
        "SER >= 1 - exp(-7 floor(L/2) / (8 N)), which for even L is 1 - exp(-7 L / (16 N)). So "
        "SER > 1/2 for every N < 7 L / (16 log 2), which is more than 0.631 L. It is about random "
        "order: the odd positions first need two steps."
    ),
    kind="lower",
    source=Source("2502.09622", "Theorem 4.4", "recalled"),
    takes=(
        Parameter(SYMBOLS, "V, the number of symbols", 16, np.inf, whole=True),
        Parameter(EPSILON, "the learning error of Assumption 4.1, in nats", 0, LIMIT),
        Parameter(STEPS, "N, the number of steps", 1, np.inf, whole=True),
        COUNT,
    ),
    expression=1 - sympy.exp(-7 * PAIRS / (8 * STEPS)),
    formula=_formula,
    parameters=_parameters,
    exact=lambda case: case.sequence_error_rate,
)
