"""Steps of the collision law of chains: mixing, weights of pairs, and errors that vanish.

R_n(u, x) = T^n(u, x)/pi(x). A group is the set of positions that one step reveals in one run of
masked positions, u and v the tokens revealed at the ends of the run. N = M^4, windows W = M, blocks
of M^2 positions, up to rounding; L = lambda N; G is a fixed gap.
"""

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import sympy

from proofs_check.certificates import Certified, Cited, Induction, Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import ROUNDING, random_numbers

Matrix = list[list[float]]
M, GAP, RATIO, DECAY = sympy.symbols("M G lambda theta", positive=True)
STEPS, WINDOW, LENGTH = M**4, M, RATIO * M**4
_OF_STEPS, _SPAN, _TOKENS = sympy.symbols("N W L", positive=True)
_COUNT = sympy.Symbol("n", nonnegative=True, integer=True)
_SUM, _OVER, _NEXT, _X, _Y, _T = sympy.symbols("S e d x y t", positive=True)


class Chain(NamedTuple):
    """A transition matrix of two or three states whose square is positive."""

    matrix: Matrix


def _times(first: Matrix, second: Matrix) -> Matrix:
    return [
        [math.fsum(a * b for a, b in zip(row, column)) for column in zip(*second)] for row in first
    ]


def _chain(source: random.Random) -> Chain:
    size = source.randint(2, 3)
    matrix = [random_numbers(source, size) for _ in range(size)]
    if source.random() < 0.5:  # the last state goes to the first one alone
        matrix[-1] = [1.0] + [0.0] * (size - 1)
    return Chain(matrix)


