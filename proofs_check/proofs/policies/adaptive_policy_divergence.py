"""KL of a value-adaptive policy: the chain rule of KL, once for each round."""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import (
    EXACT,
    POLICY,
    Adaptive,
    Known,
    divergence,
    given,
    path,
    random_policy,
    total_correlation,
)
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, random_law, random_numbers
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["adaptive-policy-divergence"]
SUM, AHEAD, ROUND, NEXT = sympy.symbols("C D c d", nonnegative=True)
CLOSE = 1e3 * ROUNDING


class Node(NamedTuple):
    """A policy, and what it knows somewhere on the way to a random word."""

    policy: Adaptive
    known: Known


class Pair(NamedTuple):
    """Two laws of three bits, the second without zeros."""

    first: Law
    second: Law


def _node(source: random.Random) -> Node:
    drawn = random_policy(source)
    word = source.choice(list(drawn.law))
    return Node(drawn, source.choice(list(path(drawn.table, word))))


def _pair(source: random.Random) -> Pair:
    words = list(itertools.product((0, 1), repeat=BITS))
    second = dict(zip(words, random_numbers(source, len(words)), strict=True))
    return Pair(random_law(source), second)


def _kl(first: Law, second: Law) -> float:
    return math.fsum(p * math.log(p / second[word]) for word, p in first.items())


def _marginal(law: Law, kept: int) -> dict[tuple[int, ...], float]:
    found: dict[tuple[int, ...], float] = {}
    for word, probability in law.items():
        found[word[:kept]] = found.get(word[:kept], 0.0) + probability
    return found


def _chain_rule(pair: Pair, by_first: bool = True) -> bool:
    """KL = KL of the first bit + mean of the KL of the others given it, by the first law."""
    first, second = pair
    heads = _marginal(first, 1)
    weights = heads if by_first else _marginal(second, 1)
    later = math.fsum(
        weights[(value,)]
        * _kl(given(first, (value, None, None)), given(second, (value, None, None)))
        for (value,) in heads
    )
    return abs(_kl(first, second) - _kl(heads, _marginal(second, 1)) - later) <= CLOSE


def _product(law: Law, conditional: bool = False) -> bool:
    """KL(q || product of its marginals) = sum_i H(X_i) - H(X)."""
    shares = [[math.fsum(p for w, p in law.items() if w[i] == v) for v in (0, 1)] for i in range(3)]
    product = {
        word: math.prod(shares[i][value] for i, value in enumerate(word))
        for word in itertools.product((0, 1), repeat=BITS)
    }
    positions = tuple(range(1 if conditional else 0, BITS))
    return abs(_kl(law, product) - total_correlation(law, positions)) <= CLOSE


def _one_round(node: Node, later: float = 1.0) -> bool:
    """D(c) = TC(X_S | x_c) + later * E D(c, x_S), D the divergence of what is generated from c."""
    (law, table), known = node
    own, positions = given(law, known), table[known]
    ahead = 0.0
    for values in itertools.product((0, 1), repeat=len(positions)):
        shown = dict(zip(positions, values, strict=True))
        weight = math.fsum(p for w, p in own.items() if all(w[i] == shown[i] for i in shown))
        if weight > 0:
            after = tuple(shown.get(i, value) for i, value in enumerate(known))
            ahead += weight * divergence(node.policy, after)
    wanted = total_correlation(own, positions) + later * ahead
    return abs(divergence(node.policy, known) - wanted) <= CLOSE


def _reached(policy: Adaptive, agreeing: bool = True) -> bool:
    """The words on whose path a node lies are those that agree with it, by probability."""
    met: dict[Known, float] = {}
    for word, probability in policy.law.items():
        for known in path(policy.table, word):
            met[known] = met.get(known, 0.0) + probability
    return all(
        abs(
            weight
            - math.fsum(
                p
                for word, p in policy.law.items()
                if all(
                    own is None or (own == token) is agreeing
                    for own, token in zip(known, word, strict=True)
                )
            )
        )
        <= ROUNDING
        for known, weight in met.items()
    )


def _rounds(kept: sympy.Expr) -> Induction:
    """KL = E sum of the first t terms + E D(c_(t+1)), where D = c + d splits one more round off."""
    return Induction(
        "the rounds t",
        base=Cited(
            "with everything known both laws are one point: D = 0; with nothing known D = KL",
            "definition of KL",
            lambda source: tuple(source.randint(0, 1) for _ in range(BITS)),
            lambda word: divergence(Adaptive({word: 1.0}, {}), word) == 0,
        ),
        step=Symbolic(SUM + AHEAD.subs(AHEAD, ROUND + NEXT), SUM + kept + NEXT),
    )


proof = Proof(
    theorem="adaptive-policy-divergence",
    hypotheses={"policy": POLICY, "exact": EXACT},
    steps=(
        Step(
            name="product",
            premises=(),
            conclusion="KL(q || product of its marginals) = sum_i H(X_i) - H(X) = TC(X)",
            certificate=Cited(
                "total correlation as a divergence", "Watanabe 1960", random_law, _product
            ),
            change="the first token left out of TC",
            twin=Cited("the same", "none: false", random_law, lambda law: _product(law, True)),
        ),
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
            premises=("policy", "exact", "product", "chain-rule"),
            conclusion=(
                "where x_C is known, D(x_C) = KL of q against q_pi given x_C: S is a function of "
                "x_C, X_S is drawn from the product of its marginals, and what follows x_S is q_pi "
                "given x_C and x_S; so D(x_C) = TC(X_S | x_C) + E_q D(x_C, X_S)"
            ),
            certificate=Cited(
                "chain rule of KL with the product as the law of X_S",
                "steps product and chain-rule",
                _node,
                _one_round,
                count=200,
            ),
            change="half of what follows",
            twin=Cited(
                "the same", "none: false", _node, lambda node: _one_round(node, 0.5), count=200
            ),
        ),
        Step(
            name="reached",
            premises=("policy",),
            conclusion=(
                "words that agree on x_C take the same path up to there: a node on some path "
                "is reached with probability q(x_C), and given that, the rest has the law q "
                "given x_C"
            ),
            certificate=Cited(
                "a deterministic policy is a decision tree whose nodes are known values",
                "induction on the rounds",
                random_policy,
                _reached,
                count=200,
            ),
            change="words that disagree everywhere",
            twin=Cited(
                "the same",
                "none: false",
                random_policy,
                lambda policy: _reached(policy, False),
                count=200,
            ),
        ),
        Step(
            name="rounds",
            premises=("one-round", "reached"),
            conclusion=(
                "KL = E_q sum_(s <= t) TC(X_(S_s) | x_(C_s)) + E_q D(x_(C_(t+1))) for every t, and "
                "D = 0 once nothing is masked"
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
            certificate=Symbolic((SUM + AHEAD).subs(AHEAD, 0), stated(THEOREM, SUM)),
            change="one token's log 2 left ahead",
            twin=Symbolic((SUM + AHEAD).subs(AHEAD, sympy.log(2)), stated(THEOREM, SUM)),
        ),
    ),
)
