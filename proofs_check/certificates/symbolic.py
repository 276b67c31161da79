"""An identity between expressions, in exact symbols with their assumptions."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import sympy

from proofs_check.outcome import Holds, Outcome, Refuted, Undecided

DIGITS = 40
BEFORE = 2  # points that are looked at before the difference is reduced, which takes longer
POINTS = (1, 2, 3, sympy.Rational(1, 2), sympy.Rational(1, 3), sympy.Rational(2, 7), 0, -1, -2, 5)


@dataclass(frozen=True)
class Symbolic:
    """left = right for all values of the free symbols that their assumptions allow.

    Sympy has to reduce the difference to zero. Points with small rational coordinates are tried,
    two of them first, and a difference that is not zero to 40 digits at one refutes. Sides that are
    the same expression as they are given show nothing and leave it undecided: sums, products,
    derivatives, integrals, limits and substitutions are given as such (`sympy.Sum`, .., `at`),
    and evaluated here.
    """

    left: sympy.Expr
    right: sympy.Expr

    kind: ClassVar[str] = "symbolic"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Evaluates both sides and reduces their difference."""
        if self.trivial:
            return Undecided(f"both sides are given as {self.left}")
        left, right = (sympy.sympify(side).doit() for side in (self.left, self.right))
        points = _points(sorted(left.free_symbols | right.free_symbols, key=str))
        if refuted := _refuted(left - right, itertools.islice(points, BEFORE)):
            return refuted
        difference = sympy.simplify(sympy.expand_log(sympy.expand(left - right)))
        if difference == 0:
            return Holds("reduced to zero")
        return _refuted(left - right, points) or Undecided(f"left - right = {difference}")

    @property
    def trivial(self) -> bool:
        """Whether both sides have the same parts, up to order, before anything is evaluated."""
        left, right = map(sympy.sympify, (self.left, self.right))
        return any(
            sorted(map(str, kind.make_args(left))) == sorted(map(str, kind.make_args(right)))
            for kind in (sympy.Add, sympy.Mul)
        )

    def formula(self) -> str:
        """Both sides."""
        return f"{sympy.sstr(self.left)} = {sympy.sstr(self.right)}"


def _refuted(
    difference: sympy.Expr, points: Iterator[dict[sympy.Symbol, sympy.Expr]]
) -> Refuted | None:
    """The first point at which a difference is not zero; None if it is none of these."""
    for point in points:
        value = sympy.N(difference.subs(point).doit(), DIGITS)
        if value.is_finite and abs(value) > sympy.Float(10) ** (10 - DIGITS):
            at = ", ".join(f"{symbol} = {number}" for symbol, number in point.items())
            return Refuted(f"at {at or 'any point'}: left - right = {sympy.N(value, 8)}")
    return None


def _points(symbols: list[sympy.Symbol]) -> Iterator[dict[sympy.Symbol, sympy.Expr]]:
    """Points that satisfy the assumptions of each symbol."""
    choices = [[value for value in POINTS if _allowed(symbol, value)] for symbol in symbols]
    for values in itertools.product(*choices):
        yield dict(zip(symbols, map(sympy.sympify, values), strict=True))


def _allowed(symbol: sympy.Symbol, value: object) -> bool:
    number = sympy.sympify(value)
    return all(
        getattr(number, f"is_{name}") == wanted for name, wanted in symbol.assumptions0.items()
    )
