"""The universal bound: a left Riemann sum of the non-increasing information curve."""

import math

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import ROUNDING, curve, random_law
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

FIRST, BEFORE, AFTER, KNOWN, SHARE = sympy.symbols("f_0 f_before f_after r u", real=True)
PART, DROPS, LARGEST, LESS = sympy.symbols("a_k d m s", nonnegative=True)
THEOREM = THEOREMS["universal-path-bound"]


def _step(end: sympy.Expr) -> Symbolic:
    """What f(r_(k-1)) - f(r_k) adds up to over a step."""
    return Symbolic(
        sympy.Integral(BEFORE - AFTER, (SHARE, KNOWN, KNOWN + end)), PART * (BEFORE - AFTER)
    )


def _bound(factor: sympy.Expr) -> Symbolic:
    return Symbolic(
        factor * as_stated(THEOREM, LARGEST, DROPS) - (LARGEST - LESS) * DROPS, LESS * DROPS
    )


proof = Proof(
    theorem="universal-path-bound",
    hypotheses={
        "left-riemann-identity": THEOREMS["left-riemann-identity"].statement,
        "monotone-curve": THEOREMS["monotone-curve"].statement,
    },
    steps=(
        Step(
            name="one-step",
            premises=("left-riemann-identity", "monotone-curve"),
            conclusion=(
                "per token the path average is the sum over the steps of the integral of "
                "f(r_(k-1)) - f over the step, at most that of f(r_(k-1)) - f(r_k), a_k times it"
            ),
            certificate=_step(PART),
            change="a step of 2 a_k",
            twin=_step(2 * PART),
        ),
        Step(
            name="drops",
            premises=("one-step",),
            conclusion=(
                "sum_k (f(r_(k-1)) - f(r_k)) = f(0) - f(1), so the whole is at most max_k a_k of it"
            ),
            certificate=Induction(
                "the steps",
                step=Symbolic(terms(FIRST - BEFORE, BEFORE - AFTER), FIRST - AFTER),
            ),
            change="a drop counted twice",
            twin=Induction(
                "the steps",
                step=Symbolic((FIRST - BEFORE) + 2 * (BEFORE - AFTER), FIRST - AFTER),
            ),
        ),
        Step(
            name="range",
            premises=(),
            conclusion="0 <= f(1) and f(0) <= log V, so f(0) - f(1) <= log V",
            certificate=Cited(
                "0 <= H <= log V",
                "Cover and Thomas, Theorem 2.6.4",
                random_law,
                lambda law: curve(law, 0.0) - curve(law, 1.0) <= math.log(2) + ROUNDING,
            ),
            change="log V halved",
            twin=Cited(
                "0 <= H <= log(V) / 2",
                "none: false",
                random_law,
                lambda law: curve(law, 0.0) - curve(law, 1.0) <= math.log(2) / 2,
            ),
        ),
        Step(
            name="bound",
            premises=("drops", "range"),
            conclusion=THEOREM.statement,
            # the drops d with the weight m - s in the mean
            certificate=_bound(sympy.S.One),
            change="constant halved",
            twin=_bound(sympy.S.Half),
        ),
    ),
)
