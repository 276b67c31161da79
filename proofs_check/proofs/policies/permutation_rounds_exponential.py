"""Rounds of permutations, n 2^-eps: the last entry of each round, then Jensen over the paths."""

import math
import random

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.permutation_terms import (
    COST,
    LENGTH,
    PERMUTATIONS,
    REST,
    ROUND_COST,
    SIZE,
    cost_step,
)
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from proofs_check.proofs.stated import as_stated, stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["permutation-rounds-exponential"]
LATER = sympy.Symbol("r", integer=True, positive=True)  # rounds after the first
SPARE = sympy.Symbol("k", integer=True, nonnegative=True)  # n - B = r + k tokens are left to them
LOSS, SLACK = sympy.symbols("c s", nonnegative=True)
J = sympy.Symbol("j", integer=True, positive=True)
Averaged = tuple[list[float], list[float]]


def averaged(source: random.Random) -> Averaged:
    """Losses >= 0 with weights of sum one."""
    count = source.randint(1, 5)
    return [source.expovariate(0.3) for _ in range(count)], random_numbers(source, count)


def _jensen(drawn: Averaged, reach: float = 1.0) -> bool:
    """E 2^-c >= 2^-(reach E c)."""
    losses, weights = drawn
    mean = math.fsum(w * loss for loss, w in zip(losses, weights, strict=True))
    left = math.fsum(w * 2**-loss for loss, w in zip(losses, weights, strict=True))
    return left >= 2 ** (-reach * mean) - ROUNDING


def _ratio(rounds: sympy.Expr) -> Symbolic:
    """n/(n - B + 1) times (n - B)/r over n/R, R = r + 1, less one."""
    first = LENGTH / (LATER + SPARE + 1)
    rest = (LATER + SPARE) / LATER
    return Symbolic(first * rest / (LENGTH / rounds) - 1, SPARE / (LATER * (LATER + SPARE + 1)))


def _one_round(first: int) -> Symbolic:
    """The product of n/(n - j) over the entries of one round from `first` on, without the last."""
    others = sympy.Product(LENGTH / (LENGTH - J), (J, first, LENGTH - 2))
    whole = LENGTH**LENGTH / sympy.gamma(LENGTH + 1)
    return Symbolic((others * LENGTH).rewrite(sympy.gamma), whole)


def _whole(length: int) -> sympy.Expr:
    """The cost in bits of a single round."""
    return COST.subs({SIZE: length, REST: 0}) / sympy.log(2)


proof = Proof(
    theorem="permutation-rounds-exponential",
    hypotheses={
        "permutations": PERMUTATIONS,
        **EXACT_POLICY,
        **ROUND_COST,
        "error": "KL(q || p) <= eps bits",
    },
    steps=(
        cost_step("policy", "exact", DIVERGENCE, "permutations"),
        Step(
            name="profile",
            premises=("cost",),
            conclusion=(
                "R rounds that reveal n tokens cost at least log(n/R): one round costs log(n/1) by "
                "its last entry alone, and the others are >= 0; a first round of B costs at least "
                "log(n/(n - B + 1)) by its last entry, the r = R - 1 later ones at least "
                "log((n - B)/r), and with n - B = r + k, k >= 0 (each reveals one at least), the "
                "product is n/R (1 + k/(r (r + k + 1)))"
            ),
            certificate=Induction("the rounds R", base=_one_round(1), step=_ratio(LATER + 1)),
            change="log(n/(R - 1)) claimed in the step",
            twin=Induction("the rounds R", base=_one_round(1), step=_ratio(LATER)),
        ),
        Step(
            name="path",
            premises=("profile",),
            conclusion=(
                "a path whose rounds cost c bits takes R >= n 2^-c of them: c = log2(n/R) + s, "
                "s >= 0, gives n 2^-c = R 2^-s"
            ),
            certificate=Symbolic(
                stated(THEOREM, LENGTH, sympy.log(LENGTH / LATER, 2) + SLACK), LATER * 2**-SLACK
            ),
            change="c = log2(n/R) - s",
            twin=Symbolic(
                stated(THEOREM, LENGTH, sympy.log(LENGTH / LATER, 2) - SLACK), LATER * 2**-SLACK
            ),
        ),
        Step(
            name="jensen",
            premises=(),
            conclusion="E 2^-c >= 2^-(E c)",
            certificate=Cited(
                "Jensen's inequality for 2^-c", "Cover and Thomas, Theorem 2.6.2", averaged, _jensen
            ),
            change="2^-(E c / 2)",
            twin=Cited(
                "the same with E c halved",
                "none: false",
                averaged,
                lambda drawn: _jensen(drawn, 0.5),
            ),
        ),
        Step(
            name="one-by-one",
            premises=("cost",),
            conclusion="rounds of one token cost nothing, so that n rounds do at eps = 0",
            certificate=Symbolic(COST.subs(SIZE, 1) + LENGTH, stated(THEOREM, LENGTH, 0)),
            change="rounds of two",
            twin=Symbolic(COST.subs(SIZE, 2) + LENGTH, stated(THEOREM, LENGTH, 0)),
        ),
        Step(
            name="two-values",
            premises=("cost",),
            conclusion=(
                "n = 2 in one round costs log2(4/2) = 1 bit, where the bound is one round as well"
            ),
            certificate=Symbolic(
                as_stated(THEOREM, sympy.Integer(2), _whole(2)),
                sympy.Integer(1),
            ),
            change="n = 3",
            twin=Symbolic(
                as_stated(THEOREM, sympy.Integer(3), _whole(3)),
                sympy.Integer(1),
            ),
        ),
        Step(
            name="bound",
            premises=("path", "jensen", "cost", "error", "one-by-one", "two-values"),
            conclusion=THEOREM.statement,
            # E R >= n E 2^-c >= n 2^-KL; with eps = KL + s it is 2^s times the bound at eps
            certificate=Symbolic(
                stated(THEOREM, LENGTH, LOSS), stated(THEOREM, LENGTH, LOSS + SLACK) * 2**SLACK
            ),
            change="eps = KL - s",
            twin=Symbolic(
                stated(THEOREM, LENGTH, LOSS), stated(THEOREM, LENGTH, LOSS - SLACK) * 2**SLACK
            ),
        ),
    ),
)
