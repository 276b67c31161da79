"""SER at a fixed length from below: the error of exactly one shared step."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.collision_first_order import FIRST, HYPOTHESES, SECOND
from proofs_check.proofs.collisions.first_order_terms import (
    DISTINCT,
    ONE_PAIR,
    ONE_SHARED,
    PAIR_ERROR,
    UNIFORM_SIZE,
)
from proofs_check.proofs.collisions.shared_steps import BIRTHDAY, ONE_BY_ONE, UNION
from theory.bounds import THEOREMS
from theory.bounds.collisions.collision_first_order import CONSTANT
from theory.bounds.collisions.error_from_shared_steps import INDEX, LENGTH, STEPS

SHORTER = sympy.Symbol("u", positive=True)  # 1 / L
PAIR = sympy.Symbol("D", positive=True)
LOST = (LENGTH - 1) * (LENGTH - 2) / (2 * STEPS)
THEOREM = THEOREMS["collision-first-order-lower"]
HALF: dict[str, tuple[Fraction, Fraction]] = {"1/L": (Fraction(0), Fraction(1, 2))}


def _above(quarter: int) -> Certified:
    """1/quarter - the second term of the upper bound, over L^4/N^2, in 1/L."""
    return Certified(
        lambda u: arb(1) / quarter - (1 - u) * (1 - 2 * u) * (3 - 5 * u) / 24,
        HALF,
        f"L^4/{quarter} > L(L-1)(L-2)(3L-5)/24",
    )


def _quotient(lost: int) -> Certified:
    """(1 - (1-u)^2 (1-2u)) / u = 4 - 5 u + 2 u^2."""
    return Certified(lambda u: lost - 5 * u + 2 * u**2, HALF, f"{lost} - 5 u + 2 u^2 > 0, u = 1/L")


def _stated(last: sympy.Expr) -> Symbolic:
    differ = sympy.Product(1 - INDEX / STEPS, (INDEX, 1, last))
    given = {DISTINCT: differ, PAIR: 2 * CONSTANT / (LENGTH - 1)}
    return Symbolic(at(ONE_PAIR * PAIR, given), THEOREM.expression)


proof = Proof(
    theorem="collision-first-order-lower",
    hypotheses={**HYPOTHESES, "collision-first-order": THEOREMS["collision-first-order"].statement},
    steps=(
        ONE_BY_ONE,
        BIRTHDAY,
        ONE_SHARED,
        UNIFORM_SIZE,
        PAIR_ERROR,
        UNION,
        Step(
            name="second-order-above",
            premises=("collision-first-order",),
            conclusion="SER - c_L L/N <= L(L-1)(L-2)(3L-5)/(24 N^2) < L^4 / (4 N^2), in u = 1/L",
            certificate=_above(4),
            change="L^4 / (9 N^2)",
            twin=_above(9),
        ),
        Step(
            name="lost-part",
            premises=("union", "pair-error"),
            conclusion=(
                "SER >= c_L (L/N)(1 - (L-1)(L-2)/(2N)), L - 1 in the place of L there, and c_L <= "
                "(L-1)/2 as D <= 1: c_L L/N - SER <= (1-u)^2 (1-2u) L^4/(4 N^2), u = 1/L"
            ),
            certificate=Symbolic(
                (FIRST * LOST).subs(CONSTANT, (LENGTH - 1) / 2).subs(LENGTH, 1 / SHORTER),
                (1 - SHORTER) ** 2 * (1 - 2 * SHORTER) / (4 * STEPS**2 * SHORTER**4),
            ),
            change="c_L <= L",
            twin=Symbolic(
                (FIRST * LOST).subs(CONSTANT, LENGTH).subs(LENGTH, 1 / SHORTER),
                (1 - SHORTER) ** 2 * (1 - 2 * SHORTER) / (4 * STEPS**2 * SHORTER**4),
            ),
        ),
        Step(
            name="quotient",
            premises=("lost-part",),
            conclusion="1 - (1-u)^2 (1-2u) = u (4 - 5 u + 2 u^2)",
            certificate=Symbolic(
                1 - (1 - SHORTER) ** 2 * (1 - 2 * SHORTER),
                SHORTER * (4 - 5 * SHORTER + 2 * SHORTER**2),
            ),
            change="1 - u not squared",
            twin=Symbolic(
                1 - (1 - SHORTER) * (1 - 2 * SHORTER),
                SHORTER * (4 - 5 * SHORTER + 2 * SHORTER**2),
            ),
        ),
        Step(
            name="second-order-below",
            premises=("quotient",),
            conclusion="which is positive, so c_L L/N - SER <= L^4 / (4 N^2)",
            certificate=_quotient(4),
            change="1 - 5 u + 2 u^2",
            twin=_quotient(1),
        ),
        Step(
            name="equality",
            premises=("pair-error",),
            conclusion="at L = 2 the product is empty and both bounds are 2 c_L / N",
            certificate=Symbolic(
                at(THEOREM.expression, {LENGTH: 2}), at(FIRST + SECOND, {LENGTH: 2})
            ),
            change="L = 3",
            twin=Symbolic(at(THEOREM.expression, {LENGTH: 3}), at(FIRST + SECOND, {LENGTH: 3})),
        ),
        Step(
            name="bound",
            premises=(
                "pair-error",
                "union",
                "second-order-above",
                "second-order-below",
                "equality",
            ),
            conclusion=THEOREM.statement,
            # P(A_1) D with the chance that L - 1 steps differ
            certificate=_stated(LENGTH - 2),
            change="L steps",
            twin=_stated(LENGTH - 1),
        ),
    ),
)
