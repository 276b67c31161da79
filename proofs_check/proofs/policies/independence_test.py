"""Tests of independence: the chain rule of total correlation, and exclusive or."""

import itertools
import math

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import mean_step
from proofs_check.proofs.random_laws import (
    BITS,
    Law,
    conditional_entropy,
    entropy,
    random_law,
)
from theory.bounds import THEOREMS
from theory.bounds.policies.independence_test import MOVE, TOKENS

THEOREM = THEOREMS["independence-test"]
SO_FAR, BLOCK, GROWN, NEW = sympy.symbols("S B G h", nonnegative=True)
OVER, LESS = sympy.symbols("s t", nonnegative=True)
M = sympy.Symbol("m", nonnegative=True, integer=True)
V, N, J = (sympy.Symbol(name, positive=True, integer=True) for name in ("V", "n", "j"))
RANK, EARLIER, EXCESS = sympy.symbols("J R D", integer=True, nonnegative=True)
HIGH, LOW = sympy.symbols("b d", integer=True, nonnegative=True)
P, Q, R = sympy.symbols("P Q R", positive=True)
Values = tuple[int, ...]


def _probability(law: Law, places: Values, values: Values) -> float:
    return math.fsum(
        p
        for word, p in law.items()
        if all(word[place] == value for place, value in zip(places, values, strict=True))
    )


def _mean_move(law: Law, turned: bool = False) -> bool:
    """H(X_3) - H(X_3 | X_1 X_2) is the mean of KL(q(x_3 | x_1 x_2) || q(x_3))."""
    terms = []
    for word, p in law.items():
        marginal = _probability(law, (2,), word[2:])
        given = p / _probability(law, (0, 1), word[:2])
        terms.append(
            marginal * math.log(marginal / given) if turned else p * math.log(given / marginal)
        )
    drop = entropy(law, (BITS - 1,)) - conditional_entropy(law, BITS - 1, range(BITS - 1))
    return abs(math.fsum(terms) - drop) <= 1e-10


def _exclusive_or(values: Values) -> int:
    return values[0] ^ values[1]


def _and(values: Values) -> int:
    return values[0] & values[1]


def _bits(third: int) -> dict[Values, sympy.Rational]:
    """A free bit at rank 0, bits at ranks 1 and 2, and their `third` at rank 3: uniform words."""
    rule = (_exclusive_or, _and)[third]
    share = sympy.Rational(1, 8)
    return {(*free, rule(free[1:])): share for free in itertools.product((0, 1), repeat=3)}


def _marginal(law: dict[Values, sympy.Rational], places: Values) -> dict[Values, sympy.Rational]:
    shares: dict[Values, sympy.Rational] = {}
    for word, share in law.items():
        seen = tuple(word[place] for place in places)
        shares[seen] = shares.get(seen, sympy.Integer(0)) + share
    return shares


def _moved(law: dict[Values, sympy.Rational]) -> sympy.Expr:
    """Sum over both bits of the rank, tested tokens and values of (P(shown, own) - product)^2."""
    total = sympy.Integer(0)
    for bit, rank in itertools.product(range(2), range(1, 4)):
        shown = tuple(other for other in range(rank) if not other >> bit & 1)
        if not rank >> bit & 1 or not shown:
            continue
        first, alone = _marginal(law, shown), _marginal(law, (rank,))
        both = _marginal(law, (*shown, rank))
        for values, value in itertools.product(first, alone):
            chance = both.get((*values, *value), sympy.Integer(0))
            total += at((P - Q * R) ** 2, {P: chance, Q: first[values], R: alone[value]})
    return total


def _total_correlation(law: dict[Values, sympy.Rational]) -> sympy.Expr:
    alone = [_marginal(law, (rank,)) for rank in range(4)]
    return sum(
        at(P * sympy.log(P / Q), {P: share, Q: math.prod(alone[i][(word[i],)] for i in range(4))})
        for word, share in law.items()
    )


