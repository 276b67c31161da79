"""Numbers that carry what is known about their error: the bottom of the house."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, TypeVar

from synthetic.mean_interval import mean_interval

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")

UNIT_ROUNDOFF = 2.0**-53  # relative rounding error of one float64 operation
SHOWN_IN_FULL = 8  # elements of a sequence, of a longer one four are


class Shown:
    """What is said of an object in a terminal and in a notebook: one short line, of a dataclass its
    fields."""

    def __repr__(self) -> str:
        shown = (one.name for one in fields(self) if one.repr)  # type: ignore[arg-type]
        said = (f"{name}={_cut(getattr(self, name))}" for name in shown)
        return f"{type(self).__name__}({', '.join(said)})"

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        return f"<code>{html.escape(repr(self))}</code>"


class Vector(Shown, tuple[T, ...]):
    """A tuple that a terminal and a notebook show on one short line, as schedules and sizes are."""

    def __repr__(self) -> str:
        return _cut(self)


class Number(Shown):
    """What a number with a known error shares: it is its value where a plain number is wanted.

    `<` and `>` compare the value with a plain number, whatever the error; == compares all fields.
    """

    value: float

    def __float__(self) -> float:
        return float(self.value)

    def __lt__(self, other: object) -> bool:
        return self.value < float(other) if isinstance(other, Real) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.value <= float(other) if isinstance(other, Real) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.value > float(other) if isinstance(other, Real) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.value >= float(other) if isinstance(other, Real) else NotImplemented

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)


@dataclass(frozen=True, repr=False)
class Estimate(Number):
    """A Monte Carlo number with its 95% interval and the number of samples behind it.

    `estimator` names the quantity and how the interval was made; `standard_error` is that of
    `value` where it is a smooth function of a mean, not a number otherwise.
    """

    value: float
    low: float
    high: float
    samples: int
    estimator: str
    standard_error: float = math.nan

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError(f"an estimate needs at least 1 sample, got {self.samples}")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"an estimate needs low <= value <= high, got {self.low}, {self.value}, {self.high}"
            )

    def __repr__(self) -> str:
        interval = f"{self.value:.6g} [{self.low:.6g}, {self.high:.6g}]"
        return f"Estimate({interval}, {self.samples:,} samples, {self.estimator!r})"


@dataclass(frozen=True, repr=False)
class CertifiedValue(Number):
    """A computed number whose distance from the true one is at most `error` (proved)."""

    value: float
    error: float

    def __post_init__(self) -> None:
        if not self.error >= 0:
            raise ValueError(f"a certified error is a number >= 0, got {self.error}")

    def __repr__(self) -> str:
        return f"CertifiedValue({self.value:.15g} +- {self.error:.2g})"


def _cut(value: object) -> str:
    """A value, of a long sequence the first three elements, the last and their number."""
    if not isinstance(value, tuple):
        return repr(value)
    if len(value) <= SHOWN_IN_FULL:
        return tuple.__repr__(value)
    first = ", ".join(map(repr, value[:3]))
    return f"({first}, ..., {value[-1]!r}: {len(value):,} in all)"


def gamma(operations: float, unit: float = UNIT_ROUNDOFF) -> float:
    """The relative rounding error of a chain of operations: m u / (1 - m u)."""
    return operations * unit / (1 - operations * unit)


def mean_estimate(
    values: Tensor,
    estimator: str,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    floor: float = -math.inf,
    lacking: bool = False,
) -> Estimate:
    """The mean of independent values (B,) with its 95% interval and standard error.

    The interval is that of `mean_interval`: an end is infinite, and the other one alone a bound,
    where the values say nothing of it and `least` or `most` does not bound them, or where they are
    known to lack what counts. One infinite value makes the mean, and both ends, infinite; one
    sample has no ends but those bounds, `floor` among them.
    """
    samples = values.numel()
    if samples < 1:
        raise ValueError("an estimate needs at least 1 sample, got 0")
    numbers = values.detach().double().flatten()
    mean = float(numbers.mean())
    if math.isnan(mean):
        raise ValueError("a mean is one of numbers, got not-a-number among the values")
    if math.isinf(mean):
        return Estimate(mean, mean, mean, samples, estimator, math.nan)
    if samples == 1:
        ends = min(mean, max(least, floor)), max(mean, most)
        return Estimate(mean, *ends, 1, estimator, math.inf)
    low, high = mean_interval(
        numbers.cpu().numpy(), least=least, most=most, floor=floor, lacking=lacking
    )
    error = float(numbers.std()) / math.sqrt(samples)
    return Estimate(mean, min(float(low), mean), max(float(high), mean), samples, estimator, error)
