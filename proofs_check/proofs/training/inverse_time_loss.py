"""The 1/t-weighted loss: incomplete beta integrals are binomial tails, and these reveal a set."""

import sympy

from proofs_check.certificates import Induction, Symbolic, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.random_order_terms import (
    COSTS,
    MASKED,
    PAIRS,
    POSITIONS,
    SETS,
    TRUE,
    J,
    R,
)
from proofs_check.proofs.reveals.sets_by_size import HAN, binomial
from theory.bounds import THEOREMS
from theory.bounds.training.any_order_loss import ENTROPY, LENGTH
from theory.bounds.training.inverse_time_loss import TIME, VISIBLE

THEOREM = THEOREMS["inverse-time-loss"]
# the least time m and 1 - m, kept apart: d/dm is the difference of both slopes
LEAST, MOST = sympy.symbols("m s", positive=True)
ODDS = sympy.Symbol("v", positive=True)  # (1-m)/m: m = 1/(1+v) runs through (0, 1)
BETWEEN_0_AND_1 = {LEAST: 1 / (1 + ODDS), MOST: ODDS / (1 + ODDS), TIME: 1 / (1 + ODDS)}
LOW = (1 - TIME) * ENTROPY
TAIL = sympy.Symbol("P", nonnegative=True)  # P(B < k)
REACHED, SUM, SO_FAR, COST = sympy.symbols("T s_K D h", nonnegative=True)
AMONG, LEFT_OUT, LEVEL, ABOVE, BELOW = sympy.symbols("a c f p n", nonnegative=True)


def _added(masked: sympy.Expr, shown: sympy.Expr) -> sympy.Expr:
    """The slope in m of P(B = k), B ~ Binomial(k + L - k, m)."""
    share = binomial(masked, shown) * LEAST**masked * MOST**shown
    return (sympy.diff(share, LEAST) - sympy.diff(share, MOST)).subs(BETWEEN_0_AND_1)


def _slope(masked: sympy.Expr, shown: sympy.Expr) -> sympy.Expr:
    """-k C(L, k) m^(k-1) (1-m)^(L-k), the slope in m of the integral times k C(L, k)."""
    slope = -masked * binomial(masked, shown) * LEAST ** (masked - 1) * MOST**shown
    return slope.subs(BETWEEN_0_AND_1)


def _counted(weight: sympy.Expr, tail: sympy.Expr) -> sympy.Expr:
    """What h_k counts: its pairs, a weight, and the integral tail / (k C(L, k))."""
    return weight * PAIRS * tail / (MASKED * SETS)


def _ends(share: sympy.Expr) -> Symbolic:
    """How far the loss at E H(X_S) = H exceeds H/L: by a share of the loss at (1 - m) H."""
    whole, least = (THEOREM.expression.subs(VISIBLE, shown) for shown in (ENTROPY, LOW))
    return Symbolic(
        (whole - ENTROPY / LENGTH).subs(BETWEEN_0_AND_1), (share * least).subs(BETWEEN_0_AND_1)
    )


def _parts(reached: sympy.Expr) -> Induction:
    """One more term, P(B <= K) h."""
    return Induction(
        "the last term K",
        step=Symbolic(
            terms(REACHED * SUM - SO_FAR, factors(reached, COST)), REACHED * (SUM + COST) - SO_FAR
        ),
    )


def _average(below: int) -> Symbolic:
    """L g_a - a g_L, L = a + c."""
    part = AMONG * LEVEL + ABOVE
    whole = part + LEFT_OUT * LEVEL - below * BELOW
    return Symbolic(
        terms(factors(AMONG + LEFT_OUT, part), -AMONG * whole), LEFT_OUT * ABOVE + AMONG * BELOW
    )


