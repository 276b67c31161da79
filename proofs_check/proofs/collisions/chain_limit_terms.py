"""Steps of the collision law of chains: mixing, weights of pairs, and errors that vanish.

R_n(u, x) = T^n(u, x)/pi(x). A group is the set of positions that one step reveals in one run of
masked positions, u and v the tokens revealed at the ends of the run. N = M^4, windows W = M, blocks
of M^2 positions, up to rounding; L = lambda N; G is a fixed gap.
"""

import math
import random
from collections.abc import Callable
from fractions import Fraction

import sympy

from proofs_check.certificates import Certified, Cited, Induction, Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import random_numbers

Matrix = list[list[float]]
M, GAP, RATIO, DECAY = sympy.symbols("M G lambda theta", positive=True)
STEPS, WINDOW, LENGTH = M**4, M, RATIO * M**4
_OF_STEPS, _SPAN, _TOKENS = sympy.symbols("N W L", positive=True)
_FIRST, _SECOND = (sympy.symbols(f"p_{turn} q_{turn}", positive=True) for turn in (1, 2))
_COUNT = sympy.Symbol("n", nonnegative=True, integer=True)
_SUM, _OVER, _NEXT, _X, _Y, _T = sympy.symbols("S e d x y t", positive=True)


def _times(first: Matrix, second: Matrix) -> Matrix:
    return [
        [math.fsum(a * b for a, b in zip(row, column)) for column in zip(*second)] for row in first
    ]


def _chain(source: random.Random) -> Matrix:
    """Two or three states; the square is positive."""
    size = source.randint(2, 3)
    matrix = [random_numbers(source, size) for _ in range(size)]
    if source.random() < 0.5:  # the last state goes to the first one alone
        matrix[-1] = [1.0] + [0.0] * (size - 1)
    return matrix


def mixes(matrix: Matrix, power: int, faster: int = 1) -> bool:
    """||T^n(x, .) - pi|| <= (1 - delta)^(n // power), T^power(x, y) >= delta pi(y), n = 1..12."""
    stationary = matrix
    for _ in range(12):
        stationary = _times(stationary, stationary)
    positive = matrix
    for _ in range(power - 1):
        positive = _times(positive, matrix)
    law = stationary[0]
    rate = 1 - min(p / limit for row in positive for p, limit in zip(row, law, strict=True))
    now = matrix
    for steps in range(1, 13):
        apart = max(math.fsum(abs(p - limit) for p, limit in zip(row, law)) / 2 for row in now)
        if apart > rate ** (faster * (steps // power)) + 1e-9:  # of the stationary law
            return False
        now = _times(now, matrix)
    return True


def convergence(chain: Callable[[random.Random], Matrix], power: int, faster: int = 1) -> Cited:
    """Convergence of chains whose given power is positive."""
    return Cited(
        "||T^n(x, .) - pi|| <= (1 - delta)^floor(n/r) where T^r(x, y) >= delta pi(y) for all x, y",
        "Levin and Peres, Markov Chains and Mixing Times (2nd ed.), Theorem 4.9, (4.21)"
        if faster == 1
        else "none: false",
        chain,
        lambda drawn: mixes(drawn, power, faster),
        count=200,
    )


MIXING = Step(
    name="mixing",
    premises=("chain",),
    conclusion=(
        "there are C and theta < 1 with |R_n - 1| <= C theta^n, for T^n and for the law at "
        "position n from any start; all possible R_n are above some tau > 0"
    ),
    certificate=convergence(_chain, 2),
    change="the power doubled",
    twin=convergence(_chain, 2, 2),
)


def _in_turn(kept: sympy.Expr) -> Symbolic:
    """p_1 p_2 less q_1 q_2 at two tokens drawn in turn."""
    (p, q), (later, other) = _FIRST, _SECOND
    return Symbolic(p * later - q * other, (p - q) * later + kept * (later - other))


COUPLING = Step(
    name="coupling",
    premises=("exact",),
    conclusion=(
        "drawing some groups from other laws changes 1 - SER by at most the sum over these groups "
        "of the largest total variation over what was revealed: p_1 p_2 - q_1 q_2 = (p_1 - q_1) "
        "p_2 + q_1 (p_2 - q_2), p_2 and q_1 of sum one, once for each group drawn in turn"
    ),
    certificate=_in_turn(_FIRST[1]),
    change="p_1 for q_1",
    twin=_in_turn(_FIRST[0]),
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
