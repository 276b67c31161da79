"""Copy pairs with any denoiser of learning error epsilon, by Pinsker's inequality.

Fix the reveal steps. While the tokens revealed so far are possible, both tokens of a pair that
shares a step have a uniform true law, so each is drawn from a law within epsilon nats of it: by
Pinsker within total variation sqrt(epsilon/2), so no symbol has probability above 1/V +
sqrt(epsilon/2), and two independent draws agree with at most that probability. Step by step, all
pairs that share a step agree with at most its power; their number is binomial with probability
c = sum_k a_k^2, as the reveal steps look at no token.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.collisions.copy_pairs_error import (
    COLLISION,
    COUNT,
    PAIRS,
    SHARED,
    SYMBOLS,
    VOCABULARY,
    copy_pairs_of,
)
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

EPSILON = nonnegative("epsilon")
ERROR = Parameter(EPSILON, "the learning error of Assumption 4.1, in nats", 0, np.inf)


def _domain(symbols: NDArray[np.float64], epsilon: NDArray[np.float64], **_: object) -> str | None:
    most = float(np.max(1 / symbols + np.sqrt(epsilon / 2)))
    return None if most <= 1 else f"1/V + sqrt(epsilon/2) <= 1, got {most:g}"


theorem = Theorem[Generated](
    id="copy-pairs-pinsker",
    title="SER of copy pairs under a learning error, by Pinsker",
    statement=(
        "For copy pairs over V symbols at length L, any schedule (a_1..a_N) of Bernoulli reveal, "
        "and any denoiser with KL(q(x_i | x_t) || p(x_i | x_t)) <= epsilon nats at all possible "
        "x_t and masked i, SER >= 1 - (1 - (1 - 1/V - sqrt(epsilon/2)) c)^floor(L/2), "
        "c = sum_k a_k^2, where 1/V + sqrt(epsilon/2) <= 1. For V = 16, epsilon = 1/128 and even L "
        "this is 1 - (1 - (7/8) c)^(L/2)."
    ),
    kind="lower",
    source=Source("ours", "Pinsker, and independent reveal steps", "ours"),
    takes=(VOCABULARY, ERROR, SHARED, COUNT),
    expression=1 - (1 - (1 - 1 / SYMBOLS - sympy.sqrt(EPSILON / 2)) * COLLISION) ** PAIRS,
    formula=lambda symbols, epsilon, collision, pairs: (
        -np.expm1(pairs * np.log1p(-(1 - 1 / symbols - np.sqrt(epsilon / 2)) * collision))
    ),
    parameters=lambda case: {**copy_pairs_of(case), "epsilon": case.learning_error},
    exact=lambda case: case.sequence_error_rate,
    domain=_domain,
)
