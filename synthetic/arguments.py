"""Checks of arguments: each returns the value in its plain type or raises one line.

`checked` stands before public names: it compares objects with their annotations, so that a wrong
one is named at the door; ranges are left to the checks that know them.
"""

import contextlib
import functools
import inspect
import math
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from synthetic.annotations import (
    as_float,
    as_index,
    described,
    has_null,
    hidden_numbers,
    misfit,
    with_article,
)

if TYPE_CHECKING:
    import torch

Public = TypeVar("Public", bound=Callable[..., Any])

MOST = 2**40  # sequences at once: no memory holds more
MOST_SYMBOLS = 2**31
LONGEST = 2**20
"""The most positions of a sequence and steps of a schedule: beyond it nothing would end."""
LARGEST = 2**63 - 1  # what a tensor can hold
OPERATIONS = 10**13
"""The most that an exact law may take: half an hour on one core or more."""

SUCH_AS = {
    "config": "TrainingConfig(steps=100, batch_size=64, learning_rate=1e-3)",
    "grid": "cosine_grid(16)",
    "language": "catalogue.load('ngram2-v8')",
    "noise": "Uniform(vocab_size)",
    "oracle": "Oracle(language)",
    "schedule": "linear(16)",
    "sizes": "equal_sizes(64, 16)",
    "tokens": "generation.tokens",
}
"""What an argument of a name may be, beside its kind."""


class WrongKindError(TypeError, ValueError):
    """An argument of another kind than its annotation."""


class OutOfReachError(ValueError):
    """A computation would take too long or too much memory."""


def check_work(what: str, operations: float, instead: str) -> None:
    """A one-line error where a computation would take more than OPERATIONS."""
    if operations > OPERATIONS:
        raise OutOfReachError(
            f"{what} takes about {_rounded(operations)} operations, allowed are {OPERATIONS:.0e} "
            f"(half an hour on one core or more): {instead}"
        )


