"""The schedules that lose least on average over reveal paths, for a given number of steps.

With g(r) = f(0) - f(r) increasing, the path bound of a Bernoulli schedule is a constant less
sum_k (r_(k+1) - r_k) g(r_k), r_0 = 0: the area of a staircase below g. With fixed counts it is the
same with Z in the place of g and numbers of revealed tokens in the place of r. The best staircase
on given points is found exactly; between points it is improved by Newton's method.
"""

from itertools import pairwise

import numpy as np
from scipy.linalg import solveh_banded

from synthetic.arguments import check_integer, check_steps, checked
from synthetic.sampling.schedules import cosine, linear
from theory.laws.curves.information_curve import InformationCurve
from theory.laws.curves.reveal_weights import Floats
from theory.laws.curves.staircase import staircase_knots

CELLS = 4096
MOST_STEPS = 4096
ITERATIONS = 60


@checked
def optimal_sizes(curve: InformationCurve, steps: int) -> tuple[int, ...]:
    """Sizes (s_1..s_N) of fixed-count reveal with the least path-averaged KL, exactly.

    All are positive where N <= L; beyond that they are L ones, and zeros last, which call nothing.
    The least is over all sizes: splitting a step never adds to the cost. Where Z decreases, by
    rounding or since it is estimated, the running maximum takes its place. Time O(N L log L):
    half a second at L = 4096, N = 512; memory 4 N L bytes.

    Examples:
        >>> from synthetic.languages import NGram
        >>> from theory.laws import information_curve
        >>> curve = information_curve(NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]]), length=16)
        >>> optimal_sizes(curve, 5)
        (3, 3, 3, 3, 4)
    """
    steps = check_steps(steps)
    length = curve.length
    if steps >= length:
        return (1,) * length + (0,) * (steps - length)
    heights = np.maximum.accumulate(curve.information)
    knots = staircase_knots(np.arange(length + 1, dtype=np.float64), heights, steps)
    return tuple(end - start for start, end in pairwise(knots))


@checked
def optimal_schedule(curve: InformationCurve, steps: int) -> tuple[float, ...]:
    """A Bernoulli schedule (a_1..a_N) of nearly least path-averaged KL; partial sums are exact.

    First the best of all schedules whose r_k lie on a grid: 4096 cells or 4 N, equal in
    arcsin sqrt(r), and the points of the linear and the cosine schedule. Then damped Newton steps
    towards a stationary point, g(r_k) - g(r_(k-1)) = g'(r_k) (r_(k+1) - r_k), each taken only if it
    gains.

    Proved, up to rounding, for nondecreasing Z: no worse than the linear and the cosine schedule,
    and within D Z_L nats per token of the least over all schedules, D the widest cell, below 4e-4:
    moving every r_k up to the grid lowers the staircase only between r_k and its new place, and by
    no more than its step there, and these steps add up to at most g(1) = Z_L. Not proved: that the
    stationary point is the best one; f need not be convex (parity has f'' < 0). Where nothing is
    gained by knowing others, linear.
    Partial sums are multiples of 2^-53 and the last is 1. Time O(N M log M + M L) with M cells,
    memory 4 N M bytes, 400 MB at 4096 steps; that many at most, beyond which use linear(steps): its
    path bound is at most (f(0) - f(1)) / N.
    """
    steps = check_integer("steps", steps)
    if steps > MOST_STEPS:
        raise ValueError(
            f"an optimal schedule has at most {MOST_STEPS} steps, got {steps}: use linear, whose "
            "path bound is at most log(V) / steps"
        )
    if steps == 1 or not curve.information[-1] > curve.information[0]:
        return _widths(np.arange(1, steps) / steps)
    grid = _grid(steps)
    heights = np.maximum.accumulate(curve.derivative(0, grid[:-1]))
    chosen = grid[staircase_knots(grid, heights, steps)]
    return _widths(_polish(curve, chosen[1:-1]))


def _widths(inner: Floats) -> tuple[float, ...]:
    """a_1..a_N of r_1..r_(N-1), moved to multiples of 2^-53: then no partial sum rounds."""
    knots = np.concatenate(([0.0], np.round(inner * 2.0**53) / 2.0**53, [1.0]))
    return tuple(float(width) for width in np.diff(knots))


def _grid(steps: int) -> Floats:
    cells = max(CELLS, 4 * steps)
    angles = np.sin(np.pi * np.arange(1, cells) / (2 * cells)) ** 2
    known = [np.cumsum(schedule(steps))[:-1] for schedule in (linear, cosine)]
    inner = np.unique(np.concatenate([angles, *known]))
    return np.concatenate(([0.0], inner[(inner > 0) & (inner < 1)], [1.0]))


def _area(curve: InformationCurve, knots: Floats) -> float:
    """The staircase below g with the inner knots r_1..r_(N-1)."""
    return float(np.diff(knots, append=1.0) @ curve.derivative(0, knots))


def _polish(curve: InformationCurve, knots: Floats) -> Floats:
    """Inner knots (N - 1,) of no smaller area, stationary where the iteration converges.

    The Hessian is tridiagonal; its diagonal is raised until it is negative definite and the step
    gains and keeps the order.
    """
    area, damping = _area(curve, knots), 0.0
    for _ in range(ITERATIONS):
        height, slope, bend = (curve.derivative(order, knots) for order in range(3))
        width = np.diff(knots, append=1.0)
        gradient = width * slope - np.diff(height, prepend=0.0)
        banded = np.zeros((2, len(knots)))
        banded[0] = 2 * slope - width * bend
        banded[1, :-1] = -slope[:-1]
        banded[0] += damping * slope + np.finfo(np.float64).tiny
        try:
            moved = knots + solveh_banded(banded[: len(knots)], gradient, lower=True)
        except np.linalg.LinAlgError:
            moved = knots * np.nan
        valid = bool((np.diff(moved, prepend=0.0, append=1.0) >= 0).all())
        gained = _area(curve, moved) - area if valid else -1.0
        if gained <= 0:
            damping = max(4 * damping, 0.25)
            if damping > 1e9:
                break
            continue
        knots, area, damping = moved, area + gained, damping / 8
        if gained <= 1e-16 * area:
            break
    return knots
