"""What `--json` prints: one document, in which every number is one or says what it is."""

import json
import math
from typing import Any

LONGEST_INTEGER = 14_000  # binary digits


def print_json(value: Any) -> None:
    """The value as one document; infinite numbers and not-a-number as words."""
    print(json.dumps(in_words(value), indent=1, allow_nan=False))


def in_words(value: Any) -> Any:
    """The same with 'infinity', '-infinity' and 'not a number' for what JSON has no number for, and
    a bound for whole numbers of more digits than Python reads."""
    if isinstance(value, dict):
        return {key: in_words(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(part) for part in value]
    if isinstance(value, int) and value.bit_length() > LONGEST_INTEGER:
        return f"at least 2^{value.bit_length() - 1}"
    if isinstance(value, float) and math.isinf(value):
        return str(value).replace("inf", "infinity")
    return "not a number" if isinstance(value, float) and math.isnan(value) else value
