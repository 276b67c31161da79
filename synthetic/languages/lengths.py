"""What a family says of lengths, called with checked numbers only."""

import functools
from collections.abc import Callable
from typing import Any

from synthetic.arguments import LONGEST, check_integer

MOST_LOOKED_AT = 4 * LONGEST  # lengths that are looked at for words


def check_maximum(maximum: int) -> int:
    """The largest length of those looked for as an int, else a one-line error."""
    return check_integer("maximum", maximum, least=0, most=MOST_LOOKED_AT)


def of_length(rule: Callable[[Any, int], int]) -> Callable[[Any, int], int]:
    """The rule of a family's `count`."""

    @functools.wraps(rule)
    def count(language: Any, length: int) -> int:
        return rule(language, check_integer("length", length, least=0, most=LONGEST))

    return count


def up_to(rule: Callable[[Any, int], list[int]]) -> Callable[[Any, int], list[int]]:
    """The rule of a family's `lengths`."""

    @functools.wraps(rule)
    def lengths(language: Any, maximum: int) -> list[int]:
        return rule(language, check_maximum(maximum))

    return lengths
