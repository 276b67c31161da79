"""One immutable unit of work, named by the hash of everything that decides its numbers.

    class of a unit   kind, version          raised by hand when the numbers change
    fields of a unit  parameters, threads    plain immutable values
    needs             other units            by their hashes
                 |
           content hash  ->  units/<hash>.jsonl, artifacts/<hash>-..., work/<hash>/

The device is no part of the hash: numbers do not depend on it, and rows say what it was. A field
that a hashed class got later is `added`: at its default it is no part of the hash either, so that
rows computed before it keep their unit.
"""

import dataclasses
import hashlib
import json
import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeGuard, get_origin, get_type_hints

from synthetic.arguments import check_integer, check_kind, check_number, checked, short

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value: TypeAlias = int | float | str | bool | None
Row: TypeAlias = Mapping[str, Value]

_ADDED = "added to a hashed class"
_NOT_FIELDS = ("kind", "version", "timing", "expected_seconds", "hash", "content")


@dataclass(frozen=True)
class Context:
    """What a running unit is given besides its inputs.

    `folder` is the unit's own working folder. It outlives a killed attempt, so a long unit keeps
    its checkpoints there and goes on from them; it is removed when the unit is done. `report`
    takes the fraction done, from 0 to 1, and is cheap to call often; `note` takes a line for a
    person.
    """

    device: str
    folder: Path
    threads: int
    report: Callable[[float], None]
    note: Callable[[str], None] = print


@dataclass(frozen=True)
class Result:
    """What a unit gives: flat rows, and the names of the files in its working folder to keep."""

    rows: Sequence[Row]
    artifacts: Sequence[str] = ()


@dataclass(frozen=True)
class Input:
    """The rows of a needed unit and the folder with its artifacts, checksums verified."""

    rows: tuple[Row, ...]
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Unit(ABC):
    """A unit of work; a kind of unit is a frozen dataclass that inherits from this one.

    Parameters are its fields: int, float, str, bool, None, tuples, frozen dataclasses and other
    units. Numbers that compare equal are one number (1 and 1.0), and not-a-number is an error. A
    field that a class gets once rows of it exist is declared with `added`. `needs` are by default
    the units among the fields; a kind that derives them overrides the property. `timing` marks a
    unit that measures seconds: it runs last and alone. `expected_seconds` only serves the estimate
    of the time left.
    """

    kind: ClassVar[str]
    version: ClassVar[int]
    timing: ClassVar[bool] = False

    threads: int = 1

    def __post_init__(self) -> None:
        for name, kind in _field_kinds(type(self)):
            _check_field(name, getattr(self, name), kind)

    @property
    def needs(self) -> tuple["Unit", ...]:
        """The units whose rows and artifacts `run` reads."""
        return tuple(unit for name in _names(self) for unit in _units_in(getattr(self, name)))

    @property
    def expected_seconds(self) -> float:
        """A guess at the seconds this unit takes."""
        return 1.0

    @abstractmethod
    def run(self, inputs: Mapping["Unit", Input], context: Context) -> Result:
        """Compute the rows and artifacts; a function of the unit and its inputs alone."""

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything the hash covers, in plain JSON values."""
        _check_class(self)
        return {
            "kind": self.kind,
            "version": self.version,
            "threads": self.threads,
            "parameters": {
                name: value
                for name, value in _plain_fields(self, self.kind).items()
                if name not in ("threads", "needs")
            },
            "needs": [need.hash for need in self.needs],
        }

    @cached_property
    def hash(self) -> str:
        """The sha256 of the content, in hexadecimal."""
        return content_hash(self.content)

    def __str__(self) -> str:
        values = self.content["parameters"] | (
            {"threads": self.threads} if self.threads > 1 else {}
        )
        return f"{self.kind}({', '.join(f'{name}={_text(v)}' for name, v in values.items())})"

    def __getstate__(self) -> dict[str, Any]:
        # A worker computes the hash from its own code, so that other code cannot go unnoticed.
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


@checked
def added(default: Value | tuple[Any, ...]) -> Any:
    """A field of a class of which there are rows already; no part of the hash at its default.

    Used in a unit, or in a frozen dataclass that a unit holds: `field: int = added(1)`. The default
    is what the class did without the field, and is never changed.
    """
    return dataclasses.field(default=default, metadata={_ADDED: True})


def content_hash(content: Mapping[str, Any]) -> str:
    """The sha256 of canonical JSON: sorted keys, no spaces, floats in their shortest exact form."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@checked
