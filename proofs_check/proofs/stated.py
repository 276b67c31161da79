"""The expression of a theorem in the symbols of its proof."""

from typing import Any

import sympy

from theory.bounds.theorem import Theorem


def stated(theorem: Theorem[Any], *ours: sympy.Expr) -> sympy.Expr:
    """The theorem's expression with `ours` for its parameters, in their order."""
    names = {taken.symbol: own for taken, own in zip(theorem.takes, ours, strict=True)}
    return theorem.expression.subs(names, simultaneous=True)
