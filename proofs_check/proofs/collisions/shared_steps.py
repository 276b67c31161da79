"""Steps about the chance kappa that two positions share a reveal step."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, factors, terms
from proofs_check.proof import Step

L, N, M = (sympy.Symbol(name, positive=True, integer=True) for name in "LNm")
DISTINCT = sympy.Symbol("P", nonnegative=True)
GIVEN, AFTER, Z = sympy.symbols("q r z", positive=True)


def _one_by_one(given: sympy.Expr) -> Induction:
    """A further position, from its law given those before it."""
    return Induction("the positions drawn", step=Symbolic(factors(GIVEN, AFTER / given), AFTER))


def _mixed(other: sympy.Expr) -> Symbolic:
    """q once, and q and r by the odds z of two positions that share a step."""
    law = terms(factors(1 / (1 + Z), GIVEN), factors(Z / (1 + Z), AFTER))
    return Symbolic(law * (1 + Z), other * GIVEN + Z * AFTER)


HYPOTHESES = {
    "bernoulli": "the reveal steps of the L positions are independent, step k of probability a_k",
    "exact": "the tokens of a step are drawn independently, each from its true law given all that "
    "earlier steps drew",
}

ONE_BY_ONE = Step(
    name="one-by-one",
    premises=("exact",),
    conclusion=(
        "positions drawn one at a time in any order, each from its true law given those before, "
        "have the true law: q(x_S) q(x_S, x_i)/q(x_S) = q(x_S, x_i) at every word; so p is q where "
        "all steps differ, and a word of q follows anything possible"
    ),
    certificate=_one_by_one(GIVEN),
    change="given nothing",
    twin=_one_by_one(sympy.S.One),
)

DISTINCT_STEPS = Step(
    name="distinct",
    premises=("bernoulli", "one-by-one"),
    conclusion=(
        "all reveal steps differ with probability 1 - kappa, whatever the symbols; given that, "
        "whatever their order, the law is q, and else some r: p = (1 - kappa) q + kappa r"
    ),
    # the weights of both cases, of probability 1/(1 + z) and z/(1 + z)
    certificate=_mixed(1),
    change="both cases of the same weight",
    twin=_mixed(Z),
)

BIRTHDAY = Step(
    name="birthday",
    premises=("bernoulli",),
    conclusion=(
        "for a_k = 1/N all steps differ with probability prod_(i=1)^(L-1) (1 - i/N) = "
        "N! / ((N - L)! N^L) (here for L <= N, zero beyond): a further position misses the L "
        "steps taken with probability 1 - L/N"
    ),
    # N = L + m, m >= 1
    certificate=Induction(
        "the positions L",
        base=Symbolic(sympy.gamma(N + 1) / (sympy.gamma(N) * N), sympy.Integer(1)),
        step=Symbolic(
            (sympy.gamma(N + 1) / (sympy.gamma(N - L + 1) * N**L) * (1 - L / N)).subs(N, L + M),
            (sympy.gamma(N + 1) / (sympy.gamma(N - L) * N ** (L + 1))).subs(N, L + M),
        ),
    ),
    change="1 - (L + 1)/N",
    twin=Induction(
        "the positions L",
        base=Symbolic(sympy.gamma(N + 1) / (sympy.gamma(N) * N), sympy.Integer(1)),
        step=Symbolic(
            (sympy.gamma(N + 1) / (sympy.gamma(N - L + 1) * N**L) * (1 - (L + 1) / N)).subs(
                N, L + M
            ),
            (sympy.gamma(N + 1) / (sympy.gamma(N - L) * N ** (L + 1))).subs(N, L + M),
        ),
    ),
)

PAIRS = L * (L - 1) / (2 * N)
NEXT_PAIRS = (L + 1) * L / (2 * N)
UNION = Step(
    name="union",
    premises=("birthday",),
    conclusion=(
        "prod_(i=1)^(L-1) (1 - i/N) >= 1 - L(L-1)/(2N): what the left side P has above the right "
        "one is zero for L = 1, and next it is (1 - L/N) times itself + L/N times L(L-1)/(2N), not "
        "negative for L <= N; for L > N the left side is zero and L(L-1)/(2N) >= (N+1)/2 >= 1"
    ),
    certificate=Induction(
        "the positions L",
        base=Symbolic(at(1 - (1 - PAIRS), {L: 1}), 0),
        step=Symbolic(
            DISTINCT * (1 - L / N) - (1 - NEXT_PAIRS),
            (1 - L / N) * (DISTINCT - (1 - PAIRS)) + L / N * PAIRS,
        ),
    ),
    change="constant halved",
    twin=Induction(
        "the positions L",
        base=Symbolic(at(1 - (1 - PAIRS), {L: 1}), 0),
        step=Symbolic(
            DISTINCT * (1 - L / N) - (1 - NEXT_PAIRS / 2),
            (1 - L / N) * (DISTINCT - (1 - PAIRS / 2)) + L / N * PAIRS / 2,
        ),
    ),
)
