"""The collision law of a primitive chain: isolated close pairs, independent and Poisson.

The sentence of the statement on the rate 1/N is a measurement (docs/collision_law.md) and no part
of what is shown here.
"""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.chain_limit_terms import (
    BLOCK,
    COUPLING,
    CROWDED,
    FACTORS,
    FAR,
    GAP,
    LENGTH,
    MIXING,
    NEAR_ONE,
    POISSON,
    RATIO,
    STEPS,
    WIDE,
    WINDOW,
    WINDOWS,
    M,
)
from theory.bounds import THEOREMS
from theory.bounds.collisions.chain_collision_law import CONSTANT
from theory.bounds.collisions.chain_collision_law import RATIO as LENGTH_PER_STEP

A, B, G, K = (sympy.Symbol(name, positive=True, integer=True) for name in ("a", "b", "g", "k"))
FIRST_ONE, SECOND_ONE, CHANCE, MEAN = sympy.symbols("m_1 m_2 q S", positive=True)
PI_U, PI_V, PI_X, PI_Y = sympy.symbols("pi_u pi_v pi_x pi_y", positive=True)
LEFT, RIGHT, OVER_LEFT, OVER_RIGHT, ACROSS, WHOLE = sympy.symbols(
    "R_a R_b R_(a+g) R_(g+b) R_g R_s", positive=True
)
RIGHT_WORD = sympy.Symbol("p", positive=True)  # 1 - SER
EARLIER, LATER, HIGHER, LOWER = sympy.symbols("f f' h h'", real=True)
THEOREM = THEOREMS["chain-collision-law"]
T_UX, T_XV = LEFT * PI_X, OVER_RIGHT * PI_V
T_UY, T_YV = OVER_LEFT * PI_Y, RIGHT * PI_V
T_XY, T_UV = ACROSS * PI_Y, WHOLE * PI_V
FIRST, SECOND, JOINT = T_UX * T_XV / T_UV, T_UY * T_YV / T_UV, T_UX * T_XY * T_YV / T_UV


def weight(size: sympy.Expr) -> sympy.Expr:
    """w(s) = 2/((s-2)(s-1)s)."""
    return 2 / ((size - 2) * (size - 1) * size)


def _integral(reveals: int) -> sympy.Expr:
    """int r^reveals (1-r)^(s-3) dr at s = k + 2, the beta function."""
    return sympy.gamma(reveals + 1) * sympy.gamma(K) / sympy.gamma(K + reveals + 1)


def _mean_of_rho(marginals: sympy.Expr) -> Induction:
    """A pair more that can occur, of chance q: q rho = q m_1 m_2/q."""
    return Induction(
        "the pairs that can occur",
        step=Symbolic(
            terms(MEAN, factors(CHANCE, marginals / CHANCE)), MEAN + FIRST_ONE * SECOND_ONE
        ),
    )


def _row(last: sympy.Expr) -> sympy.Expr:
    """sum_(b<=last) w(a+g+b)."""
    return 1 / ((A + G - 1) * (A + G)) - 1 / ((A + G + last - 1) * (A + G + last))


def _rows(shift: int) -> Induction:
    return Induction(
        "the largest b",
        step=Symbolic(_row(B) + weight(A + G + B + shift), _row(B + 1)),
    )


def _columns(scale: int) -> Induction:
    return Induction(
        "the largest a",
        step=Symbolic(
            (1 / G - 1 / (A + G)) + scale / ((A + 1 + G - 1) * (A + 1 + G)),
            1 / G - 1 / (A + 1 + G),
        ),
    )


def _tail(limit: int) -> Induction:
    """A weight more of the tail: |p - q| <= p + q = (p - q) + 2 q."""
    return Induction(
        "the weights that are not looked at",
        step=Symbolic(
            terms(MEAN + 2 * WHOLE, FIRST_ONE, SECOND_ONE),
            (MEAN + FIRST_ONE - SECOND_ONE) + 2 * WHOLE + limit * SECOND_ONE,
        ),
    )


def _errors(ends: sympy.Expr) -> sympy.Expr:
    """Left-out pairs, second orders and (1-y)^k, y = C M^2/N with C = G, over L/M^2 blocks."""
    block = M**2
    blocks = LENGTH / block
    squares = blocks * (block * GAP / STEPS) ** 2
    return blocks * ends * GAP / STEPS + squares + squares / 2


