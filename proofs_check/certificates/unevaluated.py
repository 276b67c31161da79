"""Expressions that stay as they are written until a certificate evaluates them.

Sympy collects sums and products as they are made. What a step computes would be gone before it is
compared; so it is given as `sympy.Sum`, `sympy.Integral` and their like, or by these.
"""

from collections.abc import Mapping
from typing import Any

import sympy


class At(sympy.Expr):  # type: ignore[misc]
    """An expression at values of its symbols, all put in at once; `at` makes one."""

    is_commutative = True

    @property
    def free_symbols(self) -> set[sympy.Symbol]:
        """Those of the values, and those that are left as they are."""
        expression, symbols, values = self.args
        left = expression.free_symbols - set(symbols)
        return left.union(*(value.free_symbols for value in values))

    def doit(self, **hints: Any) -> sympy.Expr:
        """The values put in."""
        expression, symbols, values = self.args
        taken = dict(zip(symbols, values, strict=True))
        return expression.subs(taken, simultaneous=True).doit(**hints)

    def _eval_subs(self, old: sympy.Expr, new: sympy.Expr) -> sympy.Expr:
        return self.doit().subs(old, new)

    def _sympystr(self, printer: Any) -> str:
        expression, symbols, values = self.args
        taken = ", ".join(
            f"{printer._print(symbol)} = {printer._print(value)}"
            for symbol, value in zip(symbols, values, strict=True)
        )
        return f"({printer._print(expression)} at {taken})"

    def _latex(self, printer: Any) -> str:
        expression, symbols, values = self.args
        taken = ", ".join(
            f"{printer._print(symbol)} = {printer._print(value)}"
            for symbol, value in zip(symbols, values, strict=True)
        )
        return rf"\left. {printer._print(expression)} \right|_{{{taken}}}"


def at(expression: sympy.Expr, values: Mapping[sympy.Symbol, Any]) -> sympy.Expr:
    """The expression with values for its symbols, put in only where it is evaluated."""
    taken = map(sympy.sympify, values.values())
    return At(sympy.sympify(expression), sympy.Tuple(*values), sympy.Tuple(*taken))


def terms(*parts: Any) -> sympy.Expr:
    """A sum whose parts stay apart until it is evaluated."""
    return sympy.Add(*map(sympy.sympify, parts), evaluate=False)


def factors(*parts: Any) -> sympy.Expr:
    """A product whose parts stay apart until it is evaluated."""
    return sympy.Mul(*map(sympy.sympify, parts), evaluate=False)
