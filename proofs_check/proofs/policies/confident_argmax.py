"""Confident marginals: the union bound puts the likeliest symbols ahead of every other word."""

import sympy

from proofs_check.certificates import Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS
from theory.bounds.policies.confident_argmax import DOUBT, TOKENS

THEOREM = THEOREMS["confident-argmax"]
N = TOKENS
M = sympy.Symbol("m", nonnegative=True, integer=True)  # tokens so far
J = sympy.Symbol("j", positive=True, integer=True)
# what inequalities leave over, none negative: of the tokens so far, of one token, of both wrong
FIRST, OF_ONE, NEITHER = sympy.symbols("s t w", nonnegative=True)
WORD, REST, GAP, LEFT = sympy.symbols("p o g h", nonnegative=True)
LESS = sympy.Symbol("d", positive=True)


def _one_more(allowed: sympy.Expr) -> Symbolic:
    """P(A and B) - (1 - (m + 1) eps) where P(A) = 1 - m eps + s, P(B) = 1 - `allowed` + t."""
    first, of_one = 1 - M * DOUBT + FIRST, 1 - allowed + OF_ONE
    both = first + of_one - 1 + NEITHER  # P(A or B) = 1 - w
    return Symbolic(both - (1 - (M + 1) * DOUBT), FIRST + OF_ONE + NEITHER)


def _strict(most: sympy.Expr) -> Symbolic:
    """1 - (n + 1) eps' where eps' = eps - d and eps = (1 - g) `most`."""
    doubt = (1 - GAP) * most - LESS
    return Symbolic(1 - (N + 1) * doubt, GAP + (N + 1) * LESS)


def _spread(words: sympy.Expr) -> sympy.Expr:
    """What is left to x* when as many words take eps each."""
    return 1 - sympy.Sum(DOUBT, (J, 1, words))


proof = Proof(
    theorem="confident-argmax",
    hypotheses={
        "confident": "P(X_i = x*_i) >= 1 - eps at each of n tokens, x*_i its likeliest symbol",
        "strict": "for the second claim the inequality is strict and (n + 1) eps <= 1",
        "several": "for the last claims n >= 2",
    },
    steps=(
        Step(
            name="union",
            premises=("confident",),
            conclusion="P(x*) >= 1 - n eps: s, t, w >= 0 are what the inequalities leave over",
            certificate=Induction(
                "the tokens m: P(the first m are right) >= 1 - m eps",
                step=_one_more(DOUBT),
            ),
            change="a token may be wrong with probability 2 eps",
            twin=Induction(
                "the tokens m",
                step=_one_more(2 * DOUBT),
            ),
        ),
        Step(
            name="other",
            premises=("confident",),
            conclusion=(
                "another word x differs from x* at some token i: with P(X_i != x*_i) = P(x) + o = "
                "eps - t, P(x) = eps - (o + t) <= eps"
            ),
            certificate=Symbolic(terms(DOUBT, -(DOUBT - OF_ONE - REST)), OF_ONE + REST),
            change="the other words that are wrong at i counted as right",
            twin=Symbolic(DOUBT - (DOUBT - OF_ONE + REST), OF_ONE + REST),
        ),
        Step(
            name="lead",
            premises=("union", "other"),
            conclusion="P(x*) - P(x) >= 1 - (n + 1) eps, whatever x",
            certificate=Symbolic(
                (1 - N * DOUBT + FIRST) - (DOUBT - OF_ONE), THEOREM.expression + FIRST + OF_ONE
            ),
            change="P(x) <= 0",
            twin=Symbolic(
                (1 - N * DOUBT + FIRST) - (0 - OF_ONE), THEOREM.expression + FIRST + OF_ONE
            ),
        ),
        Step(
            name="positive",
            premises=("lead", "strict"),
            conclusion=(
                "strict means confident with an eps' = eps - d, d > 0; with (n + 1) eps = 1 - g "
                "the lead is at least g + (n + 1) d > 0"
            ),
            certificate=_strict(1 / (N + 1)),
            change="n eps <= 1 instead of (n + 1) eps <= 1",
            twin=_strict(1 / N),
        ),
        Step(
            name="product",
            premises=("strict",),
            conclusion=(
                "eps <= 1/(n + 1) <= 1/2, so each x*_i has more than half of its marginal and x* "
                "is the only argmax of the product: 1/2 - 1/(n + 1) = (n - 1)/(2 (n + 1)) >= 0"
            ),
            certificate=Symbolic(sympy.Rational(1, 2) - 1 / (N + 1), (N - 1) / (2 * (N + 1))),
            change="eps <= 1/n",
            twin=Symbolic(sympy.Rational(1, 2) - 1 / N, (N - 1) / (2 * (N + 1))),
        ),
        Step(
            name="extremal-marginals",
            premises=("several",),
            conclusion=(
                "give eps to each of n words that differ from x* at one token, 1 - n eps >= 0 to "
                "x*: the words right at token i, x* and n - 1 others, have 1 - eps together"
            ),
            certificate=Symbolic(_spread(N) + sympy.Sum(DOUBT, (J, 1, N - 1)), 1 - DOUBT),
            change="half of the words",
            twin=Symbolic(_spread(N / 2) + sympy.Sum(DOUBT, (J, 1, N - 1)), 1 - DOUBT),
        ),
        Step(
            name="extremal-symbols",
            premises=("extremal-marginals", "several"),
            conclusion=(
                "its likeliest symbols are x*: with n = m + 2 and eps = (1 - g)/n, 1 - eps exceeds "
                "eps by (m + 2 g)/(m + 2) >= 0"
            ),
            certificate=Symbolic(1 - 2 * (1 - GAP) / (M + 2), (M + 2 * GAP) / (M + 2)),
            change="n = m + 1, so that n = 1 is allowed",
            twin=Symbolic(1 - 2 * (1 - GAP) / (M + 1), (M + 2 * GAP) / (M + 2)),
        ),
        Step(
            name="extremal-lead",
            premises=("extremal-symbols",),
            conclusion=(
                "its lead is (1 - n eps) - eps = (n + 1) (1/(n + 1) - eps), of the sign of "
                "1/(n + 1) - eps"
            ),
            certificate=Symbolic(_spread(N) - DOUBT, (N + 1) * (1 / (N + 1) - DOUBT)),
            change="it changes its sign at 1/n",
            twin=Symbolic(_spread(N) - DOUBT, (N + 1) * (1 / N - DOUBT)),
        ),
        Step(
            name="bound",
            premises=("lead", "positive", "product", "extremal-lead"),
            conclusion=THEOREM.statement,
            # the bound is what the extremal law reaches
            certificate=Symbolic(THEOREM.expression, _spread(N) - DOUBT),
            change="the law with n - 1 such words",
            twin=Symbolic(THEOREM.expression, _spread(N - 1) - DOUBT),
        ),
    ),
)
