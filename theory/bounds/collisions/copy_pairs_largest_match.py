"""Copy pairs with any denoiser of learning error epsilon: the best constant.

Two tokens of a pair that share a step are drawn from laws p and p' with KL(uniform || .) <=
epsilon, and agree with probability sum_s p_s p'_s <= max(sum p_s^2, sum p'_s^2). What is the
largest sum of squares in this ball? By data processing no p_s is above peak, the root above 1/V of

    (1/V) log(1 / (V peak)) + (1 - 1/V) log((1 - 1/V) / (1 - peak)) = epsilon,

the largest probability within epsilon nats, which one symbol has if the others have b each, b =
(1 - peak) / (V - 1). Let y_s = p_s / b <= r = peak / b. G(y) = (y - 1)^2 / (y - 1 - log y)
increases, as y - 1/y - 2 log y has the derivative (1 - 1/y)^2. So (y_s - 1)^2 is at most
G(r) (y_s - 1 - log y_s), and as sum log p_s is at least that of peak and the b,

    sum (y_s - 1)^2 <= G(r) (1/b - V - sum log y_s) <= G(r) (r - 1 - log r) = (r - 1)^2:

sum p_s^2 <= peak^2 + (V - 1) b^2. The rest is as in `copy_pairs_pinsker`. A denoiser that uses this
law for every token whose partner is masked reaches the bound.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from theory.bounds.cases import Generated
from theory.bounds.collisions.copy_pairs_error import (
    COLLISION,
    COUNT,
    PAIRS,
    SHARED,
    SYMBOLS,
    copy_pairs_of,
)
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

PEAK = nonnegative("peak")


def largest_probability(symbols: int, epsilon: float) -> float:
    """The largest probability of one symbol in a law p over V symbols with KL(uniform || p) at most
    epsilon nats: peak, found as 1 - exp(-x)."""
    share = 1 / symbols

    def excess(x: float) -> float:
        rest = (1 - share) * (math.log1p(-share) + x)
        return share * math.log(share / -math.expm1(-x)) + rest - epsilon

    if symbols == 1 or epsilon == 0 or excess(-math.log1p(-share)) >= 0:
        return share
    # the divergence at x is at least (1 - 1/V) x - log 2
    return float(-math.expm1(-brentq(excess, -math.log1p(-share), symbols * (epsilon + 1))))


def largest_match(symbols: int, epsilon: float) -> float:
    """The largest probability that two symbols drawn from such laws agree."""
    peak = largest_probability(symbols, epsilon)
    rest = (1 - peak) ** 2 / (symbols - 1) if symbols > 1 else 0.0
    return peak**2 + rest


def _domain(symbols: NDArray[np.float64], peak: NDArray[np.float64], **_: object) -> str | None:
    if bool((peak * symbols >= 1 - 1e-12).all()):
        return None
    return f"peak >= 1/V, got {float(np.min(peak)):g}"


def _parameters(case: Generated) -> dict[str, float]:
    pairs = copy_pairs_of(case)
    return {**pairs, "peak": largest_probability(int(pairs["symbols"]), case.learning_error)}


theorem = Theorem[Generated](
    id="copy-pairs-largest-match",
    title="SER of copy pairs under a learning error, the best constant",
    statement=(
        "For copy pairs over V >= 2 symbols at length L, any schedule (a_1..a_N) of Bernoulli "
        "reveal and any denoiser with learning error at most epsilon nats, "
        "SER >= 1 - (1 - (1 - M) c)^floor(L/2), c = sum_k a_k^2 and M = peak^2 + "
        "(1 - peak)^2 / (V - 1), peak >= 1/V being the root of (1/V) log(1/(V peak)) + "
        "(1 - 1/V) log((1 - 1/V)/(1 - peak)) = epsilon. Reached by the denoiser that gives one "
        "fixed symbol the probability peak while the partner is masked. For V = 16 and epsilon = "
        "1/128, M < 0.0639, and SER > 1/2 for even L and every N <= 0.675 L."
    ),
    kind="lower",
    source=Source("ours", "largest sum of squares in a divergence ball", "ours"),
    takes=(
        Parameter(SYMBOLS, "V, the number of symbols", 2, np.inf, whole=True),
        Parameter(PEAK, "the largest probability within epsilon nats of the uniform law", 0, 1),
        SHARED,
        COUNT,
    ),
    expression=1 - (1 - (1 - PEAK**2 - (1 - PEAK) ** 2 / (SYMBOLS - 1)) * COLLISION) ** PAIRS,
    formula=lambda symbols, peak, collision, pairs: (
        -np.expm1(pairs * np.log1p(-(1 - peak**2 - (1 - peak) ** 2 / (symbols - 1)) * collision))
    ),
    parameters=_parameters,
    exact=lambda case: case.sequence_error_rate,
    domain=_domain,
)