proof = Proof(
    theorem="chain-collision-law",
    hypotheses={
        "chain": "a Markov chain with T^h > 0 for some h and at least one zero in T",
        "uniform": "the reveal steps are independent and uniform on 1..N",
        "exact": "each token is drawn from its true law given what earlier steps revealed",
        "sizes": "L and N grow with L/N fixed",
    },
    steps=(
        MIXING,
        Step(
            name="pair-ratio",
            premises=("exact", "chain"),
            conclusion=(
                "given the steps, p/q at a word is the product over groups of rho = prod of the "
                "marginals over the joint law given u, v: 1 - SER = E_K E_q prod rho; one token "
                "has rho = 1, a pair rho = R_(g+b)(x,v) R_(a+g)(u,y)/(R_g(x,y) R_s(u,v))"
            ),
            certificate=Symbolic(
                factors(FIRST, SECOND, 1 / JOINT), OVER_RIGHT * OVER_LEFT / (ACROSS * WHOLE)
            ),
            change="R_s left out",
            twin=Symbolic(FIRST * SECOND / JOINT, OVER_RIGHT * OVER_LEFT / ACROSS),
        ),
        Step(
            name="pair-mean",
            premises=("pair-ratio",),
            conclusion=(
                "E_q rho given u, v sums m_1 m_2 over the pairs with T^g(x,y) > 0, which is one "
                "less the sum over the others, as all m_1 m_2 add up to one"
            ),
            certificate=_mean_of_rho(FIRST_ONE * SECOND_ONE),
            change="the first marginal alone",
            twin=_mean_of_rho(FIRST_ONE),
        ),
        Step(
            name="clash",
            premises=("pair-mean", "mixing"),
            conclusion=(
                "pi(u) T^s(u,v) m_1 m_2 = pi(u) pi(v) pi(x) pi(y) R_a R_(g+b) R_(a+g) R_b / R_s: "
                "D(a,g,b) has limits as a or b grow, D(a,1,b) -> sum_(T(x,y)=0) pi(x) pi(y) > 0"
            ),
            certificate=Symbolic(
                factors(PI_U * T_UV, FIRST, SECOND),
                PI_U * PI_V * PI_X * PI_Y * LEFT * OVER_RIGHT * OVER_LEFT * RIGHT / WHOLE,
            ),
            change="T^s(u,v) left out",
            twin=Symbolic(
                PI_U * FIRST * SECOND,
                PI_U * PI_V * PI_X * PI_Y * LEFT * OVER_RIGHT * OVER_LEFT * RIGHT / WHOLE,
            ),
        ),
        Step(
            name="weights",
            premises=("uniform",),
            conclusion="int_0^1 r^2 (1-r)^(s-3) dr = w(s), s = k + 2",
            certificate=Symbolic(_integral(2), weight(K + 2)),
            change="one revealed neighbour, r for r^2",
            twin=Symbolic(_integral(1), weight(K + 2)),
        ),
        Step(
            name="rows",
            premises=("weights",),
            conclusion="sum_(b<=B) w(a+g+b) = 1/((a+g-1)(a+g)) - 1/((a+g+B-1)(a+g+B))",
            certificate=_rows(1),
            change="w(a+g+b-1)",
            twin=_rows(0),
        ),
        Step(
            name="totals",
            premises=("rows", "chain"),
            conclusion=(
                "sum_(a<=A) 1/((a+g-1)(a+g)) = 1/g - 1/(A+g): w sums to 1/g over a and b, and c <= "
                "sum_(g<h) 1/g, as D <= 1 and T^g > 0 for g >= h"
            ),
            certificate=_columns(1),
            change="twice the weights",
            twin=_columns(2),
        ),
        COUPLING,
        FACTORS,
        NEAR_ONE,
        FAR,
        CROWDED,
        WIDE,
        WINDOWS,
        Step(
            name="cells",
            premises=("weights", "uniform"),
            conclusion=(
                "a position begins a pair at gap g, revealed neighbours at a and b, with "
                "probability 1/N times a sum of ((k-1)/N)^2 (1-k/N)^(s-3)/N, within 2/N of w(s): "
                "in a cell r^2 (1-r)^(s-3) varies by f' h - f h' = f' (h - h') + h' (f' - f), f = "
                "r^2 <= 1 growing and h = (1-r)^(s-3) <= 1 falling, and the cells telescope"
            ),
            certificate=Symbolic(
                LATER * HIGHER - EARLIER * LOWER,
                LATER * (HIGHER - LOWER) + LOWER * (LATER - EARLIER),
            ),
            change="h for h'",
            twin=Symbolic(
                LATER * HIGHER - EARLIER * LOWER,
                LATER * (HIGHER - LOWER) + HIGHER * (LATER - EARLIER),
            ),
        ),
        Step(
            name="no-mass-lost",
            premises=("cells", "totals", "clash"),
            conclusion=(
                "over all a, b these chances sum to 1/N times sum_k (1-k/N)^(g-1)/N -> 1/g, the "
                "sum of w; beyond any finitely many of them |p - q| adds up to at most the sum of "
                "p - q and twice the tail of q, so they converge in sum (Scheffe): a block of l "
                "positions has E sum D = (l/N)(c_G + o(1)), c_G the sum up to gap G, equal to c "
                "for G >= h"
            ),
            certificate=_tail(2),
            change="the tail of the limit counted once",
            twin=_tail(1),
        ),
        BLOCK,
        POISSON,
        Step(
            name="errors",
            premises=("poisson", "no-mass-lost", "crowded", "sizes"),
            conclusion=(
                "over L/M^2 blocks of M^2 positions, pairs that begin in the last 3 W + 2 G places "
                "of one, left out so that blocks look at different steps, second orders and "
                "k y^2/2 are 3 lambda G/M + 2 lambda G^2/M^2 + (3/2) lambda G^2/M^2 at most -> 0"
            ),
            certificate=Symbolic(
                _errors(3 * WINDOW + 2 * GAP),
                3 * RATIO * GAP / M
                + 2 * RATIO * GAP**2 / M**2
                + sympy.Rational(3, 2) * RATIO * GAP**2 / M**2,
            ),
            change="whole blocks left out",
            twin=Symbolic(
                _errors(M**2),
                3 * RATIO * GAP / M
                + 2 * RATIO * GAP**2 / M**2
                + sympy.Rational(3, 2) * RATIO * GAP**2 / M**2,
            ),
        ),
        Step(
            name="limit",
            premises=("errors", "windows", "wide-gaps", "far", "pair-mean", "no-mass-lost"),
            conclusion=THEOREM.statement,
            # N, then n, then G to infinity: 1 - SER -> exp(-c L/N)
            certificate=Symbolic(
                at(-sympy.log(RIGHT_WORD), {RIGHT_WORD: sympy.exp(-CONSTANT * LENGTH_PER_STEP)}),
                THEOREM.expression,
            ),
            change="1 - SER -> 1 - c L/N",
            twin=Symbolic(-sympy.log(1 - CONSTANT * LENGTH_PER_STEP), THEOREM.expression),
        ),
    ),
)
