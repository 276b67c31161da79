"""Rounds of permutations, n / (1 + 2 eps ln 2): -log(1 - x) >= x, then Cauchy and Schwarz."""

import math

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import cauchy_step, logarithm_step
from proofs_check.proofs.policies.permutation_rounds_exponential import Averaged, averaged
from proofs_check.proofs.policies.permutation_terms import (
    COST,
    LENGTH,
    PERMUTATIONS,
    ROUND_COST,
    SIZE,
    cost_step,
)
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.random_laws import ROUNDING
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["permutation-rounds-quadratic"]
J = sympy.Symbol("j", integer=True, nonnegative=True)
SUM, SQUARES, LOSS, SLACK, SPREAD = sympy.symbols("S Q c s t", nonnegative=True)
GONE = sympy.Symbol("h", integer=True, nonnegative=True)  # tokens revealed before the round
AT_LEAST = SIZE * (SIZE - 1) / (2 * LENGTH)
TWO = sympy.log(2)


def _jensen(drawn: Averaged, reach: float = 1.0) -> bool:
    """E 1/(1 + 2 c) >= 1/(1 + 2 reach E c)."""
    losses, weights = drawn
    mean = math.fsum(w * loss for loss, w in zip(losses, weights, strict=True))
    left = math.fsum(w / (1 + 2 * loss) for loss, w in zip(losses, weights, strict=True))
    return left >= 1 / (1 + 2 * reach * mean) - ROUNDING


def _terms(first: int) -> Symbolic:
    """sum of j/M over a round of B with M = n - h left; over n instead it is smaller by (..) h."""
    left = LENGTH - GONE
    exact = sympy.Sum(J / left, (J, first, SIZE - 1 + first))
    return Symbolic(exact - AT_LEAST, AT_LEAST * GONE / left)


def _rounds(cost: sympy.Expr) -> Induction:
    """With sums of sizes S and of squares Q so far, the cost is at least (Q - S)/(2 n)."""
    return Induction(
        "the rounds",
        step=Symbolic(
            (SQUARES - SUM) / (2 * LENGTH) + cost,
            ((SQUARES + SIZE**2) - (SUM + SIZE)) / (2 * LENGTH),
        ),
    )


def _solved(total: sympy.Expr) -> Symbolic:
    """R = n^2/Q + t and c = (Q - n)/(2 n) + s give R (1 + 2 c) - n as terms >= 0."""
    cost = (SQUARES - total) / (2 * LENGTH) + SLACK
    rounds = LENGTH**2 / SQUARES + SPREAD
    over = rounds * 2 * SLACK + SPREAD * SQUARES / LENGTH
    return Symbolic(rounds * (1 + 2 * cost) - LENGTH, over)


def _at_error(unit: sympy.Expr) -> Symbolic:
    """n/(1 + 2 c) at c nats, less the bound at eps = c / unit + s."""
    error = LOSS / unit + SLACK
    larger, smaller = 1 + 2 * LOSS, 1 + 2 * LOSS + 2 * SLACK * TWO
    return Symbolic(
        LENGTH / larger - stated(THEOREM, LENGTH, error),
        LENGTH * 2 * SLACK * TWO / (larger * smaller),
    )


proof = Proof(
    theorem="permutation-rounds-quadratic",
    hypotheses={
        "permutations": PERMUTATIONS,
        **EXACT_POLICY,
        **ROUND_COST,
        "error": "KL(q || p) <= eps bits",
    },
    steps=(
        cost_step("policy", "exact", DIVERGENCE, "permutations"),
        logarithm_step("logarithm", (), "-log(1 - x) >= x by y = 1 - x"),
        Step(
            name="round",
            premises=("cost", "logarithm"),
            conclusion=(
                "a round of B with M = n - h left costs at least sum_(j < B) j/M = B (B - 1)/(2 M) "
                ">= B (B - 1)/(2 n) nats"
            ),
            certificate=_terms(0),
            change="j from 1 to B",
            twin=_terms(1),
        ),
        Step(
            name="rounds",
            premises=("round",),
            conclusion="a path costs c >= (sum_t B_t^2 - n)/(2 n) nats, as sum_t B_t = n",
            certificate=_rounds(AT_LEAST),
            change="B^2/(2 n) for a round",
            twin=_rounds(SIZE**2 / (2 * LENGTH)),
        ),
        cauchy_step("cauchy", (), "n^2 = (sum_t B_t)^2 <= R sum_t B_t^2"),
        Step(
            name="path",
            premises=("rounds", "cauchy"),
            conclusion=(
                "a path of cost c takes R >= n/(1 + 2 c) rounds: with Q = sum_t B_t^2, R = n^2/Q + "
                "t and c = (Q - n)/(2 n) + s, R (1 + 2 c) - n = 2 R s + t Q/n >= 0"
            ),
            certificate=_solved(LENGTH),
            change="c = (Q - 2 n)/(2 n) + s",
            twin=_solved(2 * LENGTH),
        ),
        Step(
            name="jensen",
            premises=(),
            conclusion="E 1/(1 + 2 c) >= 1/(1 + 2 E c)",
            certificate=Cited(
                "Jensen's inequality for 1/(1 + 2 c)",
                "Cover and Thomas, Theorem 2.6.2",
                averaged,
                _jensen,
            ),
            change="E c halved",
            twin=Cited("the same", "none: false", averaged, lambda drawn: _jensen(drawn, 0.5)),
        ),
        Step(
            name="reached",
            premises=("cost",),
            conclusion="rounds of one token cost nothing, so that n rounds do at eps = 0",
            certificate=Symbolic(COST.subs(SIZE, 1) + LENGTH, stated(THEOREM, LENGTH, 0)),
            change="rounds of two",
            twin=Symbolic(COST.subs(SIZE, 2) + LENGTH, stated(THEOREM, LENGTH, 0)),
        ),
        Step(
            name="bound",
            premises=("path", "jensen", "cost", "error", "reached"),
            conclusion=THEOREM.statement,
            # E R >= n/(1 + 2 c), c = KL in nats = (eps - s) log 2; at eps it is smaller
            certificate=_at_error(TWO),
            change="nats taken for bits",
            twin=_at_error(sympy.Integer(1)),
        ),
    ),
)
