"""Theorem 4.2 with constants: enough steps put into the bound of the two-phase schedule."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS
from theory.bounds.reveals.ngram_two_phase import CONTEXT, FIRST, LEARNING, STEPS, VOCABULARY

BEYOND = sympy.Symbol("x", nonnegative=True)
THEOREM, TWO_PHASE = THEOREMS["ngram-token-error"], THEOREMS["ngram-two-phase"]
RANGE = sympy.log(VOCABULARY)


def _later(power: int) -> sympy.Expr:
    """The part of the later steps, at N - 1 = (1 + x) m / eps^(m + power)."""
    rounds = 1 + (1 + BEYOND) * CONTEXT / FIRST ** (CONTEXT + power)
    return (TWO_PHASE.expression.subs(STEPS, rounds) - LEARNING) / RANGE - FIRST


proof = Proof(
    theorem="ngram-token-error",
    hypotheses={
        "ngram-two-phase": TWO_PHASE.statement,
        "steps": "N - 1 = (1 + x) m / eps^n with x >= 0, m = n - 1",
    },
    steps=(
        Step(
            name="later",
            premises=("ngram-two-phase", "steps"),
            conclusion="m (1 - eps)^2 / (eps^m (N - 1)) = eps (1 - eps)^2 / (1 + x)",
            certificate=Symbolic(_later(1), FIRST * (1 - FIRST) ** 2 / (1 + BEYOND)),
            change="eps^m instead of eps^n steps",
            twin=Symbolic(_later(0), FIRST * (1 - FIRST) ** 2 / (1 + BEYOND)),
        ),
        Step(
            name="enough",
            premises=("later",),
            conclusion=(
                "eps (1 + (1 - eps)^2) exceeds eps and this by eps (1 - eps)^2 x / (1 + x) >= 0"
            ),
            certificate=Symbolic(
                FIRST * (1 + (1 - FIRST) ** 2) - (FIRST + FIRST * (1 - FIRST) ** 2 / (1 + BEYOND)),
                FIRST * (1 - FIRST) ** 2 * BEYOND / (1 + BEYOND),
            ),
            change="1 - eps not squared",
            twin=Symbolic(
                FIRST * (1 + (1 - FIRST)) - (FIRST + FIRST * (1 - FIRST) ** 2 / (1 + BEYOND)),
                FIRST * (1 - FIRST) ** 2 * BEYOND / (1 + BEYOND),
            ),
        ),
        Step(
            name="twice",
            premises=("enough",),
            conclusion="2 eps - eps (1 + (1 - eps)^2) = eps^2 (2 - eps) >= 0",
            certificate=Symbolic(
                2 * FIRST - FIRST * (1 + (1 - FIRST) ** 2), FIRST**2 * (2 - FIRST)
            ),
            change="eps^2 (1 - eps)",
            twin=Symbolic(2 * FIRST - FIRST * (1 + (1 - FIRST) ** 2), FIRST**2 * (1 - FIRST)),
        ),
        Step(
            name="bound",
            premises=("enough", "twice"),
            conclusion=THEOREM.statement,
            # the first step, and the later ones at x = 0, where they cost most
            certificate=Symbolic(
                THEOREM.expression, LEARNING + (FIRST + _later(1).subs(BEYOND, 0)) * RANGE
            ),
            change="x = 1",
            twin=Symbolic(
                THEOREM.expression, LEARNING + (FIRST + _later(1).subs(BEYOND, 1)) * RANGE
            ),
        ),
    ),
)
