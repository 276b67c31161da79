"""Checks of plain arguments: each returns the value in its plain type or raises one line.

Whatever counts as an integer for Python counts here, those of NumPy and torch included; True, 4.0
and "4" do not.
"""

import math
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MOST = 2**40  # sequences at once: no memory holds more
MOST_SYMBOLS = 2**31
LONGEST = 2**20
"""The most positions of a sequence and steps of a schedule: beyond it nothing would end."""


def check_integer(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """The value as an int where it is an integer from `least` to `most`, else a one-line error."""
    number = _index(value)
    if number is None or number < least or (most is not None and number > most):
        allowed = f">= {least}" if most is None else f"in {least}..{most}"
        raise ValueError(f"{name} is an integer {allowed}, got {short(value)}")
    return number


def check_vocab_size(size: Any) -> int:
    """The number V of symbols as an int from 1 to 2^31, else a one-line error."""
    found = check_integer("vocab_size", size)
    if found > MOST_SYMBOLS:
        raise ValueError(f"vocab_size is at most 2^31, got {short(size)}")
    return found


def check_length(length: Any) -> int:
    """The length L of sequences as an int from 1 to LONGEST, else a one-line error."""
    return _bounded("length", length, LONGEST)


def check_count(count: Any) -> int:
    """The number of sequences as an int of at least 1, else a one-line error."""
    return _bounded("count", count, MOST)


def check_steps(steps: Any) -> int:
    """The number N of steps as an int from 1 to LONGEST, else a one-line error."""
    return _bounded("steps", steps, LONGEST)


def check_number(
    name: str, value: Any, least: float = -math.inf, most: float = math.inf, *, allowed: str = ""
) -> float:
    """The value as a float where it is a number in least..most, else a one-line error.

    Not-a-number is none; `allowed` says the range in other words.
    """
    plain = not isinstance(value, bool) and hasattr(type(value), "__float__")
    try:
        plain_value = float(value) if plain else math.nan
    except (TypeError, ValueError, OverflowError, RuntimeError):
        plain_value = math.nan
    if not least <= plain_value <= most:
        said = allowed or f"in {least:g}..{most:g}"
        raise ValueError(f"{name} is a number {said}, got {short(value)}")
    return plain_value


def check_generator(generator: Any) -> "torch.Generator":
    """The source of chance as given, else a one-line error that says how to get one."""
    import torch

    if not isinstance(generator, torch.Generator):
        raise TypeError(
            "generator is a torch.Generator such as torch.Generator().manual_seed(0), got "
            f"{short(generator)}"
        )
    return generator


def check_seed(seed: Any) -> int:
    """The seed as an int from 0 to 2^63 - 1, else a one-line error."""
    number = _index(seed)
    if number is None or not 0 <= number < 2**63:
        raise ValueError(f"seed is an integer in 0..2^63-1, got {short(seed)}")
    return number


def seeded(seed: Any) -> "torch.Generator":
    """A source of chance on the CPU, the same for one seed on every machine."""
    import torch

    return torch.Generator(device="cpu").manual_seed(check_seed(seed))


def short(value: Any) -> str:
    """A value on one short line, or its type where it is large or hides itself."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 and " at 0x" not in text else f"a {type(value).__name__}"


def _bounded(name: str, value: Any, most: int) -> int:
    number = check_integer(name, value)
    if number > most:
        raise ValueError(f"{name} is an integer of at most {most}, got {short(number)}")
    return number


def _index(value: Any) -> int | None:
    if isinstance(value, bool) or str(getattr(value, "dtype", "")) in ("bool", "torch.bool"):
        return None
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):
        return None