def _mixes(chain: Chain, power: int = 1) -> bool:
    """|T^n(u, x) - T^n(v, x)| <= (1 - overlap)^(n // 2), overlap = sum_x min_u T^2(u, x)."""
    square = _times(chain.matrix, chain.matrix)
    rate = 1 - math.fsum(min(column) for column in zip(*square))
    now = chain.matrix
    for steps in range(1, 13):
        apart = max(max(column) - min(column) for column in zip(*now))
        if apart > rate ** (power * (steps // 2)) + ROUNDING:
            return False
        now = _times(now, chain.matrix)
    return True


MIXING = Step(
    name="mixing",
    premises=("chain",),
    conclusion=(
        "there are C and theta < 1 with |R_n - 1| <= C theta^n, for T^n and for the law at "
        "position n from any start; all possible R_n are above some tau > 0"
    ),
    certificate=Cited(
        "two rows of T^n differ by at most (1 - overlap of the rows of T^h)^floor(n/h)",
        "Doeblin; Levin and Peres, Markov Chains and Mixing Times, Theorem 4.9",
        _chain,
        _mixes,
    ),
    change="the power doubled",
    twin=Cited(
        "the same with the power doubled", "none: false", _chain, lambda chain: _mixes(chain, 2)
    ),
)


def _total_variation(first: Sequence[float], second: Sequence[float]) -> float:
    return math.fsum(abs(p - q) for p, q in zip(first, second, strict=True)) / 2


class Draws(NamedTuple):
    """Two tokens drawn in turn by two samplers: first laws, and laws of the second given it."""

    first: Matrix
    second: list[Matrix]


def _draws(source: random.Random) -> Draws:
    laws = [random_numbers(source, 2) for _ in range(2)]
    return Draws(laws, [[random_numbers(source, 2) for _ in range(2)] for _ in range(2)])


def _coupled(drawn: Draws, second: float = 1.0) -> bool:
    """The joint laws differ by at most the sum of the largest distances of the draws."""
    joint = [
        [law[x] * given[x][y] for x in range(2) for y in range(2)]
        for law, given in zip(drawn.first, drawn.second, strict=True)
    ]
    later = max(_total_variation(*rows) for rows in zip(*drawn.second, strict=True))
    return _total_variation(*joint) <= _total_variation(*drawn.first) + second * later + ROUNDING


COUPLING = Step(
    name="coupling",
    premises=("exact",),
    conclusion=(
        "drawing some groups from other laws changes 1 - SER by at most the sum over these groups "
        "of the largest total variation over what was revealed"
    ),
    certificate=Cited(
        "total variation of laws drawn in turn is at most the sum of the largest ones",
        "Levin and Peres, Markov Chains and Mixing Times, Proposition 4.7, for each draw in turn",
        _draws,
        _coupled,
    ),
    change="the second draw counted half",
    twin=Cited(
        "the same with the second draw counted half",
        "none: false",
        _draws,
        lambda drawn: _coupled(drawn, 0.5),
    ),
)

_SMALL = sympy.Symbol("delta", positive=True)
FACTORS = Step(
    name="factors",
    premises=("mixing",),
    conclusion=(
        "a quotient of two by two factors R within 1 +- delta is at most ((1+delta)/(1-delta))^2 "
        "= 1 + 4 delta/(1-delta)^2"
    ),
    certificate=Symbolic(((1 + _SMALL) / (1 - _SMALL)) ** 2 - 1, 4 * _SMALL / (1 - _SMALL) ** 2),
    change="one by one factors",
    twin=Symbolic((1 + _SMALL) / (1 - _SMALL) - 1, 4 * _SMALL / (1 - _SMALL) ** 2),
)


def _below(constant: int) -> Certified:
    return Certified(
        lambda delta: constant - 4 / (1 - delta) ** 2,
        {"delta": (Fraction(0), Fraction(1, 2))},
        f"4 delta / (1 - delta)^2 <= {constant} delta",
    )


NEAR_ONE = Step(
    name="near-one",
    premises=("factors",),
    conclusion="for delta <= 1/2 it is within 17 delta of one",
    certificate=_below(17),
    change="15 delta",
    twin=_below(15),
)


def _beyond(power: int) -> Symbolic:
    """exp(x) less its terms up to x^5/120 is an integral over numbers above 0."""
    rest = sympy.Integral((_X - _T) ** power / 120 * sympy.exp(_T), (_T, 0, _X))
    return Symbolic(rest, sympy.exp(_X) - sum(_X**k / sympy.factorial(k) for k in range(6)))


FAR = Step(
    name="far",
    premises=("coupling", "near-one", "mixing"),
    conclusion=(
        "split every group where a gap exceeds W and draw the parts from left to right, each token "
        "from its marginal pi R(u,x) R(x,v)/R(u,v) given the nearest revealed ones: only factors "
        "of index above W change, at a cost of 17 C L theta^W in all, theta = exp(-t); as "
        "exp(x) - (1 + x + .. + x^5/120) is int_0^x (x-t)^5/120 exp(t) dt >= 0, at x = t M it is "
        "at most 17 C lambda 120 / (t^5 M) -> 0"
    ),
    certificate=_beyond(5),
    change="(x - t)^4",
    twin=_beyond(4),
)


def _crowded(triples: sympy.Expr) -> sympy.Expr:
    """Chances: three within 2W of one step; two pairs of B within 4W; a pair near an end."""
    two = _TOKENS * GAP * 8 * _SPAN * GAP / _OF_STEPS**2
    chances = triples + two + 8 * _SPAN * GAP / _OF_STEPS
    return at(chances, {_TOKENS: LENGTH, _SPAN: WINDOW, _OF_STEPS: STEPS})


CROWDED = Step(
    name="crowded",
    premises=("uniform",),
    conclusion=(
        "parts of three or more need three positions within 2 W that share a step; two pairs of "
        "gap up to G begin within 4 W of each other, or one lies within 4 W of an end: with "
        "probability at most 2 lambda/M^2 + 8 lambda G^2/M^3 + 8 G/M^3 -> 0"
    ),
    certificate=Symbolic(
        _crowded(_TOKENS * (2 * _SPAN) ** 2 / 2 / _OF_STEPS**2),
        2 * RATIO / M**2 + 8 * RATIO * GAP**2 / M**3 + 8 * GAP / M**3,
    ),
    change="three positions with probability 1/N",
    twin=Symbolic(
        _crowded(_TOKENS * (2 * _SPAN) ** 2 / 2 / _OF_STEPS),
        2 * RATIO / M**2 + 8 * RATIO * GAP**2 / M**3 + 8 * GAP / M**3,
    ),
)


def _geometric(first: int) -> Induction:
    def total(count: sympy.Expr) -> sympy.Expr:
        return (DECAY ** (GAP + 1) - DECAY ** (GAP + count + 1)) / (1 - DECAY)

    return Induction(
        "the gaps",
        base=Symbolic(at(total(_COUNT), {_COUNT: 0}), 0),
        step=Symbolic(total(_COUNT) + DECAY ** (GAP + _COUNT + first), total(_COUNT + 1)),
    )


WIDE = Step(
    name="wide-gaps",
    premises=("coupling", "near-one", "uniform"),
    conclusion=(
        "a pair at gap g has |rho - 1| <= 17 C theta^g, and L/N pairs at most share a step at each "
        "gap in the mean: drawing those of gap above G from their joint law costs at most 17 C "
        "lambda theta^(G+1)/(1 - theta), which goes to 0 with G"
    ),
    certificate=_geometric(1),
    change="gaps from G on",
    twin=_geometric(0),
)

WINDOWS = Step(
    name="windows",
    premises=("mixing", "crowded"),
    conclusion=(
        "for n isolated pairs the tokens within W of each are independent and stationary up to "
        "factors within 1 +- C theta^W, k of them for fixed n: with x = k C theta^W <= 1 the mean "
        "of prod rho, each at most tau^-2, is prod (1 - D) up to (2 tau^-2)^n (exp(x) - 1), and "
        "3 x - (exp(x) - 1), 0 at 0, has derivative 3 - exp(x) > 0; there are more than n pairs "
        "with probability at most lambda G/n (Markov)"
    ),
    certificate=Certified(
        lambda x: 3 - x.exp(), {"x": (Fraction(0), Fraction(1))}, "3 - exp(x) > 0"
    ),
    change="2 - exp(x)",
    twin=Certified(lambda x: 2 - x.exp(), {"x": (Fraction(0), Fraction(1))}, "2 - exp(x) > 0"),
)

BLOCK = Step(
    name="block",
    premises=("uniform",),
    conclusion=(
        "prod (1 - d_i) = 1 - sum d_i + e with 0 <= e <= sum_(i<j) d_i d_j: a further factor adds "
        "S d - e d to e, at least -e d and at most S d"
    ),
    certificate=Induction(
        "the pairs of a block",
        step=Symbolic(
            (1 - _SUM + _OVER) * (1 - _NEXT),
            1 - (_SUM + _NEXT) + (_OVER + _SUM * _NEXT - _OVER * _NEXT),
        ),
    ),
    change="e d left out",
    twin=Induction(
        "the pairs of a block",
        step=Symbolic(
            (1 - _SUM + _OVER) * (1 - _NEXT), 1 - (_SUM + _NEXT) + (_OVER + _SUM * _NEXT)
        ),
    ),
)

POISSON = Step(
    name="poisson",
    premises=("block",),
    conclusion=(
        "exp(-y) - (1 - y) = y^2 int_0^1 (1-t) exp(-t y) dt <= y^2/2, so k independent blocks have "
        "|(1-y)^k - exp(-k y)| <= k y^2/2"
    ),
    certificate=Symbolic(
        sympy.integrate((1 - _T) * sympy.exp(-_T * _Y), (_T, 0, 1)) * _Y**2,
        sympy.exp(-_Y) - 1 + _Y,
    ),
    change="weight t for 1 - t",
    twin=Symbolic(
        sympy.integrate(_T * sympy.exp(-_T * _Y), (_T, 0, 1)) * _Y**2, sympy.exp(-_Y) - 1 + _Y
    ),
)
