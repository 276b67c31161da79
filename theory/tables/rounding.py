"""Numbers as they are printed: no digit that their interval does not carry."""

import math
from collections.abc import Iterable
from typing import Protocol

EXACT_DIGITS = 3  # significant digits of a number whose interval is a point
ROUNDING_ERROR = 1e-9  # a sum of logarithms this near to zero is zero
NOT_REACHED = "not reached"
OPEN = "open"  # an end that no number of the sample bounds


class Interval(Protocol):
    """A value with the ends of its interval."""

    @property
    def value(self) -> float:
        """The number itself."""

    @property
    def low(self) -> float:
        """The lower end."""

    @property
    def high(self) -> float:
        """The upper end."""


def decimals(number: Interval) -> int:
    """How many decimals an interval carries, at least 0.

    The half-width is kept to two digits where these are at most 35, else to one: the rule of the
    Review of Particle Physics, section 5.3 of its introduction. A point keeps EXACT_DIGITS digits.
    """
    half = (number.high - number.low) / 2
    if not math.isfinite(half) or half <= ROUNDING_ERROR:
        size = abs(number.value)
        if not math.isfinite(size) or size <= ROUNDING_ERROR:
            return 0
        return max(0, EXACT_DIGITS - 1 - math.floor(math.log10(size)))
    place = math.floor(math.log10(half))
    digits = 2 if half / 10**place < 3.55 else 1
    return max(0, digits - 1 - place)


def rounded(value: float, places: int) -> str:
    """A number to some decimals; 0 for what rounds to it, words for what is infinite."""
    if not math.isfinite(value):
        return NOT_REACHED if value > 0 else f"-{NOT_REACHED}"
    text = f"{value:.{places}f}"
    return "0" if float(text) == 0 else text


def shown(number: Interval) -> str:
    """A value by its own interval."""
    return rounded(number.value, decimals(number))


def shown_interval(number: Interval) -> tuple[str, str, str]:
    """Value, lower and upper end; words for an end that is infinite beside a finite value."""
    places = decimals(number)
    ends = (number.low, number.high)
    if math.isfinite(number.value):
        low, high = (rounded(end, places) if math.isfinite(end) else OPEN for end in ends)
    else:
        low, high = (rounded(end, places) for end in ends)
    return rounded(number.value, places), low, high


def spread(numbers: Iterable[Interval]) -> str:
    """'0.1 to 0.3', from the least to the greatest finite value; empty where none is finite.

    Each has the decimals that both intervals carry, and at most two digits. An exact zero carries
    all of them.
    """
    finite = sorted((one for one in numbers if math.isfinite(one.value)), key=lambda one: one.value)
    if not finite:
        return ""
    both = (finite[0], finite[-1])
    carried = min((decimals(one) for one in both if not _is_exact_zero(one)), default=0)
    low, high = (_short(finite[place].value, carried) for place in (0, -1))
    return low if low == high else f"{low} to {high}"


def _is_exact_zero(number: Interval) -> bool:
    return max(abs(number.value), (number.high - number.low) / 2) <= ROUNDING_ERROR


def _short(value: float, places: int) -> str:
    if abs(value) > ROUNDING_ERROR:
        places = min(places, max(0, 1 - math.floor(math.log10(abs(value)))))
    number = rounded(value, places)
    return number.rstrip("0").rstrip(".") if "." in number else number
