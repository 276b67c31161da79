"""Rounds of permutations with lots: the bound of a path, a mean over lots, Jensen for log."""

import math
import random

import sympy

from proofs_check.certificates import Cited, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.permutation_rounds_exponential import LATER, averaged
from proofs_check.proofs.policies.permutation_rounds_exponential import proof as deterministic
from proofs_check.proofs.policies.permutation_terms import COST, LENGTH, SIZE
from proofs_check.proofs.policies.policy_facts import EXACT
from proofs_check.proofs.random_laws import ROUNDING
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["permutation-rounds-random"]
LOSS, SLACK, FIRST, SECOND = sympy.symbols("c s a b", nonnegative=True)
WEIGHT = sympy.Symbol("w", nonnegative=True)
ROUNDS, MORE = sympy.symbols("R R'", positive=True)


def _jensen(drawn: tuple[list[float], list[float]], reach: float = 1.0) -> bool:
    """E -log2 z >= -log2(reach E z), z = 2^-c."""
    losses, weights = drawn
    mean = math.fsum(w * loss for loss, w in zip(losses, weights, strict=True))
    inside = math.fsum(w * 2**-loss for loss, w in zip(losses, weights, strict=True))
    return mean >= -math.log2(reach * inside) - ROUNDING


def _lots(source: random.Random) -> tuple[list[float], list[float]]:
    return averaged(source)


def _mean_over_lots(share: sympy.Expr) -> Symbolic:
    """w R/n + (1 - w) R'/n less the two terms 2^-c, which are smaller by a and b."""
    bound = (WEIGHT * ROUNDS + share * MORE) / LENGTH
    ratio = WEIGHT * (ROUNDS / LENGTH - FIRST) + (1 - WEIGHT) * (MORE / LENGTH - SECOND)
    return Symbolic(terms(bound, -ratio), WEIGHT * FIRST + (1 - WEIGHT) * SECOND)


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        **{name: text for name, text in deterministic.hypotheses.items() if name != "exact"},
        "exact": EXACT,
        "lots": "the policy is a mixture of deterministic ones, one for each outcome of its lots",
    },
    steps=(
        *deterministic.steps[:3],  # the cost of a round, of a path, and R >= n 2^-c on every path
        Step(
            name="lots-at-a-word",
            premises=("path", "lots"),
            conclusion=(
                "at every permutation p/q is the mean of 2^-c over lots, at most the mean of R/n: "
                "for two outcomes, with 2^-c = R/n - a and R'/n - b, what is left over is the mean "
                "of a and b; the mean over more outcomes by turns"
            ),
            certificate=_mean_over_lots(1 - WEIGHT),
            change="the weight w for both",
            twin=_mean_over_lots(WEIGHT),
        ),
        Step(
            name="jensen",
            premises=(),
            conclusion="KL = E_q -log2(p/q) >= -log2 E_q (p/q)",
            certificate=Cited(
                "Jensen's inequality for -log2", "Cover and Thomas, Theorem 2.6.2", _lots, _jensen
            ),
            change="E_q (p/q) halved",
            twin=Cited(
                "the same with half of the mean",
                "none: false",
                _lots,
                lambda drawn: _jensen(drawn, 0.5),
            ),
        ),
        Step(
            name="rounds",
            premises=("lots-at-a-word", "jensen", "error"),
            conclusion=(
                "so n 2^-eps <= n 2^-KL <= n E_q (p/q) <= E R: with eps = KL + s, s >= 0, the "
                "bound at eps is 2^-s times the one at KL = log2(n/R)"
            ),
            certificate=Symbolic(
                as_stated(THEOREM, LENGTH, sympy.log(LENGTH / LATER, 2) + SLACK),
                LATER * 2**-SLACK,
            ),
            change="eps = KL - s",
            twin=Symbolic(
                as_stated(THEOREM, LENGTH, sympy.log(LENGTH / LATER, 2) - SLACK),
                LATER * 2**-SLACK,
            ),
        ),
        Step(
            name="bound",
            premises=("rounds", "cost"),
            conclusion=THEOREM.statement,
            # rounds of one token cost nothing: n rounds at eps = 0
            certificate=Symbolic(
                at(COST, {SIZE: 1}) + LENGTH, as_stated(THEOREM, LENGTH, sympy.Integer(0))
            ),
            change="rounds of two",
            twin=Symbolic(
                at(COST, {SIZE: 2}) + LENGTH, as_stated(THEOREM, LENGTH, sympy.Integer(0))
            ),
        ),
    ),
)
