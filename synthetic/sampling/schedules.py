"""How many positions a step reveals: schedules (a_1..a_N) and sizes (s_1..s_N).

A Bernoulli schedule is the vector of probabilities that a position is revealed at each step; it
sums to one. A fixed-count schedule is the vector of numbers of positions; it sums to the number of
free positions. (2502.09622v1, section 2: a_k = alpha_(s_k) - alpha_(t_k).)
"""

import math
from collections.abc import Iterable
from itertools import accumulate

from synthetic.arguments import (
    check_integer,
    check_length,
    check_number,
    check_steps,
    checked,
    short,
)
from synthetic.languages.tables import SUM_TOLERANCE
from synthetic.quantities import Vector

DOUBLE_TOLERANCE = 1e-9  # float64 schedules are within it


@checked
def linear(steps: int) -> tuple[float, ...]:
    """a_k = 1/N: reveal probabilities of the linear schedule.

    Examples:
        >>> linear(4)
        (0.25, 0.25, 0.25, 0.25)
        >>> linear(64)
        (0.015625, 0.015625, 0.015625, ..., 0.015625: 64 in all)
    """
    steps = check_steps(steps)
    return Vector((1.0 / steps,) * steps)


@checked
def cosine(steps: int) -> tuple[float, ...]:
    """a_k = cos(pi (k-1) / 2N) - cos(pi k / 2N): few reveals first, many last."""
    steps = check_steps(steps)
    # as a product, so that no digits cancel
    width = math.pi / (4 * steps)
    return Vector(2 * math.sin((2 * k - 1) * width) * math.sin(width) for k in range(1, steps + 1))


@checked
def two_phase(steps: int, first: float) -> tuple[float, ...]:
    """a_1 = `first`, the rest uniform: the schedule behind Theorem 4.2 of 2502.09622 (our form)."""
    steps = check_steps(steps)
    allowed = "1 (there is one step)" if steps == 1 else "in 0..1"
    first = check_number("first", first, steps == 1, 1, allowed=allowed)
    return Vector((first, *((1.0 - first) / (steps - 1) for _ in range(steps - 1))))


@checked
def equal_sizes(length: int, steps: int) -> tuple[int, ...]:
    """s_k = floor(k L / N) - floor((k-1) L / N): sizes as equal as can be, zeros when N > L.

    Examples:
        >>> equal_sizes(6, 4)
        (1, 2, 1, 2)
    """
    steps = check_steps(steps)
    length = check_length(length)
    return Vector(k * length // steps - (k - 1) * length // steps for k in range(1, steps + 1))


def check_schedule(schedule: object) -> tuple[float, ...]:
    """A schedule vector as a tuple of floats, or a one-line error.

    One within 1e-6 of summing to one, as in float32, is divided by its sum, as probability tables
    are; one within 1e-9 stays as it is.
    """
    if isinstance(schedule, str) or not isinstance(schedule, Iterable):
        raise TypeError(f"a schedule is a vector such as linear(16), got {short(schedule)}")
    vector = tuple(
        check_number(
            f"the reveal probability of step {step} of the schedule",
            probability,
            0,
            1,
            allowed="in 0..1 (FixedCount takes sizes)",
        )
        for step, probability in enumerate(schedule, 1)
    )
    if not vector:
        raise ValueError("a schedule has at least one step, got none")
    total = math.fsum(vector)
    if abs(total - 1) > SUM_TOLERANCE:
        raise ValueError(f"a schedule sums to 1 (to 1e-6), got {total:.12g}")
    if abs(total - 1) <= DOUBLE_TOLERANCE:
        return vector
    return tuple(probability / total for probability in vector)


def check_sizes(sizes: object) -> tuple[int, ...]:
    """A vector of sizes as a tuple of integers, or a one-line error."""
    if isinstance(sizes, str) or not isinstance(sizes, Iterable):
        raise TypeError(f"sizes are a vector such as equal_sizes(64, 16), got {short(sizes)}")
    vector = tuple(_size(size, step) for step, size in enumerate(sizes, 1))
    if not vector:
        raise ValueError("sizes have at least one step, got none")
    return vector


def conditional_reveal(schedule: Iterable[float]) -> tuple[float, ...]:
    """P(revealed at step k | masked before it) = a_k / (a_k + .. + a_N); the last is exactly 1.

    Sums run from the back, so that the last step with a positive a_k divides it by itself. Steps
    after it find nothing masked; theirs are 1 by convention.
    """
    backwards = tuple(schedule)[::-1]
    remaining = tuple(accumulate(backwards))
    return tuple(
        probability / total if total > 0 else 1.0
        for probability, total in zip(backwards, remaining, strict=True)
    )[::-1]


def _size(size: object, step: int) -> int:
    return check_integer(f"the size of step {step}", size, least=0)
