"""Jensen, and a square completed: q^2/p summed is one, SER and the squares of what is off."""

import sympy

from proofs_check.certificates import Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-divergence"]
Q, P = sympy.symbols("q p", positive=True)
MASS, OFF, T = sympy.symbols("s X T", nonnegative=True)
LEAST, ABOVE, NEAR, SIZE = sympy.symbols("m a b d", nonnegative=True)
STEPS, ONE, OTHER, LENGTH = sympy.symbols("N C D L", positive=True)


def _completed(crossed: int) -> Symbolic:
    return Symbolic(terms(Q**2 / P, -((Q - P) ** 2) / P), crossed * Q - P)


def _summed(outside: sympy.Expr) -> Symbolic:
    """X + 2 - (mass of p on the words) - 1."""
    return Symbolic(terms(OFF, 2, -at(1 - MASS, {MASS: outside}), -1), OFF + MASS)


def _near(chance: sympy.Expr) -> Symbolic:
    """p - (m - T) where q = m + a and q - p = T - b."""
    return Symbolic(at(terms(chance, -(LEAST - T)), {Q: LEAST + ABOVE, NEAR: NEAR}), ABOVE + NEAR)


def _squares(parts: int) -> Symbolic:
    """T |d| - d^2 with |d| = T - b, and the sum of |d| at most 2 T."""
    return Symbolic(at(terms(T * SIZE, -parts * SIZE**2), {SIZE: T - NEAR}), (T - NEAR) * NEAR)


def _order(variation: int) -> Symbolic:
    """N^2 times the bound at SER = C/N^2, T = D/N, in the limit."""
    value = as_stated(THEOREM, ONE / STEPS**2, variation * OTHER / STEPS, LEAST + 1)
    return Symbolic(
        sympy.Limit(STEPS**2 * value, STEPS, sympy.oo), ONE + 2 * OTHER**2 / (LEAST + 1)
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "laws": "q has probability q_min or more on each of its words, TV(q, p) <= T < q_min",
        "revised-sequence-error": THEOREMS["revised-sequence-error"].statement,
        "revised-total-variation": THEOREMS["revised-total-variation"].statement,
        "one-constant": THEOREMS["one-constant"].statement,
    },
    steps=(
        logarithm_step(
            "jensen",
            ("laws",),
            "KL = sum q log(q/p) <= sum q (q/p - 1) = sum q^2/p - 1, over the words of q, y = q/p",
        ),
        Step(
            name="completed",
            premises=(),
            conclusion="q^2/p = (q - p)^2/p + 2 q - p",
            certificate=_completed(2),
            change="q for 2 q",
            twin=_completed(1),
        ),
        Step(
            name="summed",
            premises=("jensen", "completed"),
            conclusion=(
                "p has 1 - SER on the words: KL <= SER + X, X the sum of (q - p)^2/p over them"
            ),
            certificate=_summed(MASS),
            change="SER counted twice",
            twin=_summed(2 * MASS),
        ),
        Step(
            name="near",
            premises=("laws",),
            conclusion="|q - p| <= T for each word, which is one event, so that p >= q_min - T > 0",
            certificate=_near(Q - (T - NEAR)),
            change="2 T",
            twin=_near(Q - (2 * T - NEAR)),
        ),
        Step(
            name="squares",
            premises=("near", "laws"),
            conclusion="(q - p)^2 <= T |q - p|, which sums to at most 2 T^2",
            certificate=_squares(1),
            change="twice the square",
            twin=_squares(2),
        ),
        Step(
            name="bound",
            premises=("summed", "near", "squares"),
            conclusion="KL <= SER + 2 T^2/(q_min - T)",
            certificate=Symbolic(
                as_stated(THEOREM, MASS, T, LEAST + T), at(OFF + MASS, {OFF: 2 * T**2 / LEAST})
            ),
            change="T^2 once",
            twin=Symbolic(
                as_stated(THEOREM, MASS, T, LEAST + T), at(OFF + MASS, {OFF: T**2 / LEAST})
            ),
        ),
        Step(
            name="order",
            premises=("bound", "revised-sequence-error", "revised-total-variation", "one-constant"),
            conclusion=THEOREM.statement,
            certificate=_order(1),
            change="T = 2 D/N",
            twin=_order(2),
        ),
    ),
)
