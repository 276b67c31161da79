"""The least number of steps that reaches a target: by search or scan, of exact errors or estimates.

Errors that have intervals are searched or scanned three times: by their values and by either end
of their 95% intervals.
"""

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Literal

from synthetic.arguments import check_integer, checked
from synthetic.quantities import Estimate

End = Literal["value", "low", "high"]
Least = Callable[[End, int], float]  # the least N by one end, infinite where there is none


@checked
def least_steps(
    error: Callable[[int], float], target: float, *, most: int, guess: int = 1
) -> int | None:
    """The least N in 1..most with error(N) <= target, or None if there is none.

    For an error that does not increase with N: that is assumed, and what is checked is that the
    returned N reaches the target and N - 1 does not. An error can take minutes, so few are asked
    for, each at most once: about four where it is near C / N^k around the guess, and never more
    than about 4 log2(most).
    """
    most = check_integer("most", most)
    guess = check_integer("guess", guess)
    if math.isnan(target):
        raise ValueError(f"target is a number, got {target}")
    known: dict[int, float] = {}
    low, high = 0, most + 1  # beyond either end nothing is known
    steps = min(guess, most)
    for turn in itertools.count():
        known[steps] = error(steps)
        low, high = (low, steps) if known[steps] <= target else (steps, high)
        if high - low == 1:
            return high if high <= most else None
        steps = _next_steps(known, low, high, target, turn)
    raise AssertionError("unreachable")


def _next_steps(known: dict[int, float], low: int, high: int, target: float, turn: int) -> int:
    """Where to look in low + 1..high - 1: by a power law through the ends, every third time (or
    where the ends are no numbers above zero) the middle, doubling or halving while an end is open.
    """
    ends = [steps for steps in (low, high) if steps in known]
    usable = target > 0 and all(0 < known[steps] < math.inf for steps in ends)
    if len(ends) == 2:
        wanted = math.sqrt(low * high) if high > 4 * low else (low + high) / 2
        if usable and turn % 3 and known[low] > known[high]:
            fall = math.log(known[low] / known[high]) / math.log(high / low)
            wanted = low * (known[low] / target) ** (1 / fall)
    elif usable and turn == 0:
        wanted = ends[0] * known[ends[0]] / target
    else:
        wanted = 2 * low if low in known else high / 2
    return min(max(math.ceil(wanted), low + 1), high - 1)


def least_steps_estimate(
    error: Callable[[int], Estimate], target: float, *, most: int, guess: int, samples: int
) -> Estimate:
    """The least N in 1..most with error(N) <= target by the search of `least_steps`.

    That search takes the error not to increase with N. The interval runs from the least N whose own
    interval reaches down to the target to the least N whose whole interval lies below it; infinite
    where there is none. `samples` are those behind each error.
    """

    def search(end: End, start: int) -> float:
        least = least_steps(lambda n: _end(error(n), end), target, most=most, guess=start)
        return math.inf if least is None else float(least)

    return _with_interval(search, most=most, guess=min(guess, most), samples=samples)


def scanned_least_steps(
    error: Callable[[int], Estimate], target: float, *, most: int, samples: int, first: int = 1
) -> Estimate:
    """The same by looking at every N from `first` on, whether the error falls or not."""

    def scan(end: End, start: int) -> float:
        return _first(n for n in range(first, most + 1) if _end(error(n), end) <= target)

    return _with_interval(scan, most=most, guess=first, samples=samples)


def _with_interval(least: Least, *, most: int, guess: int, samples: int) -> Estimate:
    value = least("value", guess)
    start = int(value) if math.isfinite(value) else most
    low, high = least("low", start), least("high", start)
    name = f"least N, {samples} sequences each"
    return Estimate(value, min(low, value), max(high, value), samples, name)


def _end(error: Estimate, end: End) -> float:
    return float(getattr(error, end))


def _first(steps: Iterable[int]) -> float:
    return float(next(iter(steps), math.inf))