def check_integer(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """The value as an int where it is an integer from `least` to `most`, else a one-line error."""
    number = as_index(value)
    if number is None or not least <= number <= (LARGEST if most is None else most):
        allowed = f"in {least}..{most}" if most is not None else f">= {least}"
        if most is None and number is not None and number > LARGEST:
            allowed = f"in {least}..2^63-1"
        raise ValueError(f"{name} is an integer {allowed}, got {short(value)}")
    return number


def check_vocab_size(size: Any) -> int:
    """The number V of symbols as an int from 1 to 2^31, else a one-line error."""
    number = check_integer("vocab_size", size)
    if number > MOST_SYMBOLS:
        raise ValueError(f"vocab_size is at most 2^31, got {short(size)}")
    return number


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
    number = as_float(value)
    if not least <= number <= most:
        said = allowed or f"in {least:g}..{most:g}"
        raise ValueError(f"{name} is a number {said}, got {short(value)}")
    return number


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
    number = as_index(seed)
    if number is None or not 0 <= number < 2**63:
        raise ValueError(f"seed is an integer in 0..2^63-1, got {short(seed)}")
    return number


def seeded(seed: Any) -> "torch.Generator":
    """A source of chance on the CPU, the same for one seed on every machine."""
    import torch

    return torch.Generator(device="cpu").manual_seed(check_seed(seed))


def check_share(name: str, value: Any, *, positive: bool = False, below_one: bool = False) -> float:
    """The value as a float where it is a share in 0..1, its ends left out where that is said."""
    least = math.ulp(0.0) if positive else 0.0
    most = math.nextafter(1.0, 0.0) if below_one else 1.0
    allowed = f"in {'(' if positive else '['}0, 1{')' if below_one else ']'}"
    return check_number(name, value, least, most, allowed=allowed)


def check_path(path: Any) -> Path:
    """The path of a file as a Path, else a one-line error."""
    if not isinstance(path, str | Path) or not Path(path).name or has_null(path):
        raise WrongKindError(f"path names a file, got {short(str(path))}")
    return Path(path)


def check_method(name: str, value: Any, method: str, such_as: str) -> None:
    """A one-line error where an object of a protocol lacks its method."""
    if isinstance(value, type) or not hasattr(value, method):
        raise TypeError(f"{name} is an object such as {such_as}, got {short(value)}")


def check_dense(name: str, tensor: "torch.Tensor") -> "torch.Tensor":
    """The tensor as given, a one-line error where its numbers are not all there to be read."""
    if hidden := hidden_numbers(tensor):
        raise WrongKindError(f"{name} is a dense tensor, got a {hidden} one")
    return tensor


def check_array(name: str, values: Any, *, whole: bool = False) -> "torch.Tensor":
    """Real numbers as a float64 tensor, whole ones as int64, from anything array-like.

    A one-line error where it is none: ragged, complex, text, true or false, or where numbers are
    masked out.
    """
    import numpy as np
    import torch

    kind = torch.int64 if whole else torch.float64
    given = isinstance(values, torch.Tensor)
    if given:
        check_dense(name, values)
    try:
        if np.ma.is_masked(values):
            raise ValueError
        if not given and hasattr(values, "to_numpy"):  # tables of pandas and others
            values = values.to_numpy().copy()
        # never on the default device
        array = values if given else torch.as_tensor(values, device="cpu")
        if array.is_complex() or array.dtype == torch.bool:
            raise TypeError
        if whole and array.is_floating_point() and not bool((array.frac() == 0).all()):
            raise ValueError
        if given or whole:
            return array.to(kind)
        return torch.as_tensor(values, dtype=kind, device="cpu")  # with all digits of lists
    except (TypeError, ValueError, RuntimeError, OverflowError):
        what = "whole numbers" if whole else "numbers"
        raise WrongKindError(f"{name} is an array of {what}, got {short(values)}") from None


def check_law(name: str, values: Any, axes: int = 1) -> "torch.Tensor":
    """Real numbers with this many axes as given, none of them no number, else a one-line error."""
    import torch

    if not isinstance(values, torch.Tensor) or values.dim() != axes or not values.numel():
        shape = tuple(values.shape) if isinstance(values, torch.Tensor) else short(values)
        letters = {1: "(K,)", 2: "(K, B)", 3: "(B, L, V)"}[axes]
        raise ValueError(f"{name} is a tensor of shape {letters}, got {shape}")
    check_dense(name, values)
    if not values.dtype.is_floating_point:
        raise ValueError(f"{name} holds floating-point numbers, got {values.dtype}")
    if bool(values.isnan().any()):
        raise ValueError(f"{name} holds numbers, got nan")
    return values


def short(value: Any) -> str:
    """A value on one short line, or its type where it is large or hides itself."""
    if hidden := hidden_numbers(value):
        return f"a {hidden} tensor"
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 and " at 0x" not in text else with_article(type(value).__name__)


def checked(public: Public) -> Public:
    """A public function, or a class, that compares its arguments with their annotations first.

    A wrong kind of argument is an error of one line, see `misfit`. Checkers of types such as
    beartype and typeguard refuse NumPy's whole numbers and vectors where an int or a tuple is
    written, take True for a number and not-a-number for one too, and speak of hints, not of what
    to give.
    """
    if isinstance(public, type):
        public.__init__ = checked(public.__init__)  # type: ignore[misc]
        return public
    signature = inspect.signature(public)

    @functools.wraps(public)
    def call(*args: Any, **named: Any) -> Any:
        try:
            bound = signature.bind(*args, **named)
        except TypeError:
            return public(*args, **named)  # Python's own words of what is missing
        for name, value in bound.arguments.items():
            check_kind(name, value, _annotations(public).get(name, Any))
        return public(*args, **named)

    return typing.cast(Public, call)


def check_kind(name: str, value: Any, kind: Any) -> None:
    """A one-line error where the value is not of an annotated kind."""
    if misfit(value, kind):
        wanted = described(kind)
        if name in SUCH_AS and kind not in (int, float, str) and "such as" not in wanted:
            wanted = f"{wanted} such as {SUCH_AS[name]}"
        raise WrongKindError(f"{name} is {wanted}, got {short(value)}")


@functools.cache
def _annotations(public: Callable[..., Any]) -> dict[str, Any]:
    """Its annotations by argument, those that only type checkers can read left out."""
    kinds: dict[str, Any] = {}
    for name, kind in public.__annotations__.items():
        one = types.SimpleNamespace(__annotations__={name: kind})
        with contextlib.suppress(NameError):
            kinds |= typing.get_type_hints(one, public.__globals__)
    return kinds


def _rounded(number: float) -> str:
    return f"{number:.0e}" if number < 1e300 else "more than 1e300"


def _bounded(name: str, value: Any, most: int) -> int:
    number = check_integer(name, value)
    if number > most:
        raise ValueError(f"{name} is an integer of at most {most}, got {short(number)}")
    return number
