"""The two-phase bound at the eps that it likes best."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.reveals.ngram_two_phase import CONTEXT, FIRST, LEARNING, STEPS, VOCABULARY

M = sympy.Symbol("m", positive=True, integer=True)
LATER, BEYOND = sympy.symbols("c x", positive=True)  # c = m / (N - 1)
BEST = (M * LATER) ** (1 / (M + 1))
THEOREM, TWO_PHASE = THEOREMS["ngram-best-two-phase"], THEOREMS["ngram-two-phase"]
UNIVERSAL = THEOREMS["universal-path-bound"]
OF_UNIFORM = as_stated(UNIVERSAL, 1 / STEPS, sympy.log(VOCABULARY))


def cost(first: sympy.Expr, share: sympy.Expr) -> sympy.Expr:
    """eps + c (1 - share)^2 / eps^m: the two-phase bound at share = eps, a larger one at 0."""
    return first + LATER * (1 - share) ** 2 / first**M


proof = Proof(
    theorem="ngram-best-two-phase",
    hypotheses={
        "ngram-two-phase": TWO_PHASE.statement,
        "universal-path-bound": UNIVERSAL.statement,
        "steps": "N - 1 >= m^2",
    },
    steps=(
        Step(
            name="allowed",
            premises=("steps",),
            conclusion="eps^n = m c = m^2 / (N - 1) = 1 / (1 + x) at N - 1 = m^2 (1 + x): eps <= 1",
            certificate=Symbolic(
                at(BEST, {LATER: M / (M**2 * (1 + BEYOND))}) ** (M + 1), 1 / (1 + BEYOND)
            ),
            change="N - 1 = m (1 + x)",
            twin=Symbolic(BEST.subs(LATER, M / (M * (1 + BEYOND))) ** (M + 1), 1 / (1 + BEYOND)),
        ),
        Step(
            name="simpler",
            premises=("ngram-two-phase",),
            conclusion=(
                "eps + c (1 - eps)^2 / eps^m is below eps + c / eps^m by c (2 - eps) eps / eps^m"
            ),
            certificate=Symbolic(
                cost(FIRST, sympy.Integer(0)) - cost(FIRST, FIRST),
                LATER * (2 - FIRST) * FIRST / FIRST**M,
            ),
            change="1 - eps",
            twin=Symbolic(
                cost(FIRST, sympy.Integer(0)) - cost(FIRST, FIRST),
                LATER * (1 - FIRST) * FIRST / FIRST**M,
            ),
        ),
        Step(
            name="least",
            premises=("simpler",),
            conclusion=(
                "eps + c / eps^m has derivative 1 - m c / eps^n, which grows with eps and is zero "
                "where eps^n = m c: no eps gives this bound a smaller value"
            ),
            certificate=Symbolic(
                sympy.diff(cost(FIRST, sympy.Integer(0)), FIRST), 1 - M * LATER / FIRST ** (M + 1)
            ),
            change="m + 1 for m",
            twin=Symbolic(
                sympy.diff(cost(FIRST, sympy.Integer(0)), FIRST),
                1 - (M + 1) * LATER / FIRST ** (M + 1),
            ),
        ),
        Step(
            name="value",
            premises=("allowed", "least"),
            conclusion="there it is eps (1 + 1/m)",
            certificate=Symbolic(cost(BEST, sympy.Integer(0)) / BEST, 1 + 1 / M),
            change="1 + 1/m^2",
            twin=Symbolic(cost(BEST, sympy.Integer(0)) / BEST, 1 + 1 / M**2),
        ),
        Step(
            name="uniform",
            premises=("universal-path-bound",),
            conclusion="a_k = 1/N and a fall f(0) - f(1) <= log V: log V / N for every language",
            certificate=Symbolic(
                OF_UNIFORM,
                sympy.log(VOCABULARY) / STEPS,
            ),
            change="log V / (2 N)",
            twin=Symbolic(
                OF_UNIFORM,
                sympy.log(VOCABULARY) / (2 * STEPS),
            ),
        ),
        Step(
            name="bound",
            premises=("value", "uniform"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression.subs(CONTEXT, M),
                LEARNING + BEST.subs(LATER, M / (STEPS - 1)) * (1 + 1 / M) * sympy.log(VOCABULARY),
            ),
            change="1 for 1 + 1/m",
            twin=Symbolic(
                THEOREM.expression.subs(CONTEXT, M),
                LEARNING + BEST.subs(LATER, M / (STEPS - 1)) * sympy.log(VOCABULARY),
            ),
        ),
    ),
)