TAILS = Step(
    name="tails",
    premises=(),
    conclusion=(
        "k C(L, k) int_m^1 t^(k-1) (1-t)^(L-k) dt = P(B < k), B ~ Binomial(L, m): both are 0 at "
        "m = 1, as k <= L, and have the slope -k C(L, k) m^(k-1) (1-m)^(L-k)"
    ),
    certificate=Induction(
        "k: P(B < k + 1) = P(B < k) + P(B = k), slopes for k = 1, L = r + 1 and k = j + 2",
        base=Symbolic(_added(sympy.Integer(0), R + 1), _slope(sympy.Integer(1), R)),
        step=Symbolic(_slope(J + 1, R + 1) + _added(J + 1, R + 1), _slope(J + 2, R)),
    ),
    change="C(L, k) without the factor k",
    twin=Induction(
        "k",
        base=Symbolic(_added(sympy.Integer(0), R + 1), _slope(sympy.Integer(1), R)),
        step=Symbolic(
            _slope(J + 1, R + 1) / (J + 1) + _added(J + 1, R + 1), _slope(J + 2, R) / (J + 2)
        ),
    ),
)
COUNTS = Step(
    name="counts",
    premises=("rule", "sizes", "tails"),
    conclusion=(
        "a set of k counts (1/((1-m) L)) I, I the integral: over all pairs h_k counts k C(L, k) I "
        "/ ((1-m) L) = P(B < k) / ((1-m) L)"
    ),
    certificate=Symbolic(_counted(1 / (MOST * POSITIONS), TAIL), TAIL / (MOST * POSITIONS)),
    change="1/((1-m) k) as the weight of a token",
    twin=Symbolic(_counted(1 / (MOST * MASKED), TAIL), TAIL / (MOST * POSITIONS)),
)
BY_PARTS = Step(
    name="by-parts",
    premises=("counts",),
    conclusion=(
        "sum_(k <= K) P(B < k) h_k = sum_(b < K) P(B = b) (s_K - s_b), s_k = h_1 + .. + h_k: with "
        "T = P(B <= K) and D the sum of P(B = b) s_b over b <= K it is T s_K - D"
    ),
    certificate=_parts(REACHED),
    change="P(B < k) for P(B <= k)",
    twin=_parts(TAIL),
)
SHOWN = Step(
    name="shown",
    premises=("sums", "by-parts"),
    conclusion=(
        "for K = L it is the mean of h_(B+1) + .. + h_L = g_(L-B), of H(X_S) for a uniform set S "
        "of L - B positions: S leaves out b given ones with probability P(B = b)/C(L, b) = m^b "
        "(1-m)^(L-b), as if each were in S with probability 1 - m"
    ),
    certificate=Symbolic(
        sympy.binomial(J + R, J) * LEAST**J * MOST**R / binomial(J, R), LEAST**J * MOST**R
    ),
    change="of L - B + 1 positions",
    twin=Symbolic(
        sympy.binomial(J + R, J) * LEAST**J * MOST**R / binomial(J + 1, R), LEAST**J * MOST**R
    ),
)
BETWEEN = Step(
    name="between",
    premises=("han", "sums", "shown"),
    conclusion=(
        "g_a >= (a/L) H: with f_0, .., f_(a-1) above a number f by p in all and the c = L - a "
        "others below it by n, L g_a - a g_L = c p + a n >= 0. S has (1 - m) L positions in the "
        "mean, and no f is negative: (1 - m) H(X) <= E H(X_S) <= H(X)"
    ),
    certificate=_average(1),
    change="those below count twice",
    twin=_average(2),
)
SHOWN_STEPS = (*COSTS, TAILS, COUNTS, BY_PARTS, SHOWN)
BETWEEN_STEPS = (*SHOWN_STEPS, HAN, BETWEEN)
RULE = (
    "t uniform on [m, 1], each position masked with probability t, weight 1/(t L) for each masked "
    "token"
)

proof = Proof(
    theorem="inverse-time-loss",
    hypotheses={"true": TRUE, "rule": RULE},
    steps=(
        *BETWEEN_STEPS,
        Step(
            name="ends",
            premises=("shown", "between"),
            conclusion=(
                "at E H(X_S) = H the loss is H/((1-m) L), too high by the share m/(1-m) of H/L; at "
                "(1-m) H it is H/L"
            ),
            certificate=_ends(TIME / (1 - TIME)),
            change="too high by the share m",
            twin=_ends(TIME),
        ),
        Step(
            name="loss",
            premises=("shown", "ends"),
            conclusion=THEOREM.statement,
            # the count of step counts with sum_k P(B < k) h_k = E H(X_S)
            certificate=Symbolic(
                THEOREM.expression.subs({LENGTH: POSITIONS, **BETWEEN_0_AND_1}),
                _counted(1 / (MOST * POSITIONS), VISIBLE).subs(BETWEEN_0_AND_1),
            ),
            change="t of density 1 on [m, 1]",
            twin=Symbolic(
                THEOREM.expression.subs({LENGTH: POSITIONS, **BETWEEN_0_AND_1}),
                _counted(1 / POSITIONS, VISIBLE).subs(BETWEEN_0_AND_1),
            ),
        ),
    ),
)
