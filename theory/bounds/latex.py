"""Expressions of theorems and proofs in LaTeX."""

import sympy
from sympy.core.alphabets import greeks
from sympy.printing.latex import tex_greek_dictionary

GREEK = {*greeks, *tex_greek_dictionary, "lambda"}


def expression_latex(expression: sympy.Expr) -> str:
    """An expression whose symbols are words here and there, which stand upright."""
    symbols = sympy.sympify(expression).atoms(sympy.Symbol)
    words = {
        symbol: rf"\mathrm{{{symbol.name}}}"
        for symbol in symbols
        if symbol.name.isalpha() and len(symbol.name) > 1 and symbol.name not in GREEK
    }
    return str(sympy.latex(expression, symbol_names=words))
