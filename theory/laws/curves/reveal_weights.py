"""How much is known when a token is drawn: laws of counts and of nearest revealed neighbours.

A sequence has L tokens. All weights are products of ratios of positive integers and of sums of
positive numbers, so that nothing cancels and nothing overflows, at any length.
"""

from collections.abc import Iterable
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from synthetic.sampling.schedules import check_schedule, check_sizes

Floats = NDArray[np.float64]
AT_ONCE = 2**21  # numbers in one table of weights: 16 MiB


def binomial_weights(count: int, reveal: Floats) -> Floats:
    """P(m of `count` tokens are revealed), each with probability r: (R, count + 1) for r (R,).

    From the mode outwards by the ratio of neighbours, then divided by the sum: every weight is
    right to a relative gamma_(5 count), and r = 0 and r = 1 are point masses exactly.
    """
    odds = np.divide(reveal, 1 - reveal, out=np.zeros_like(reveal), where=reveal < 1)[:, None]
    inner = reveal > 1e-290  # below it the mode is 0, and nothing lies under it
    against = np.divide(1 - reveal, reveal, out=np.zeros_like(reveal), where=inner)[:, None]
    mode = np.minimum(np.floor((count + 1) * reveal), count)[:, None]
    index = np.arange(1, count + 1, dtype=np.float64)
    falling = (count + 1 - index) / index  # C(count, m) / C(count, m - 1)
    up = np.where(index > mode, falling * odds, 1.0).cumprod(1)
    down = np.where(index <= mode, against / falling, 1.0)[:, ::-1].cumprod(1)[:, ::-1]
    weights = np.ones((len(reveal), count + 1))
    weights[:, 1:] *= up
    weights[:, :-1] *= down
    return weights / weights.sum(1, keepdims=True)


def bernstein(coefficients: Floats, reveal: Floats) -> Floats:
    """Sum over m of Binomial(n, r)(m) c_m for r (R,) and c_0..c_n, as (R,).

    A weighted mean: to a relative gamma_(7 n) where no c_m is negative. Scratch of 100 MiB.
    """
    count = len(coefficients) - 1
    pieces = np.array_split(reveal, len(reveal) * (count + 1) // AT_ONCE + 1)
    values = [binomial_weights(count, piece) @ coefficients for piece in pieces]
    return np.concatenate(values) if values else np.empty(0)


def neighbour_weights(length: int, revealed: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Weights of gaps d = 1..L-1 to revealed neighbours, two tables (M, L - 1) for m (M,).

    The revealed tokens are a uniform set of m of the L - 1 other than some token i. First table:
    P(the nearest revealed one on the left is i - d) = C(L-1-d, m-1) / C(L-1, m), where i - d
    exists; on the right the same. Second: P(the nearest ones are u < i and u + d) =
    C(L-1-d, m-2) / C(L-1, m), whatever the place of i between them; zero at d = 1, where there is
    none. By the ratio of neighbours in d: to a relative gamma_(3 L).
    """
    gap = np.arange(1, length - 1, dtype=np.float64)  # d; the ratio leads to d + 1
    known = revealed[:, None].astype(np.float64)
    left = length - 1 - gap
    one = np.empty((len(revealed), length - 1))
    one[:, :1] = known / (length - 1)
    one[:, 1:] = np.maximum(length - gap - known, 0) / left
    both = np.zeros_like(one)
    if length > 2:
        both[:, 1:2] = known * (known - 1) / ((length - 1) * (length - 2))
        both[:, 2:] = (np.maximum(length + 1 - gap - known, 0) / left)[:, 1:]
        both[:, 1:] = both[:, 1:].cumprod(1)
    return one.cumprod(1), both


def schedule_weights(schedule: Iterable[float], length: int) -> Floats:
    """P(m others are known when a token is drawn), (L,), under Bernoulli reveal (a_1..a_N).

    The sum over k of a_k Binomial(L - 1, a_1 + .. + a_(k-1)); the schedule is divided by its sum.
    """
    vector = check_schedule(schedule)
    ends = np.array(list(accumulate(vector)))
    known, share = np.concatenate(([0.0], ends[:-1])) / ends[-1], np.array(vector) / ends[-1]
    weights = np.zeros(length)
    pieces = len(known) * length // AT_ONCE + 1
    for part in np.array_split(np.arange(len(known)), pieces):
        weights += share[part] @ binomial_weights(length - 1, known[part])
    return weights


def sizes_weights(sizes: Iterable[int], length: int) -> Floats:
    """P(m others are known when a uniformly chosen token is drawn), (L,), for sizes (s_1..s_N)."""
    vector = check_sizes(sizes)
    if sum(vector) != length:
        raise ValueError(f"sizes sum to the length {length}, got a sum of {sum(vector)}")
    weights = np.zeros(length)
    for size, end in zip(vector, accumulate(vector)):
        if size:
            weights[end - size] = size / length
    return weights
