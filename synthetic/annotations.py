"""Kinds of arguments as annotations state them: whether a value is of one, and the kind in words.

Whatever counts as an integer for Python counts here, those of NumPy and torch included; True, 4.0
and "4" do not. Not-a-number is no number.
"""

import math
import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from typing import Any, Literal, Union


def misfit(value: Any, kind: Any) -> bool:
    """Whether a value is surely not of an annotated kind.

    Protocols and what an iterator would give are not looked at.
    """
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if any(_is_device(part) for part in parts):
        return _no_device(value)
    if origin in (Union, types.UnionType):
        no_path = Path in parts and has_null(value)
        return no_path or all(misfit(value, part) for part in parts)
    if origin is Literal:
        return not isinstance(value, str) or value not in parts
    if kind is None or kind is type(None):
        return value is not None
    if kind in (Any, object):
        return False
    if kind is int:
        return as_index(value) is None
    if kind is float:
        return math.isnan(as_float(value))
    if kind is bool:
        return not isinstance(value, bool) and not _is_numpy_bool(value)
    if kind is Path:
        return not isinstance(value, str | Path) or has_null(value)
    if kind is typing.TextIO:
        return not hasattr(value, "write")  # files in memory and of other libraries too
    if origin is tuple or (isinstance(origin, type) and issubclass(origin, Iterable)):
        return _no_collection(value, origin, parts)
    if origin is Callable:
        return not callable(value)
    plain = origin or kind
    known = isinstance(plain, type) and not getattr(plain, "_is_protocol", False)
    return known and (not isinstance(value, plain) or bool(hidden_numbers(value)))


def described(kind: Any) -> str:
    """An annotated kind in words."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if any(_is_device(part) for part in parts):
        return "a device such as cpu or cuda"
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(described(part) for part in parts))
    if origin is Literal:
        return f"one of {', '.join(map(str, parts))}"
    if origin is Callable:
        return "a function"
    if getattr(kind, "__module__", "").startswith("torch") and kind.__name__ == "Generator":
        return "a torch.Generator such as torch.Generator().manual_seed(0)"
    named = {type(None): "None", int: "an integer", float: "a number", bool: "True or False"}
    named |= {str: "a text", Path: "a path"}
    name: str | None = named.get(kind)
    if name is None and origin is not None and issubclass(origin, Mapping):
        return "a mapping"
    if name is None and origin is not None and issubclass(origin, Iterable):
        inside = described(parts[0]).removeprefix("an ").removeprefix("a ") if parts else "value"
        return f"a sequence of {inside}s" if " " not in inside else "a sequence"
    name = name or str(getattr(origin or kind, "__name__", kind))
    return name if " " in name or name == "None" else with_article(name)


def as_index(value: Any) -> int | None:
    """The value as an int; None where it is no integer."""
    if type(value) is int:  # as most are
        return value
    if isinstance(value, bool) or str(getattr(value, "dtype", "")) in ("bool", "torch.bool"):
        return None
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def as_float(value: Any) -> float:
    """The value as a float; not a number where it is none, or several."""
    plain = not isinstance(value, bool) and hasattr(type(value), "__float__")
    try:
        return float(value) if plain and not getattr(value, "ndim", 0) else math.nan
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return math.nan


def hidden_numbers(value: Any) -> str:
    """How a tensor keeps its numbers where they are not all there to be read, else nothing."""
    if not hasattr(value, "is_quantized"):  # no tensor
        return ""
    kinds = {"meta": value.is_meta, "quantized": value.is_quantized, "nested": value.is_nested}
    kinds["sparse"] = "strided" not in str(value.layout)
    return next((kind for kind, is_so in kinds.items() if is_so), "")


def has_null(path: Any) -> bool:
    """Whether a path holds a character that no system takes."""
    return isinstance(path, str | Path) and "\0" in str(path)


def with_article(name: str) -> str:
    """A name behind a or an."""
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def _no_collection(value: Any, origin: type, parts: tuple[Any, ...]) -> bool:
    """Whether a value is no collection of such parts."""
    size = None if isinstance(value, type) or not hasattr(value, "__len__") else _size(value)
    if issubclass(origin, Mapping):
        return not isinstance(value, Mapping)
    if isinstance(value, str | bytes | Mapping | type) or not isinstance(value, Iterable):
        return True
    unordered = isinstance(value, Set) and not issubclass(origin, Set)
    if unordered or hidden_numbers(value):
        return True
    kinds = [part for part in parts if part is not ...]
    if size is None:
        return False
    plain = isinstance(value, list | tuple)
    if kinds[:1] in ([int], [float]):
        return False  # numbers are looked at later, by the place they have
    if plain and origin is tuple and ... not in parts and len(kinds) > 1:
        return size != len(kinds) or any(map(misfit, value, kinds))
    return bool(kinds) and any(misfit(one, kinds[0]) for one in value)


def _size(value: Any) -> int | None:
    """How many elements it has; None without an axis to count along."""
    return None if getattr(value, "ndim", 1) == 0 else len(value)


def _is_numpy_bool(value: Any) -> bool:
    return str(getattr(value, "dtype", "")) == "bool" and getattr(value, "ndim", None) == 0


def _is_device(kind: Any) -> bool:
    return getattr(kind, "__module__", "") == "torch" and getattr(kind, "__name__", "") == "device"


def _no_device(value: Any) -> bool:
    import torch

    try:
        return not isinstance(value, str | torch.device) or torch.device(value) is None
    except RuntimeError:
        return True
