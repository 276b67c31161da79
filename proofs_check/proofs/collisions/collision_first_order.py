"""SER at a fixed length: the error of one shared step, and the chance of more."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions import shared_steps
from proofs_check.proofs.collisions.first_order_terms import (
    DISTINCT,
    ONE_SHARED,
    PAIR_ERROR,
    UNIFORM_SIZE,
)
from proofs_check.proofs.collisions.shared_steps import BIRTHDAY, ONE_BY_ONE
from theory.bounds import THEOREMS
from theory.bounds.collisions.collision_first_order import CONSTANT
from theory.bounds.collisions.error_from_shared_steps import LENGTH, STEPS

FALL, LESS = sympy.symbols("h s", nonnegative=True)
THEOREM = THEOREMS["collision-first-order"]
HYPOTHESES = {**shared_steps.HYPOTHESES, "uniform": "a_k = 1/N, and L >= 2"}
TRIPLES = LENGTH * (LENGTH - 1) * (LENGTH - 2) / 6
FOURS = TRIPLES * (LENGTH - 3) / 4
SECOND = LENGTH * (LENGTH - 1) * (LENGTH - 2) * (3 * LENGTH - 5) / (24 * STEPS**2)
FIRST = CONSTANT * LENGTH / STEPS

proof = Proof(
    theorem="collision-first-order",
    hypotheses=HYPOTHESES,
    steps=(
        ONE_BY_ONE,
        BIRTHDAY,
        ONE_SHARED,
        UNIFORM_SIZE,
        PAIR_ERROR,
        Step(
            name="more",
            premises=("uniform",),
            conclusion=(
                "on A_2 three positions share a step or two disjoint pairs do, each with "
                "probability 1/N^2: P(A_2) <= (C(L,3) + 3 C(L,4)) / N^2"
            ),
            certificate=Symbolic((TRIPLES + 3 * FOURS) / STEPS**2, SECOND),
            change="6 ways to make two pairs of four positions",
            twin=Symbolic((TRIPLES + 6 * FOURS) / STEPS**2, SECOND),
        ),
        Step(
            name="two",
            premises=("pair-error", "more"),
            conclusion="at L = 2 the product and A_2 are empty: SER = 2 c_L / N, the bound itself",
            certificate=Symbolic(at(THEOREM.expression, {LENGTH: 2}), 2 * CONSTANT / STEPS),
            change="L = 3",
            twin=Symbolic(THEOREM.expression.subs(LENGTH, 3), 3 * CONSTANT / STEPS),
        ),
        Step(
            name="bound",
            premises=("one-by-one", "pair-error", "more", "two"),
            conclusion=THEOREM.statement,
            # no error on A_0; the product is 1 - h with 0 <= h <= 1, zero from N <= L - 2 on, and
            # the error on A_2 is its bound less s
            certificate=Symbolic(
                THEOREM.expression - (FIRST * DISTINCT.subs(DISTINCT, 1 - FALL) + SECOND - LESS),
                FIRST * FALL + LESS,
            ),
            change="the second term halved",
            twin=Symbolic(
                THEOREM.expression
                - SECOND / 2
                - (FIRST * DISTINCT.subs(DISTINCT, 1 - FALL) + SECOND - LESS),
                FIRST * FALL + LESS,
            ),
        ),
    ),
)
