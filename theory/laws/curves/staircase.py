"""The largest staircase with N steps below an increasing function, by dynamic programming."""

import numpy as np
from numpy.typing import NDArray

from theory.laws.curves.reveal_weights import Floats

Indices = NDArray[np.int64]


def staircase_knots(points: Floats, heights: Floats, steps: int) -> list[int]:
    """Indices 0 = k_0 < k_1 < .. < k_N = M that maximise sum_n (x_(k_(n+1)) - x_(k_n)) z_(k_n).

    `points` x_0 < .. < x_M, `heights` z_0 <= .. <= z_(M-1), 1 <= N <= M.

    With w(s, e) = (x_e - x_s) z_s and s <= s' < e <= e', w(s, e) + w(s', e') - w(s, e') - w(s', e)
    = (x_e' - x_e) (z_s' - z_s) >= 0. So the best last step s of a staircase that ends at e can be
    chosen nondecreasing in e, and divide and conquer finds all of them for one more step in
    O(M log M): those of the middle of a range bound those of its halves. Time O(N M log M), one
    level of halving at a time in array operations; memory N M numbers of 4 bytes. Exact up to the
    rounding of sums of at most N terms.
    """
    most = len(points) - 1
    value = np.full(most + 1, -np.inf)
    value[1:] = (points[1:] - points[0]) * heights[0]
    previous = np.zeros((steps + 1, most + 1), dtype=np.int32)
    for step in range(2, steps + 1):
        intercept = value[:-1] - points[:-1] * heights
        best, chosen = _best_lines(points, heights, intercept, step)
        value = np.full(most + 1, -np.inf)
        value[step:] = best
        previous[step, step:] = chosen
    knots = [most]
    for step in range(steps, 0, -1):
        knots.append(int(previous[step, knots[-1]]))
    return knots[::-1]


def _best_lines(
    points: Floats, slope: Floats, intercept: Floats, first: int
) -> tuple[Floats, Indices]:
    """For e = first..M, the largest slope_s x_e + intercept_s over first - 1 <= s < e, and its s.

    Ends e are taken in the order of the levels of a binary search: every second, fourth, ..
    """
    most = len(points) - 1
    count = most - first + 1
    best = np.empty(count)
    chosen = np.empty(count, dtype=np.int64)
    stride = 1 << (count.bit_length() - 1)
    while stride:
        rows = np.arange(stride - 1, count, 2 * stride)
        low = np.full(len(rows), first - 1)
        low[1:] = chosen[rows[1:] - stride]
        high = rows + first - 1
        inner = rows + stride < count
        high[inner] = np.minimum(high[inner], chosen[rows[inner] + stride])
        widths = high - low + 1
        starts = widths.cumsum() - widths
        owner = np.repeat(np.arange(len(rows)), widths)
        candidate = np.arange(len(owner)) + (low - starts)[owner]
        line = slope[candidate] * points[rows + first][owner] + intercept[candidate]
        best[rows] = np.maximum.reduceat(line, starts)
        hits = np.flatnonzero(line == best[rows][owner])[::-1]
        chosen[rows[owner[hits]]] = candidate[hits]  # the last one written stays: the least s
        stride //= 2
    return best, chosen
