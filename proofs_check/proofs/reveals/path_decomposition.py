"""KL <= path average + L eps_learning: convexity over paths, then the chain rule along each."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.reveal_cost import BLOCK
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    marginal,
    random_law,
    random_numbers,
)
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["path-decomposition"]
JOINT, TRUE, MARGINAL, DRAWN = sympy.symbols("q M m p", positive=True)
LOGS, KNOWN, NEW = sympy.symbols("R known s", real=True)
PATH, LEARNING, SLACK = sympy.symbols("path eps slack", nonnegative=True)
L = sympy.Symbol("L", positive=True, integer=True)
PRODUCT = TRUE * sympy.exp(-LOGS)  # of what is drawn from, as log(M / product) = R so far


class MixedLaws(NamedTuple):
    """A law, positive laws of the same three bits, and the weights of their mixture."""

    law: Law
    parts: list[dict[tuple[int, ...], float]]
    weights: list[float]


class Ordered(NamedTuple):
    """A law of three bits, a positive one, and an order of the positions cut into two blocks."""

    law: Law
    other: Law
    order: tuple[int, ...]
    cut: int


def _positive(source: random.Random) -> dict[tuple[int, ...], float]:
    words = [tuple(word >> i & 1 for i in range(BITS)) for word in range(2**BITS)]
    return dict(zip(words, random_numbers(source, len(words)), strict=True))


def _mixture(source: random.Random) -> MixedLaws:
    count = source.randint(2, 4)
    parts = [_positive(source) for _ in range(count)]
    return MixedLaws(random_law(source), parts, random_numbers(source, count))


def _ordered(source: random.Random) -> Ordered:
    order = tuple(source.sample(range(BITS), BITS))
    return Ordered(random_law(source), _positive(source), order, source.randint(1, BITS - 1))


def _divergence(law: Law, other: Law) -> float:
    return math.fsum(q * math.log(q / other[word]) for word, q in law.items())


def _convex(drawn: MixedLaws, sign: int = 1) -> bool:
    mixed = {
        word: math.fsum(w * part[word] for w, part in zip(drawn.weights, drawn.parts, strict=True))
        for word in drawn.parts[0]
    }
    mean = math.fsum(
        w * _divergence(drawn.law, part) for w, part in zip(drawn.weights, drawn.parts, strict=True)
    )
    return sign * (mean - _divergence(drawn.law, mixed)) >= -ROUNDING


def _conditional(law: Law, other: Law, given: tuple[int, ...], drawn: tuple[int, ...]) -> float:
    """E_q KL(q(X_drawn | X_given) || p(X_drawn | X_given)) in nats."""
    together, before = marginal(other, (*given, *drawn)), marginal(other, given)
    condition = marginal(law, given)
    return math.fsum(
        q
        * math.log(q / condition[seen[: len(given)]] * before[seen[: len(given)]] / together[seen])
        for seen, q in marginal(law, (*given, *drawn)).items()
    )


def _chain(case: Ordered, known: bool = True) -> bool:
    """The divergence is the sum over two blocks, the second one given the first."""
    first, second = case.order[: case.cut], case.order[case.cut :]
    parts = _conditional(case.law, case.other, (), first)
    parts += _conditional(case.law, case.other, first if known else (), second)
    return abs(parts - _divergence(case.law, case.other)) <= 10 * ROUNDING


proof = Proof(
    theorem="path-decomposition",
    hypotheses={
        "paths": "the sets S_1, S_2, .. are drawn whatever the symbols: p = sum_w P(w) p_w",
        "product": "step k draws the tokens of S_k independently, from the denoiser's laws p_i",
        "learning": "KL(q_i || p_i) <= eps, q_i(x_i | x_t) the true law, at every possible x_t",
        "path": "the path-averaged divergence is E sum_k TC(X_(S_k) | X_(S_<k))",
    },
    steps=(
        Step(
            name="convex",
            premises=("paths",),
            conclusion="KL(q || p) <= sum_w P(w) KL(q || p_w)",
            certificate=Cited("KL is convex", "Cover and Thomas, Theorem 2.7.2", _mixture, _convex),
            change="KL is concave",
            twin=Cited("KL is concave", "none: false", _mixture, lambda drawn: _convex(drawn, -1)),
        ),
        Step(
            name="chain",
            premises=("product",),
            conclusion=(
                "KL(q || p_w) = sum_k E_q KL(q(X_(S_k) | X_(S_<k)) || the product that step k "
                "draws from)"
            ),
            certificate=Cited(
                "chain rule of KL", "Cover and Thomas, Theorem 2.5.3", _ordered, _chain
            ),
            change="the second block given nothing",
            twin=Cited(
                "the sum of the divergences of the blocks",
                "none: false",
                _ordered,
                lambda case: _chain(case, False),
            ),
        ),
        Step(
            name="split",
            premises=("chain",),
            conclusion=(
                "log(q / prod p_i) = log(q / prod q_i) + sum_i log(q_i / p_i) at every word, q_i "
                "the true laws given what is known"
            ),
            # so far M = prod q_i and R = sum log(q_i / p_i); a token of true law m comes from p
            certificate=Induction(
                "the tokens of a step",
                step=Symbolic(
                    sympy.log(JOINT / (PRODUCT * DRAWN)),
                    sympy.log(JOINT / (TRUE * MARGINAL)) + LOGS + sympy.log(MARGINAL / DRAWN),
                ),
            ),
            change="log(p_i / q_i) added",
            twin=Induction(
                "the tokens of a step",
                step=Symbolic(
                    sympy.log(JOINT / (PRODUCT * DRAWN)),
                    sympy.log(JOINT / (TRUE * MARGINAL)) + LOGS + sympy.log(DRAWN / MARGINAL),
                ),
            ),
        ),
        BLOCK,
        Step(
            name="counted",
            premises=("split", "block", "learning"),
            conclusion=(
                "averaged over q a step costs TC(X_(S_k) | X_(S_<k)) + sum over i in S_k of "
                "E KL(q_i || p_i), at most TC + |S_k| eps; every token is drawn once, so the steps "
                "cost at most their TC + L eps"
            ),
            # eps for each of the known tokens so far, and s new ones
            certificate=Induction(
                "the steps",
                step=Symbolic(LEARNING * KNOWN + NEW * LEARNING, LEARNING * (KNOWN + NEW)),
            ),
            change="one token more in every step",
            twin=Induction(
                "the steps",
                step=Symbolic(LEARNING * KNOWN + (NEW + 1) * LEARNING, LEARNING * (KNOWN + NEW)),
            ),
        ),
        Step(
            name="bound",
            premises=("convex", "counted", "path"),
            conclusion=THEOREM.statement,
            # learning errors eps - slack on average; at N = 1 one path, nothing else is lost
            certificate=Symbolic(
                stated(THEOREM, PATH, L, LEARNING) - (PATH + L * (LEARNING - SLACK)), L * SLACK
            ),
            change="eps_learning counted once",
            twin=Symbolic(
                stated(THEOREM, PATH, sympy.Integer(1), LEARNING) - (PATH + L * (LEARNING - SLACK)),
                L * SLACK,
            ),
        ),
    ),
)
