"""Proofs as Markdown: formulas typeset, every step with its twin, nothing that Markdown eats."""

import re

import pytest
import sympy

from proofs_check.certificates import Exhaustive, Induction, Symbolic
from proofs_check.proof import check
from proofs_check.proofs import find_proof
from proofs_check.typeset import Page, formula_latex

X = sympy.Symbol("x")
DOUBLE = Symbolic(X + X, 2 * X)


@pytest.mark.parametrize("theorem", ["copy-pairs-error", "universal-path-bound"])
def test_a_checked_proof_shows_all_its_steps(theorem: str) -> None:
    outcome = check(find_proof(theorem))
    page = Page(outcome)._repr_markdown_()
    assert "Status, computed: proved." in page
    for one in outcome.steps:
        assert f"**{one.step.name}** ({one.step.certificate.kind}" in page
    assert page.count("Broken twin") == page.count("refused: ") == len(outcome.steps)
    assert page.count("$$") % 2 == 0
    # outside of formulas and code no sign is left that Markdown would take for its own
    prose = re.sub(r"\$\$.*?\$\$|`[^`]*`|^    .*$|\\.", "", page, flags=re.S | re.M)
    assert "_" not in prose
    assert "$" not in prose


def test_identities_are_typeset_and_the_rest_is_not() -> None:
    assert formula_latex(DOUBLE) == "2 x = 2 x"
    assert formula_latex(Induction("n", DOUBLE, DOUBLE)) == (
        r"2 x = 2 x \qquad \Rightarrow \qquad 2 x = 2 x"
    )
    words = sympy.Symbol("pairs") * sympy.Symbol("epsilon") * sympy.Symbol("a_k")
    assert formula_latex(Symbolic(words, X)) == r"a_{k} \epsilon \mathrm{pairs} = x"
    family = Exhaustive(lambda: [1], bool, "one")
    assert formula_latex(family) is None
    assert formula_latex(Induction("n", DOUBLE, family)) is None
    assert formula_latex(Induction("n", DOUBLE)) == "2 x = 2 x"
