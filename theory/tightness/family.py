"""How close a bound is to the exact value: the largest ratio over a stated family of cases.

    upper, tight   exact / bound     1 where a case reaches the bound
    lower          bound / exact     1 likewise
    identity       exact / bound     the one furthest from 1, which rounding alone moves
    asymptotic     exact / bound     at the largest size, the last case of the family

Where both values are below 1e-6 (in the theorem's own unit) a case says nothing and is left out,
and so is one whose bound is not positive or infinite. An identity that reads 0 = 0 in all its cases
has ratio 1.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from synthetic.arguments import checked
from theory.bounds.theorem import Family, Theorem

SMALL = 1e-6
ROUNDING = 1e-7


class Point(NamedTuple):
    """A case by name, with the bound and the exact value in the theorem's unit, and their ratio.

    The ratio is None if the case says nothing.
    """

    case: str
    bound: float
    exact: float
    ratio: float | None


@dataclass(frozen=True)
class Tightness:
    """The points of a family, and the one that decides."""

    theorem: str
    kind: str
    family: str
    points: tuple[Point, ...]
    tightest: Point

    @property
    def ratio(self) -> float:
        assert self.tightest.ratio is not None
        return self.tightest.ratio

    @property
    def violated(self) -> bool:
        """Whether a case contradicts the theorem by more than rounding, which it never does."""
        if self.kind == "asymptotic":
            return False
        off = self.ratio - 1
        return not (abs(off) if self.kind == "identity" else off) <= ROUNDING


def ratio(kind: str, bound: float, exact: float) -> float | None:
    """How close the two are, at most 1 where the theorem holds; None if that says nothing."""
    if kind == "identity" and max(abs(bound), abs(exact)) <= SMALL:
        return None
    if kind in ("identity", "asymptotic"):
        return exact / bound if bound else math.inf
    if not SMALL < bound < math.inf:
        return None
    if kind == "lower":
        return bound / exact if exact else math.inf
    return exact / bound


@checked
def tightness(theorem: Theorem[Any], family: Family) -> Tightness:
    """Bound and exact value of every case; a ValueError where none says anything."""
    points = []
    for name, case in family.cases():
        bound, exact = theorem.bound_of(case), float(theorem.exact(case))
        points.append(Point(name, bound, exact, ratio(theorem.kind, bound, exact)))
    telling = [point for point in points if point.ratio is not None]
    if points and not telling and theorem.kind == "identity":
        tightest = points[-1]._replace(ratio=1.0)
    elif not telling:
        raise ValueError(f"no case of {theorem.id} says how tight it is, in {family.words}")
    elif theorem.kind == "asymptotic":
        tightest = telling[-1]
    else:
        tightest = max(telling, key=lambda point: _rank(theorem.kind, point))
    return Tightness(theorem.id, theorem.kind, family.words, tuple(points), tightest)


def _rank(kind: str, point: Point) -> float:
    assert point.ratio is not None
    return abs(point.ratio - 1) if kind == "identity" else point.ratio
