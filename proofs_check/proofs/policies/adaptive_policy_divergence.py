"""KL of a value-adaptive policy: the chain rule of KL, once for each round."""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at, factors
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import EXACT, POLICY, given
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    marginal,
    random_law,
    random_numbers,
)
from proofs_check.proofs.stated import as_stated
from proofs_check.proofs.total_correlation import block_step
from theory.bounds import THEOREMS

THEOREM = THEOREMS["adaptive-policy-divergence"]
# at a word: the chances of x_S and of the rest, the product of marginals, and what follows
REVEALED, REST, MARGINALS, AFTER = sympy.symbols("s r m a", positive=True)
NEXT_KNOWN = sympy.Symbol("n", positive=True)  # q(x_C, x_S), `REVEALED` here q(x_C)
SUM, AHEAD, ROUND, NEXT = sympy.symbols("C D c d", nonnegative=True)
CLOSE = 1e3 * ROUNDING


class Pair(NamedTuple):
    """Two laws of three bits, the second without zeros."""

    first: Law
    second: Law


def _pair(source: random.Random) -> Pair:
    words = list(itertools.product((0, 1), repeat=BITS))
    second = dict(zip(words, random_numbers(source, len(words)), strict=True))
    return Pair(random_law(source), second)


def _kl(first: Law, second: Law) -> float:
    return math.fsum(p * math.log(p / second[word]) for word, p in first.items())


def _chain_rule(pair: Pair, by_first: bool = True) -> bool:
    """KL = KL of the first bit + mean of the KL of the others given it, by the first law."""
    first, second = pair
    heads = marginal(first, (0,))
    weights = heads if by_first else marginal(second, (0,))
    later = math.fsum(
        weights[(value,)]
        * _kl(given(first, (value, None, None)), given(second, (value, None, None)))
        for (value,) in heads
    )
    return abs(_kl(first, second) - _kl(heads, marginal(second, (0,))) - later) <= CLOSE


def _reached(further: sympy.Expr) -> Induction:
    return Induction("the rounds", step=Symbolic(factors(REVEALED, further), NEXT_KNOWN))


def _rounds(kept: sympy.Expr) -> Induction:
    """KL = E sum of the first t terms + E D(c_(t+1)), where D = c + d splits one more round off."""
    return Induction(
        "the rounds t",
        step=Symbolic(at(SUM + AHEAD, {AHEAD: ROUND + NEXT}), SUM + kept + NEXT),
    )


proof = Proof(
    theorem="adaptive-policy-divergence",
    hypotheses={"policy": POLICY, "exact": EXACT},
    steps=(
        block_step(),
        Step(
            name="chain-rule",
            premises=(),
            conclusion="KL(q || p) = KL of X_S + E_q of the KL of the rest given x_S",
            certificate=Cited(
                "chain rule of KL", "Cover and Thomas, Theorem 2.5.3", _pair, _chain_rule
            ),
            change="x_S weighed by p",
            twin=Cited("the same", "none: false", _pair, lambda pair: _chain_rule(pair, False)),
        ),
        Step(
            name="one-round",
            premises=("policy", "exact", "block", "chain-rule"),
            conclusion=(
                "where x_C is known, D(x_C) = KL of q against q_pi given x_C: S is a function of "
                "x_C, X_S is drawn from the product of its marginals, and what follows x_S is q_pi "
                "given x_C and x_S; so D(x_C) = TC(X_S | x_C) + E_q D(x_C, X_S)"
            ),
            # at every word: q(x_S) q(rest) over the product of marginals and what follows
            certificate=Symbolic(
                sympy.log(REVEALED * REST / (MARGINALS * AFTER)),
                sympy.log(REVEALED / MARGINALS) + sympy.log(REST / AFTER),
            ),
            change="half of what follows",
            twin=Symbolic(
                sympy.log(REVEALED * REST / (MARGINALS * AFTER)),
                sympy.log(REVEALED / MARGINALS) + sympy.log(REST / AFTER) / 2,
            ),
        ),
        Step(
            name="reached",
            premises=("policy",),
            conclusion=(
                "words that agree on x_C take the same path up to there, as S is a function of "
                "x_C: a node x_C that is reached with probability q(x_C) sends q(x_C) q(x_S | x_C) "
                "= q(x_C, x_S) on to the next one, and given that, the rest has the law q given it"
            ),
            certificate=_reached(NEXT_KNOWN / REVEALED),
            change="x_S of its own probability, whatever was seen",
            twin=_reached(NEXT_KNOWN),
        ),
        Step(
            name="rounds",
            premises=("one-round", "reached"),
            conclusion=(
                "KL = E_q sum_(s <= t) TC(X_(S_s) | x_(C_s)) + E_q D(x_(C_(t+1))) for every t: at "
                "t = 0 that is what D means; D = 0 once nothing is masked, as both laws are a point"
            ),
            certificate=_rounds(ROUND),
            change="the cost of the round counted twice",
            twin=_rounds(2 * ROUND),
        ),
        Step(
            name="identity",
            premises=("rounds",),
            conclusion=THEOREM.statement,
            # after the last round, at most L of them, nothing is ahead
            certificate=Symbolic(at(SUM + AHEAD, {AHEAD: 0}), as_stated(THEOREM, SUM)),
            change="one token's log 2 left ahead",
            twin=Symbolic(at(SUM + AHEAD, {AHEAD: sympy.log(2)}), as_stated(THEOREM, SUM)),
        ),
    ),
)
