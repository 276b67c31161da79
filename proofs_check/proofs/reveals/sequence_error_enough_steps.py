"""Theorem 4.3 with constants: half of delta for the steps, half for the learning errors."""

import math
import random

import sympy

from proofs_check.certificates import Cited, Symbolic, at
from proofs_check.proof import Proof, Step
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


def _small(drawn: float, factor: float = 1.0) -> bool:
    return -math.expm1(-drawn) <= factor * drawn


def _delta(source: random.Random) -> float:
    return source.expovariate(1.0) ** 2


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
        Step(
            name="delta",
            premises=("at-most",),
            conclusion="SER <= 1 - exp(-delta) <= delta",
            certificate=Cited(
                "1 - exp(-x) <= x for x >= 0", "NIST DLMF, section 4.5(ii)", _delta, _small
            ),
            change="delta / 2",
            twin=Cited(
                "1 - exp(-x) <= x / 2", "none: false", _delta, lambda drawn: _small(drawn, 0.5)
            ),
        ),
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
