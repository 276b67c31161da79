"""SER <= the birthday probability: what is drawn one token a step is a word."""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.shared_steps import (
    BIRTHDAY,
    DISTINCT_STEPS,
    HYPOTHESES,
    ONE_BY_ONE,
    UNION,
)
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["error-from-shared-steps"]
L, N = (sympy.Symbol(name, positive=True, integer=True) for name in "LN")
KAPPA, INSIDE = sympy.symbols("kappa s", nonnegative=True)

proof = Proof(
    theorem="error-from-shared-steps",
    hypotheses={**HYPOTHESES, "support": "q gives no probability to what is not a word"},
    steps=(
        ONE_BY_ONE,
        DISTINCT_STEPS,
        BIRTHDAY,
        UNION,
        Step(
            name="outside",
            premises=("distinct", "support"),
            conclusion=(
                "SER = kappa (1 - s) <= kappa, s the probability of words where two positions "
                "share a step"
            ),
            certificate=Symbolic(1 - ((1 - KAPPA) * 1 + KAPPA * INSIDE), KAPPA * (1 - INSIDE)),
            change="words where all steps differ are right half of the time",
            twin=Symbolic(1 - ((1 - KAPPA) / 2 + KAPPA * INSIDE), KAPPA * (1 - INSIDE)),
        ),
        Step(
            name="bound",
            premises=("outside", "birthday", "union"),
            conclusion=THEOREM.statement,
            # the theorem's expression is one less the probability that all steps differ
            certificate=Induction(
                "the positions L",
                base=Symbolic(as_stated(THEOREM, sympy.Integer(1), N), 0),
                step=Symbolic(
                    1 - as_stated(THEOREM, L + 1, N),
                    (1 - as_stated(THEOREM, L, N)) * (1 - L / N),
                ),
            ),
            change="a further position misses L + 1 steps",
            twin=Induction(
                "the positions L",
                base=Symbolic(as_stated(THEOREM, sympy.Integer(1), N), 0),
                step=Symbolic(
                    1 - as_stated(THEOREM, L + 1, N),
                    (1 - as_stated(THEOREM, L, N)) * (1 - (L + 1) / N),
                ),
            ),
        ),
    ),
)
