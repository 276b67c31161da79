"""Checks of the numbers that a family's `count` and `lengths` are called with."""

import functools
from collections.abc import Callable
from typing import Any

from synthetic.arguments import LONGEST, check_integer

MOST_LOOKED_AT = 4 * LONGEST  # lengths that are looked at for words


def check_maximum(maximum: int) -> int:
    """The largest length of those looked for as an int, else a one-line error."""
    return check_integer("maximum", maximum, least=0, most=MOST_LOOKED_AT)


def of_length(rule: Callable[[Any, int], int]) -> Callable[[Any, int], int]:
    """A family's `count` behind a check of its length, 0..2^20."""

    @functools.wraps(rule)
    def count(language: Any, length: int) -> int:
        return rule(language, check_integer("length", length, least=0, most=LONGEST))

    return count


def up_to(rule: Callable[[Any, int], list[int]]) -> Callable[[Any, int], list[int]]:
    """A family's `lengths` behind a check of its maximum."""

    @functools.wraps(rule)
    def lengths(language: Any, maximum: int) -> list[int]:
        return rule(language, check_maximum(maximum))

    return lengths
