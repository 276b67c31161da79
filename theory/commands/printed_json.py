"""What `--json` prints: one document, in which every number is one or says what it is."""

import json
import math
from decimal import Decimal
from typing import Any

MOST_DIGITS = 4000  # of a whole number: Python reads 4,300, unless told otherwise


def print_json(value: Any) -> None:
    """The value as one document; infinite numbers and not-a-number as words."""
    print(json.dumps(in_words(value), indent=1, allow_nan=False))


def in_words(value: Any) -> Any:
    """The same with 'infinity', '-infinity' and 'not a number' for what JSON has no number for.

    Whole numbers that are too long to be read become text such as 6.30e18061.
    """
    if isinstance(value, dict):
        return {key: in_words(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(part) for part in value]
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return scientific(value)
    if isinstance(value, float) and math.isinf(value):
        return str(value).replace("inf", "infinity")
    return "not a number" if isinstance(value, float) and math.isnan(value) else value


def scientific(number: int) -> str:
    """The first three digits of a whole number beyond 100, above or below zero, and the power of
    ten, such as 6.30e18061."""
    power = Decimal(number).adjusted()
    digits = str(abs(number) // 10 ** (power - 2))
    return f"{'-' if number < 0 else ''}{digits[0]}.{digits[1:]}e{power}"
