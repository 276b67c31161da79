"""The one shape of a theorem: what it says, where it holds, what it bounds, and the exact value.

    case --parameters--> numbers --bound--> a number
      |                     +--expression--> the same, in symbols
      +--exact--> the quantity itself, from theory.laws

One file a theorem, with `theorem = Theorem(...)` in it. A case is whatever the theorem speaks of: a
language with a length and a schedule, say. Everything numeric is vectorised over numpy arrays, in
nats unless the theorem says bits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

Case = TypeVar("Case")

Kind = Literal["tight", "upper", "lower", "identity", "asymptotic"]
Reading = Literal["read", "second-hand", "recalled", "ours"]


@dataclass(frozen=True)
class Source:
    """Where a statement comes from: arXiv number with version, theorem, and how sure we are of it.

    `read`: in the source; `second-hand`: in another work; `recalled`: from memory, so the statement
    is our statement of it; `ours`: derived here.
    """

    reference: str
    place: str
    reading: Reading


@dataclass(frozen=True)
class Parameter:
    """A number that the bound depends on: its symbol, its meaning with units, its allowed range."""

    symbol: sympy.Symbol
    meaning: str
    least: float
    most: float
    whole: bool = False
    open: bool = False  # the ends themselves are not allowed

    @property
    def name(self) -> str:
        """The keyword under which `bound` takes it."""
        return str(self.symbol.name)

    def check(self, values: NDArray[np.float64]) -> None:
        """A one-line error where a value lies outside the theorem's domain."""
        inside = (values >= self.least) & (values <= self.most)
        if self.open:
            inside &= (values > self.least) & (values < self.most)
        if self.whole:
            inside &= values == np.floor(values)
        if not inside.all():
            what = "an integer" if self.whole else "a number"
            ends = f"{self.least:g}..{self.most:g}" + (" without the ends" if self.open else "")
            raise ValueError(
                f"{self.name} ({self.meaning}) is {what} in {ends}, got {values[~inside].flat[0]:g}"
            )


@dataclass(frozen=True)
class Family:
    """Cases of a theorem by name, and what they are in words: over these tightness is measured."""

    words: str
    cases: Callable[[], Iterable[tuple[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Theorem(Generic[Case]):
    """A statement with explicit constants, usable as a function.

    `kind` says how `bound` relates to `exact`: an upper or a lower bound, a tight one (upper, and
    reached by some case), an identity, or an asymptotic equality.

    A theorem brings its own `family`, and a `twin`, a formula of the same parameters that is not
    true and that a case of the family refuses: then its tests come by themselves. Those that share
    families with others have them in `theory.tightness`, and their twins in the tests.
    """

    id: str
    title: str
    statement: str
    kind: Kind
    source: Source
    takes: tuple[Parameter, ...]
    expression: sympy.Expr
    formula: Callable[..., Any]
    parameters: Callable[[Case], Mapping[str, float]]
    exact: Callable[[Case], float]
    domain: Callable[..., str | None] = lambda **_: None
    family: Family | None = None
    twin: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if (self.family is None) != (self.twin is None):
            raise ValueError(f"{self.id} has a family and a twin of its own, or neither")

    def bound(self, **values: ArrayLike) -> NDArray[np.float64]:
        """The bound at the parameters, broadcast over arrays; a one-line error outside the domain.

        Beyond each parameter's range, `domain` says what is wrong with several taken together.
        """
        names = {parameter.name for parameter in self.takes}
        if set(values) != names:
            raise TypeError(f"{self.id} takes {', '.join(sorted(names))}, got {sorted(values)}")
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        for parameter in self.takes:
            parameter.check(np.atleast_1d(arrays[parameter.name]))
        wrong = self.domain(**arrays)
        if wrong is not None:
            raise ValueError(f"{self.id} holds only for {wrong}")
        return np.asarray(self.formula(**arrays), dtype=np.float64)

    def bound_of(self, case: Case) -> float:
        return float(self.bound(**self.parameters(case)))


def nonnegative(name: str, **assumptions: bool) -> sympy.Symbol:
    """A non-negative real symbol."""
    return sympy.Symbol(name, nonnegative=True, real=True, **assumptions)