def closure(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The units and all they need, each once, in the order given, needs just before their users."""
    ordered: dict[str, Unit] = {}

    def add(unit: Unit) -> None:
        if unit.hash not in ordered:
            for need in unit.needs:
                add(need)
            ordered[unit.hash] = unit

    for unit in units:
        check_kind("each of the units", unit, Unit)
        add(unit)
    return tuple(ordered.values())


def check_kinds(units: Iterable[Unit]) -> None:
    """Raise where two classes claim one kind: equal parameters would give them one hash."""
    owners: dict[str, type[Unit]] = {}
    for unit in units:
        owner = owners.setdefault(unit.kind, type(unit))
        if owner is not type(unit):
            raise ValueError(
                f"a kind belongs to one class, got {unit.kind!r} from {_path(owner)} and "
                f"{_path(type(unit))}; rename one"
            )


@cache
def _field_kinds(owner: type[Unit]) -> tuple[tuple[str, Any], ...]:
    """The parameters of a kind of unit with their annotations."""
    kinds = get_type_hints(owner)
    return tuple((field.name, kinds[field.name]) for field in dataclasses.fields(owner))


def _check_field(name: str, value: object, kind: object) -> None:
    """A one-line error where a parameter is not what its annotation says, or a number below 0."""
    if kind is int:
        check_integer(name, value, least=0)
    elif get_origin(kind) is tuple and not (_is_tuple(value) and value):
        raise TypeError(f"{name} is a tuple, not empty, got {short(value)}")
    elif kind is float:
        check_number(name, value, 0, sys.float_info.max, allowed=">= 0")
    else:
        check_kind(name, value, kind)


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(unit))


def _path(owner: type) -> str:
    return f"{owner.__module__}.{owner.__qualname__}"


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Whether it is a tuple whose elements are all there is: one with names has more."""
    return isinstance(value, tuple) and not hasattr(value, "_fields")


def _is_frozen(value: object) -> TypeGuard["DataclassInstance"]:
    parameters = vars(type(value)).get("__dataclass_params__")
    return parameters is not None and parameters.frozen


def _units_in(value: object) -> Iterator[Unit]:
    if isinstance(value, Unit):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _units_in(item)
    elif _is_frozen(value):
        for field in dataclasses.fields(value):
            yield from _units_in(getattr(value, field.name))


def _plain_fields(value: "DataclassInstance", where: str) -> dict[str, Any]:
    """The fields of a frozen dataclass that the hash covers, in plain JSON values."""
    plain = {}
    for field in dataclasses.fields(value):
        name = f"{where}.{field.name}"
        plain_value = _plain(getattr(value, field.name), name)
        # compared as the text that is hashed: there 1 and 1.0 are one number, 1 and true are not
        if _ADDED not in field.metadata or json.dumps(plain_value) != json.dumps(
            _plain(field.default, name)
        ):
            plain[field.name] = plain_value
    return plain


def _plain(value: object, where: str) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError(
                f"{where} is not a number; a unit needs parameters that equal themselves"
            )
        return int(value) if value.is_integer() else float(value)
    if isinstance(value, Unit):
        return {"unit": value.hash}
    if _is_tuple(value):
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if _is_frozen(value):
        return {type(value).__qualname__: _plain_fields(value, where)}
    raise TypeError(
        f"{where} is a {type(value).__name__}; a parameter is an int, float, str, bool, None, "
        "tuple, frozen dataclass or unit: name the object instead of holding it"
    )


def _check_class(unit: Unit) -> None:
    owner = type(unit)
    if "__dataclass_fields__" not in vars(owner):
        raise TypeError(
            f"{_path(owner)} is no dataclass, so its parameters are not hashed; decorate it with "
            "@dataclass(frozen=True, kw_only=True)"
        )
    for name in _NOT_FIELDS:
        if name in _names(unit):
            raise TypeError(f"{_path(owner)}.{name} is a field; write it without an annotation")
    if not isinstance(getattr(owner, "kind", None), str) or not owner.kind:
        raise TypeError(f"{_path(owner)} has no kind; give the class a name: kind = 'chain law'")
    version = getattr(owner, "version", None)
    if type(version) is not int or version < 1:
        raise TypeError(
            f"{_path(owner)}.version is {version!r}; give the class a whole number >= 1"
        )
    if type(unit.threads) is not int or unit.threads < 1:
        raise ValueError(f"{owner.kind}: threads is {unit.threads!r}; give a whole number >= 1")


def _text(value: Any) -> str:
    """A parameter for a person: quoted text, tuples in parentheses, hashes cut short."""
    if isinstance(value, list):
        return f"({', '.join(_text(item) for item in value)})"
    if isinstance(value, dict):
        ((name, fields),) = value.items()
        if isinstance(fields, str):
            return fields[:8]
        return f"{name}({', '.join(f'{key}={_text(item)}' for key, item in fields.items())})"
    return repr(value)
