"""The certificate of entropy-bounded reveal: a block is at least as uncertain as each token."""

import itertools
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    entropy,
    random_numbers,
)
from proofs_check.proofs.total_correlation import block_step
from theory.bounds import THEOREMS
from theory.bounds.policies.entropy_bounded_certificate import LARGEST, TOTAL

THEOREM = THEOREMS["entropy-bounded-certificate"]
REST, LOSS = sympy.symbols("R e", nonnegative=True)
N, V = (sympy.Symbol(name, positive=True, integer=True) for name in ("n", "V"))
J = sympy.Symbol("j", positive=True, integer=True)


class Told(NamedTuple):
    """A law of three bits, and whether its first bit tells the others."""

    law: Law
    told: bool


def _told(source: random.Random) -> Told:
    """A law where the first bit tells the others, or one where some first bit goes with two words
    of probabilities above 1/1000."""
    words = {bit: [(bit, *rest) for rest in itertools.product((0, 1), repeat=2)] for bit in (0, 1)}
    told = source.random() < 0.5
    kept = [source.choice(words[0]), *source.sample(words[1], 1 if told else 2)]
    return Told(dict(zip(kept, random_numbers(source, len(kept)), strict=True)), told)


def _grows(drawn: Told, told: bool = True) -> bool:
    """H(X_U) >= H(X_1), with equality iff X_1 tells the others."""
    rest = entropy(drawn.law, range(BITS)) - entropy(drawn.law, (0,))
    return rest >= -ROUNDING and (abs(rest) <= ROUNDING) == (drawn.told == told)


def _copies(count: sympy.Expr) -> sympy.Expr:
    """KL in nats of n copies of a uniform symbol from a product of `count` uniform ones."""
    return sympy.Sum(1 / V * sympy.log(1 / V / V**-count), (J, 1, V))


proof = Proof(
    theorem="entropy-bounded-certificate",
    hypotheses={
        "product": "the tokens of U are drawn independently from their true laws given the rest",
        "kept": "for the second claim sum H - max H <= gamma, by how much is e",
    },
    steps=(
        block_step("product"),
        Step(
            name="one-of-them",
            premises=(),
            conclusion=(
                "B = H(X_i) + R, R = H(the others | X_i) >= 0 for each i in U, and R = 0 iff X_i "
                "determines the others"
            ),
            certificate=Cited(
                "chain rule; a conditional entropy is not negative, and zero for functions alone",
                "Cover and Thomas, Theorem 2.2.1 and problem 2.5",
                _told,
                _grows,
            ),
            change="R = 0 iff X_i does not determine them",
            twin=Cited(
                "zero for others alone", "none: false", _told, lambda drawn: _grows(drawn, False)
            ),
        ),
        Step(
            name="difference",
            premises=("block", "one-of-them"),
            conclusion=(
                "TC = S - B, S the sum of the entropies of U, B = H(X_U): for a token of largest "
                "entropy M the bound exceeds it by R >= 0, exactly: so "
                "there is equality iff it determines the others"
            ),
            certificate=Symbolic(terms(THEOREM.expression, LARGEST + REST - TOTAL), REST),
            change="the largest entropy taken off twice",
            twin=Symbolic(THEOREM.expression - LARGEST - (TOTAL - (LARGEST + REST)), REST),
        ),
        Step(
            name="reached",
            premises=("product",),
            conclusion=(
                "n copies of a uniform symbol reach it: TC = (n - 1) log V = n log V - log V nats"
            ),
            certificate=Symbolic(
                _copies(N),
                THEOREM.expression.subs({TOTAL: N * sympy.log(V), LARGEST: sympy.log(V)}),
            ),
            change="a product of n + 1 factors",
            twin=Symbolic(
                _copies(N + 1),
                THEOREM.expression.subs({TOTAL: N * sympy.log(V), LARGEST: sympy.log(V)}),
            ),
        ),
        Step(
            name="bound",
            premises=("difference", "reached", "kept"),
            conclusion=THEOREM.statement,
            # gamma = sum H - max H + e, so gamma - TC = e + R >= 0
            certificate=Symbolic(
                terms(THEOREM.expression, LOSS, LARGEST + REST - TOTAL), LOSS + REST
            ),
            change="a round that exceeds gamma by e",
            twin=Symbolic((THEOREM.expression - LOSS) - (TOTAL - (LARGEST + REST)), LOSS + REST),
        ),
    ),
)
