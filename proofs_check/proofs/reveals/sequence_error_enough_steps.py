"""Theorem 4.3 with constants: half of delta for the steps, half for the learning errors."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from theory.bounds import THEOREMS
from theory.bounds.reveals.path_decomposition import LEARNING, LENGTH
from theory.bounds.reveals.sequence_error_any_schedule import LARGEST, VOCABULARY
from theory.bounds.reveals.sequence_error_enough_steps import DELTA

BEYOND, UNUSED = sympy.symbols("x y", nonnegative=True)
THEOREM, ANY = THEOREMS["sequence-error-enough-steps"], THEOREMS["sequence-error-any-schedule"]
LEAST = 2 * LENGTH * sympy.log(VOCABULARY) / DELTA  # steps


def _exponent(steps: sympy.Expr, learning: sympy.Expr) -> sympy.Expr:
    """-log(1 - bound) of any schedule, with a_k = 1/steps."""
    return -sympy.log(1 - at(ANY.expression, {LARGEST: 1 / steps, LEARNING: learning}))


proof = Proof(
    theorem="sequence-error-enough-steps",
    hypotheses={
        "sequence-error-any-schedule": ANY.statement,
        "steps": "N = (1 + x) 2 L log V / delta with x >= 0, a_k = 1/N; V >= 2, as one symbol "
        "makes no error",
        "learning": "eps_learning = delta / (2 L) - y with y >= 0",
    },
    steps=(
        Step(
            name="exponent",
            premises=("sequence-error-any-schedule", "steps", "learning"),
            conclusion="L (log V / N + eps_learning) = delta / (2 (1 + x)) + delta / 2 - L y",
            certificate=Symbolic(
                _exponent((1 + BEYOND) * LEAST, DELTA / (2 * LENGTH) - UNUSED),
                DELTA / (2 * (1 + BEYOND)) + DELTA / 2 - LENGTH * UNUSED,
            ),
            change="half as many steps",
            twin=Symbolic(
                _exponent((1 + BEYOND) * LEAST / 2, DELTA / (2 * LENGTH) - UNUSED),
                DELTA / (2 * (1 + BEYOND)) + DELTA / 2 - LENGTH * UNUSED,
            ),
        ),
        Step(
            name="at-most",
            premises=("exponent",),
            conclusion="it is delta less delta x / (2 (1 + x)) + L y >= 0",
            certificate=Symbolic(
                DELTA - (DELTA / (2 * (1 + BEYOND)) + DELTA / 2 - LENGTH * UNUSED),
                DELTA * BEYOND / (2 * (1 + BEYOND)) + LENGTH * UNUSED,
            ),
            change="all of delta for the learning errors",
            twin=Symbolic(
                DELTA - (DELTA / (2 * (1 + BEYOND)) + DELTA - LENGTH * UNUSED),
                DELTA * BEYOND / (2 * (1 + BEYOND)) + LENGTH * UNUSED,
            ),
        ),
        logarithm_step("delta", ("at-most",), "SER <= 1 - exp(-delta) <= delta by y = exp(-delta)"),
        Step(
            name="error",
            premises=("at-most", "delta"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression, 1 - sympy.exp(-_exponent(LEAST, DELTA / (2 * LENGTH)))
            ),
            change="no learning error",
            twin=Symbolic(THEOREM.expression, 1 - sympy.exp(-_exponent(LEAST, sympy.Integer(0)))),
        ),
    ),
)
