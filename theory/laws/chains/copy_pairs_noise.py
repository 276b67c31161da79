"""Copy pairs under uniform noise: the exact law of ancestral sampling as a recursion in two states.

Pairs are independent and symbols exchangeable, so all that matters of a pair of noisy tokens is
whether they are equal, and e_k is the chance that they are not at level k. The clean symbol x of
both has the weight l(y_1 | x) l(y_2 | x), and the kernel of the first position needs it over
l(y_1 | x), which is l(y_2 | x): a = 1 - eta + eta/V at x = y_2, b = eta/V elsewhere. In the step
from eta to eta', r = (1 - eta) / (1 - eta'), it becomes z with probability in proportion to

    [r 1[z = y_1] + (1 - r)/V] [(1 - eta') l(y_2 | z) + eta'/V],      as sum_x l(y_2 | x) = 1.

With s on its own symbol, t on its partner's and w on every other one,

    P(equal | unequal) = 2 s t + (V - 2) w^2,      P(unequal | equal) = 1 - s^2 - (V - 1) w^2.

SER = 1 - (1 - e_N)^(L/2), and as all words are equally likely given that they are words,
KL(q || p) = -log(1 - SER).
"""

import itertools
import math

from synthetic.arguments import check_integer, check_length, checked
from synthetic.noise import check_grid
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.one_thread import one_thread

OPERATIONS = 80  # of a step, on the longest chain of dependent ones


@checked
@one_thread()
def copy_pairs_noise_sequence_error_rate(
    symbols: int, grid: object, *, length: int
) -> CertifiedValue:
    """SER of ancestral sampling of `CopyPairs(symbols)` under uniform noise, exact denoiser.

    KL(q || p) is -log(1 - SER) in nats. There are floor(length / 2) pairs. `error` bounds rounding.
    """
    pairs = check_length(length) // 2
    levels = check_grid(grid)
    unequal = copy_pairs_unequal(symbols, grid)
    value = -math.expm1(pairs * math.log1p(-unequal)) if unequal < 1 else float(pairs > 0)
    error = gamma(OPERATIONS * len(levels)) * pairs * unequal + gamma(8) * value
    return CertifiedValue(value, error)


def copy_pairs_unequal(symbols: int, grid: object) -> float:
    """e_N: the chance that a copy pair ends unequal, to a relative error of 80 N 2^-53.

    Every sum has terms >= 0, so that nothing cancels however small the levels are.
    """
    size = check_integer("symbols", symbols)
    levels = check_grid(grid).tolist()
    unequal = (size - 1) / size
    for eta, lower in itertools.pairwise(levels) if size > 1 else ():
        from_equal, from_unequal = pair_step(size, eta, lower)
        unequal = unequal * from_unequal + (1 - unequal) * from_equal
    return unequal


def pair_step(size: int, eta: float, lower: float) -> tuple[float, float]:
    """P(unequal at `lower` | equal at eta) and P(unequal at `lower` | unequal at eta), V >= 2."""
    drawn = eta / size
    kept = 1 - eta + drawn
    redraw = (eta - lower) / ((1 - lower) * size)
    keep = (1 - eta) / (1 - lower) + redraw
    likely, rare = ((1 - lower) * weight + lower / size for weight in (kept, drawn))
    # equal: own symbol and partner's are one
    whole = keep * likely + redraw * rare * (size - 1)
    s, w = keep * likely / whole, redraw * rare / whole
    from_equal = 2 * s * (size - 1) * w + (size - 1) * (size - 2) * w * w
    whole = keep * rare + redraw * likely + redraw * rare * (size - 2)
    s, t, w = keep * rare / whole, redraw * likely / whole, redraw * rare / whole
    rest = (size - 2) * w
    from_unequal = s * (s + rest) + t * (t + rest) + rest * (s + t + max(size - 3, 0) * w)
    return from_equal, from_unequal
