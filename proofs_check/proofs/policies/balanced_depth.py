"""Serial depth of balanced words: one token a round until all masked ones are equal."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, factors
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import DEPENDENT_ROUND, EXACT_POLICY
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["balanced-depth"]
LAST, MORE = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("k", "l"))
HALF, ONES, ZEROS = (sympy.Symbol(name, integer=True, positive=True) for name in ("h", "o", "z"))
TAIL, CHANCE = sympy.Symbol("j", integer=True), sympy.Symbol("p", positive=True)


def choose(whole: sympy.Expr, part: sympy.Expr) -> sympy.Expr:
    """A binomial coefficient in gamma functions, which sympy reduces better."""
    return sympy.gamma(whole + 1) / (sympy.gamma(part + 1) * sympy.gamma(whole - part + 1))


def _pair(draws: sympy.Expr) -> Symbolic:
    """P(1, 1) - P(1)^2 for two of M = o + z masked tokens, the second from `draws` of them."""
    masked = ONES + ZEROS
    both = ONES * (ONES - 1) / (masked * draws)
    return Symbolic(both - (ONES / masked) ** 2, -ONES * ZEROS / (masked**2 * (masked - 1)))


def _exchangeable(reached: sympy.Expr) -> Induction:
    """C(o + z, o) of the C(n, h) words are left; the next token is a one with chance o/(o + z)."""
    left, one_less = choose(ONES + ZEROS, ONES), choose(ONES - 1 + ZEROS, ONES - 1)
    return Induction(
        "the values shown, the next a one (a zero alike)",
        step=Symbolic(factors(left, ONES / reached), one_less),
    )


def _equal(words: int) -> Symbolic:
    """`words` C(n - k, h - k) words end in k equal symbols: two for the symbol."""
    half = LAST + MORE
    ending = choose(2 * half - LAST, half - LAST)
    return Symbolic(factors(words, ending), 2 * choose(2 * half - LAST, half))


def _stick(lower: sympy.Expr) -> Induction:
    """The sum of C(i, h) over i = h..N is C(N + 1, h + 1); N = h + l."""
    whole = HALF + MORE
    return Induction(
        "the upper end N of the sum",
        base=Symbolic(
            at(choose(whole, HALF), {MORE: 0}), at(choose(whole + 1, HALF + 1), {MORE: 0})
        ),
        step=Symbolic(
            choose(whole + 1, HALF + 1) + choose(whole + 1, lower), choose(whole + 2, HALF + 1)
        ),
    )


def tail_sum(first: int) -> Induction:
    """A value k + 1 more, of probability p: E K rises by (k + 1) p, each tail up to it by p."""
    return Induction(
        "the largest value k",
        step=Symbolic(sympy.Sum(CHANCE, (TAIL, first, LAST + 1)), (LAST + 1) * CHANCE),
    )


def _mean(numerator: sympy.Expr) -> Symbolic:
    return Symbolic(2 * numerator / choose(2 * HALF, HALF), 2 * HALF / (HALF + 1))


def _depth(mean: sympy.Expr) -> Symbolic:
    return Symbolic(2 * HALF + 1 - mean, stated(THEOREM, HALF))


proof = Proof(
    theorem="balanced-depth",
    hypotheses={
        "balanced": "q is uniform over the binary words of length n = 2h with h ones",
        **EXACT_POLICY,
    },
    steps=(
        DEPENDENT_ROUND,
        Step(
            name="pair",
            premises=("balanced",),
            conclusion=(
                "given anything revealed, M masked tokens with o ones and z zeros are uniform over "
                "their orders; two of them have P(1, 1) - P(1)^2 = -o z/(M^2 (M - 1)), so they are "
                "dependent unless all masked ones are equal"
            ),
            certificate=_pair(ONES + ZEROS - 1),
            change="drawn with replacement",
            twin=_pair(ONES + ZEROS),
        ),
        Step(
            name="rounds",
            premises=("dependent-round", "pair"),
            conclusion=(
                "an exact policy reveals one token a round until all K >= 1 masked ones are equal, "
                "which one round reveals with certainty: n - K + 1 rounds at least, and it may; K "
                "is the length of the last run of the values in the order of the reveals, which "
                "has the same law in every order, also one that looks at values: whichever "
                "position is next, its token is a one with chance o/(o + z)"
            ),
            certificate=_exchangeable(ONES + ZEROS),
            change="drawn with replacement: one token more is left",
            twin=_exchangeable(ONES + ZEROS + 1),
        ),
        Step(
            name="equal",
            premises=("balanced",),
            conclusion="2 C(n - k, h - k) = 2 C(n - k, h) words end in k equal symbols, k <= h",
            certificate=_equal(2),
            change="one symbol only",
            twin=_equal(1),
        ),
        Step(
            name="stick",
            premises=(),
            conclusion="the sum over k = 1..h of C(n - k, h) is C(n, h + 1)",
            certificate=_stick(HALF),
            change="C(N + 1, h - 1) added",
            twin=_stick(HALF - 1),
        ),
        Step(
            name="tails",
            premises=(),
            conclusion="E K = sum over k >= 1 of P(K >= k)",
            certificate=tail_sum(1),
            change="from k = 0",
            twin=tail_sum(0),
        ),
        Step(
            name="mean",
            premises=("equal", "stick", "tails"),
            conclusion="E K = 2 C(n, h + 1)/C(n, h) = 2 h/(h + 1)",
            certificate=_mean(choose(2 * HALF, HALF + 1)),
            change="C(n, h + 2)",
            twin=_mean(choose(2 * HALF, HALF + 2)),
        ),
        Step(
            name="depth",
            premises=("rounds", "mean"),
            conclusion=THEOREM.statement,
            certificate=_depth(2 * HALF / (HALF + 1)),
            change="the last run of one symbol only",
            twin=_depth(HALF / (HALF + 1)),
        ),
    ),
)
