"""H(Bin(N, 1/2)) grows by at least log(N/(N - 1))/2 nats from N = 9 on, as steps of a proof."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.policies.walk_terms import DOWN, LENGTH, TWO, UP

INVERSE, SIDE = sympy.symbols("u y", positive=True)
WEIGHTS = sympy.symbols("t_2 t_4 t_6", positive=True)


def _last_step(total: sympy.Expr) -> Symbolic:
    """Of the paths to k + 1 ups and l downs, the share that ends with an up."""
    before = sympy.gamma(UP + DOWN + 1) / (sympy.gamma(UP + 1) * sympy.gamma(DOWN + 1))
    after = sympy.gamma(UP + DOWN + 2) / (sympy.gamma(UP + 2) * sympy.gamma(DOWN + 1))
    return Symbolic(before / after, (UP + 1) / total)


def _series(sixth: int) -> Symbolic:
    """(1 - y^2) times (log 2 - h((1 + y)/2) - y^2/2 - y^4/12 - y^6/sixth)''."""
    entropy = -sum(p * sympy.log(p) for p in ((1 + SIDE) / 2, (1 - SIDE) / 2))
    rest = TWO - entropy - SIDE**2 / 2 - SIDE**4 / 12 - SIDE**6 / sixth
    return Symbolic(sympy.Derivative(rest, (SIDE, 2)) * (1 - SIDE**2), SIDE**6)


def sign_moments(count: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """E S^2, E S^4, E S^6 of a sum of `count` random signs."""
    return (count, 3 * count**2 - 2 * count, 15 * count**3 - 30 * count**2 + 16 * count)


def _weighted(values: tuple[sympy.Expr, ...]) -> sympy.Expr:
    return sum(t * value for t, value in zip(WEIGHTS, values, strict=True))


def _moments(scale: int) -> Induction:
    """One sign more: E (S + X)^p by the moments of S, odd ones being 0."""
    two, four, six = sign_moments(LENGTH)
    # (S + 1)^p + (S - 1)^p over 2, by the binomial theorem
    after = (two + 1, four + 6 * two + 1, six + 15 * four + scale * two + 1)
    return Induction(
        "the signs N, for all weights t_p of the three moments",
        base=Symbolic(at(_weighted(sign_moments(LENGTH)), {LENGTH: 1}), _weighted((1, 1, 1))),
        step=Symbolic(_weighted(after), _weighted(sign_moments(LENGTH + 1))),
    )


INCREMENT = (
    INVERSE / 2 + INVERSE**2 / 4 + INVERSE**3 / 3 - INVERSE**4 + sympy.Rational(8, 15) * INVERSE**5
)


def _increment(fourth: int) -> Symbolic:
    """E (y^2/2 + y^4/12 + y^6/30) for y = S/N, in u = 1/N."""
    scaled = [
        value * INVERSE**power
        for value, power in zip(sign_moments(1 / INVERSE), (2, 4, 6), strict=True)
    ]
    return Symbolic(scaled[0] / 2 + scaled[1] / fourth + scaled[2] / 30, INCREMENT)


def _slope(upper: sympy.Expr) -> Symbolic:
    """Derivative in u of the increment of H less that of log(N)/2, N/(N - 1) = 1/(1 - u)."""
    difference = INCREMENT + sympy.log(1 - INVERSE) / 2
    return Symbolic(sympy.diff(difference, INVERSE) * (1 - INVERSE), INVERSE**2 * upper)


POLYNOMIAL = (
    sympy.Rational(1, 2)
    - 5 * INVERSE
    + sympy.Rational(20, 3) * INVERSE**2
    - sympy.Rational(8, 3) * INVERSE**3
)


def _positive(most: int) -> Certified:
    return Certified(
        lambda u: arb(1) / 2 - u * (5 - u * (arb(20) / 3 - u * 8 / 3)),
        {"u": (Fraction(0), Fraction(1, most))},
        "1/2 - 5 u + 20 u^2/3 - 8 u^3/3 > 0",
    )


def growth_steps() -> tuple[Step, ...]:
    """From the share of the last step to d_N >= d_(N-1), d_N = H_N - log(N)/2."""
    return (
        Step(
            name="last-step",
            premises=("binomial",),
            conclusion=(
                "given S_N = k + 1 the last of N = k + 1 + l steps is up with probability "
                "(k + 1)/N; the entropy of S_N and that step, taken in both orders, gives "
                "H_N = H_(N-1) + log 2 - E h(S_N/N) nats, h the binary entropy"
            ),
            certificate=_last_step(UP + DOWN + 1),
            change="(k + 1)/(N + 1)",
            twin=_last_step(UP + DOWN + 2),
        ),
        Step(
            name="series",
            premises=(),
            conclusion=(
                "log 2 - h((1 + y)/2) >= y^2/2 + y^4/12 + y^6/30: the difference is even, it and "
                "its slope are 0 at 0, and its second derivative is y^6/(1 - y^2) >= 0"
            ),
            certificate=_series(30),
            change="y^6/15",
            twin=_series(15),
        ),
        Step(
            name="moments",
            premises=("walk",),
            conclusion=(
                "2 S_N - N is a sum of N signs, with moments E S^2 = N, E S^4 = 3 N^2 - 2 N, "
                "E S^6 = 15 N^3 - 30 N^2 + 16 N"
            ),
            certificate=_moments(15),
            change="E S^2 counted 10 times instead of 15 in the next E S^6",
            twin=_moments(10),
        ),
        Step(
            name="increment",
            premises=("last-step", "series", "moments"),
            conclusion=(
                "H_N - H_(N-1) >= u/2 + u^2/4 + u^3/3 - u^4 + 8 u^5/15 nats, where u = 1/N"
            ),
            certificate=_increment(12),
            change="y^4/6",
            twin=_increment(6),
        ),
        Step(
            name="slope",
            premises=("increment",),
            conclusion=(
                "this less log(N/(N-1))/2 = -log(1 - u)/2 is 0 at u = 0 and has the slope "
                "u^2 (1/2 - 5 u + 20 u^2/3 - 8 u^3/3)/(1 - u) in u"
            ),
            certificate=_slope(POLYNOMIAL),
            change="without its last term",
            twin=_slope(POLYNOMIAL + sympy.Rational(8, 3) * INVERSE**3),
        ),
        Step(
            name="positive",
            premises=("slope",),
            conclusion="so d_N >= d_(N-1) for N >= 9, and d_j >= d_16 for j >= 16",
            certificate=_positive(9),
            change="for N >= 5",
            twin=_positive(5),
        ),
    )
