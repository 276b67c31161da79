"""The expression of a theorem in the symbols of its proof."""

from typing import Any

import sympy

from proofs_check.certificates import at
from theory.bounds.theorem import Theorem


def stated(theorem: Theorem[Any], *ours: sympy.Expr) -> sympy.Expr:
    """The theorem's expression with `ours` for its parameters, in their order."""
    return as_stated(theorem, *ours).doit()


def as_stated(theorem: Theorem[Any], *ours: sympy.Expr) -> sympy.Expr:
    """The same, put in only where a certificate evaluates it."""
    values = {taken.symbol: quantity for taken, quantity in zip(theorem.takes, ours, strict=True)}
    return at(theorem.expression, values)