proof = Proof(
    theorem="independence-test",
    hypotheses={
        "moves": "KL(q(x_j | x_1..x_(j-1)) || q(x_j)) <= eps for each j and all possible values",
        "parts": "PUNT: for each bit of the rank, tokens with bit 0 are shown, those with 1 tested",
        "stable": "independence from X_A and from X_B gives independence from both together",
    },
    steps=(
        Step(
            name="telescope",
            premises=(),
            conclusion=(
                "TC = sum_(j >= 2) (H(X_j) - H(X_j | those before it)): S - B, own entropies less "
                "that of the block, which a further token grows to G"
            ),
            certificate=Induction(
                "the tokens",
                step=Symbolic(terms(SO_FAR - BLOCK, NEW - (GROWN - BLOCK)), (SO_FAR + NEW) - GROWN),
            ),
            change="the conditional entropy added",
            twin=Induction(
                "the tokens",
                step=Symbolic((SO_FAR - BLOCK) + (NEW + (GROWN - BLOCK)), (SO_FAR + NEW) - GROWN),
            ),
        ),
        Step(
            name="mean-move",
            premises=(),
            conclusion=(
                "H(X_j) - H(X_j | those before it) is the mean, over the values of those before "
                "it, of the KL by which they move the law of X_j"
            ),
            certificate=Cited(
                "I(X; Y) = E KL(q(y | X) || q(y))",
                "Cover and Thomas, sections 2.3 and 2.4",
                random_law,
                _mean_move,
            ),
            change="the two laws of the divergence exchanged",
            twin=Cited(
                "the same with KL(q(y) || q(y | X))",
                "none: false",
                random_law,
                lambda law: _mean_move(law, True),
            ),
        ),
        mean_step(
            "mean-of-moves", ("mean-move", "moves"), "a mean of moves of at most eps is at most eps"
        ),
        Step(
            name="sum",
            premises=("telescope", "mean-of-moves"),
            conclusion="TC <= (n - 1) eps: s and t >= 0 are what the inequalities leave over",
            certificate=Induction(
                "the tokens n = m + 1",
                base=Symbolic(at(THEOREM.expression, {TOKENS: 1}), 0),
                step=Symbolic(
                    THEOREM.expression.subs(TOKENS, M + 2)
                    - (THEOREM.expression.subs(TOKENS, M + 1) - OVER + MOVE - LESS),
                    OVER + LESS,
                ),
            ),
            change="every second token free",
            twin=Induction(
                "the tokens n = m + 1",
                base=Symbolic(at(THEOREM.expression, {TOKENS: 1}), 0),
                step=Symbolic(
                    (M + 1) / 2 * MOVE - (M / 2 * MOVE - OVER + MOVE - LESS), OVER + LESS
                ),
            ),
        ),
        Step(
            name="copies",
            premises=(),
            conclusion=(
                "reached by n copies of a uniform symbol: TC = (n - 1) log V, and each is moved by "
                "log V"
            ),
            certificate=Symbolic(
                sympy.Sum(1 / V * sympy.log(1 / V / V**-N), (J, 1, V)),
                THEOREM.expression.subs({TOKENS: N, MOVE: sympy.log(V)}),
            ),
            change="moved by log(V) / 2",
            twin=Symbolic(
                sympy.Sum(1 / V * sympy.log(1 / V / V**-N), (J, 1, V)),
                THEOREM.expression.subs({TOKENS: N, MOVE: sympy.log(V) / 2}),
            ),
        ),
        Step(
            name="parts-cover",
            premises=("parts", "stable", "sum"),
            conclusion=(
                "a rank J that has no bit 1 where R has 0 is at most R, R - J = D >= 0 growing by "
                "2^b d, d in {0, 1}, with each bit: so an earlier R < J is shown when J is tested "
                "at some bit, and the parts have all earlier tokens as their union. If no part "
                "moves anything, then with stability, part by part, all of them do not: TC = 0"
            ),
            certificate=Induction(
                "the bits b of the ranks",
                # bits J_b and J_b + d
                step=Symbolic(
                    (RANK + EXCESS + 2**HIGH * (EARLIER + LOW)) - (RANK + 2**HIGH * EARLIER),
                    EXCESS + 2**HIGH * LOW,
                ),
            ),
            change="a bit 1 where the other has 0",
            twin=Induction(
                "the bits b of the ranks",
                step=Symbolic(
                    (RANK + EXCESS + 2**HIGH * EARLIER) - (RANK + 2**HIGH * (EARLIER + LOW)),
                    EXCESS + 2**HIGH * LOW,
                ),
            ),
        ),
        Step(
            name="nothing-moves",
            premises=("parts",),
            conclusion=(
                "x_3 = x_1 xor x_2 with a free bit at rank 0: in all tests of parts the shown and "
                "the tested bits are independent"
            ),
            certificate=Symbolic(_moved(_bits(0)), sympy.Integer(0)),
            change="and instead of exclusive or",
            twin=Symbolic(_moved(_bits(1)), sympy.Integer(0)),
        ),
        Step(
            name="not-independent",
            premises=("nothing-moves",),
            conclusion="and yet TC = log 2: exclusive or is not stable",
            certificate=Symbolic(_total_correlation(_bits(0)), sympy.log(2)),
            change="and instead of exclusive or",
            twin=Symbolic(_total_correlation(_bits(1)), sympy.log(2)),
        ),
        Step(
            name="bound",
            premises=("sum", "copies", "parts-cover", "not-independent"),
            conclusion=THEOREM.statement,
            # one eps for each token but the first
            certificate=Symbolic(sympy.Sum(MOVE, (J, 2, TOKENS)), THEOREM.expression),
            change="the first token moved as well",
            twin=Symbolic(sympy.Sum(MOVE, (J, 1, TOKENS)), THEOREM.expression),
        ),
    ),
)
