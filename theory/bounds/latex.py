"""Expressions of theorems and proofs in LaTeX."""

from collections.abc import Mapping

import sympy
from sympy.core.alphabets import greeks
from sympy.printing.latex import tex_greek_dictionary

GREEK = {*greeks, *tex_greek_dictionary, "lambda"}


def expression_latex(
    expression: sympy.Expr, letters: Mapping[sympy.Symbol, str] | None = None
) -> str:
    """An expression whose symbols are words here and there, which stand upright; `letters` are the
    LaTeX of some of them."""
    symbols = sympy.sympify(expression).atoms(sympy.Symbol)
    words = {
        symbol: rf"\mathrm{{{symbol.name}}}"
        for symbol in symbols
        if symbol.name.isalpha() and len(symbol.name) > 1 and symbol.name not in GREEK
    }
    return str(sympy.latex(expression, symbol_names=words | dict(letters or {})))
