"""A checked proof as Markdown with formulas in LaTeX: what a notebook shows of it.

Identities are typeset from their sympy expressions; every other certificate prints its formula as
it does in the terminal.
"""

import html
import textwrap
from dataclasses import dataclass

from proofs_check.certificates import Certificate, Empty, Induction, Symbolic
from proofs_check.outcome import Holds, Outcome, Refuted, Undecided
from proofs_check.proof import CheckedProof, CheckedStep
from theory.bounds import THEOREMS
from theory.bounds.latex import expression_latex

LONGEST = 400  # characters of a typeset formula; longer ones are printed


@dataclass(frozen=True)
class Page:
    """A checked proof that a notebook shows in full."""

    checked: CheckedProof

    def _repr_markdown_(self) -> str:
        return proof_markdown(self.checked)


def proof_markdown(checked: CheckedProof) -> str:
    """The theorem, the hypotheses, and every step with certificate, outcome and refused twin."""
    theorem = THEOREMS[checked.proof.theorem]
    parts = [
        f"### {theorem.title}",
        f"*{theorem.kind}*, `{theorem.id}`. {_plain(theorem.statement)}",
        f"$${expression_latex(theorem.expression)}$$",
        f"**Status, computed: {_plain(checked.status)}.**",
        *(f"- *{name}*: {_plain(text)}" for name, text in checked.proof.hypotheses.items()),
        *map(_step, checked.steps),
    ]
    return "\n\n".join(parts)


def formula_latex(certificate: Certificate) -> str | None:
    """The formula of an identity, or of an induction over identities; None for the others."""
    match certificate:
        case Symbolic(left, right):
            return f"{expression_latex(left)} = {expression_latex(right)}"
        case Induction(_, step, Empty()):
            return formula_latex(step)
        case Induction(_, step, base):
            first, then = formula_latex(base), formula_latex(step)
            both = rf"{first} \qquad \Rightarrow \qquad {then}"
            return both if first is not None and then is not None else None
        case _:
            return None


def _step(checked: CheckedStep) -> str:
    step = checked.step
    rests = f", from {', '.join(step.premises)}" if step.premises else ""
    last = "the statement" if step.conclusion.endswith(".") else _plain(step.conclusion)
    return "\n\n".join(
        (
            f"**{step.name}** ({step.certificate.kind}{rests}): {last}",
            _formula(step.certificate),
            f"{_said(checked.outcome)}  \n"
            f"Broken twin, {_plain(step.change)}: {_said(checked.twin)}",
        )
    )


def _formula(certificate: Certificate) -> str:
    typeset = formula_latex(certificate)
    if typeset is not None and len(typeset) <= LONGEST:
        return f"$${typeset}$$"
    return textwrap.indent("\n".join(textwrap.wrap(certificate.formula(), 100)), "    ")


def _said(outcome: Outcome) -> str:
    match outcome:
        case Holds(detail):
            return f"holds: {_plain(detail)}"
        case Refuted(counterexample):
            return f"refused: {_plain(counterexample)}"
        case Undecided(where):
            return f"**undecided**: {_plain(where)}"


def _plain(text: str) -> str:
    """Text whose signs mean nothing in Markdown."""
    shown = html.escape(text, quote=False)
    for sign in r"\`*_[]|$":
        shown = shown.replace(sign, f"\\{sign}")
    return shown
