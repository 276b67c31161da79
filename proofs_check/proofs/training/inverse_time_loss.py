"""The 1/t-weighted loss: incomplete beta integrals are binomial tails, and these reveal a set."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, entropy, random_law
from proofs_check.proofs.reveals.random_order_terms import (
    CHAIN_RULE,
    MASKED,
    PAIRS,
    PARTIAL_SUMS,
    POSITIONS,
    RANDOM_ORDER,
    SETS,
    SIZES,
    TRUE,
    J,
    R,
    choose,
    masked_costs,
    mean_entropy,
)
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


class Timed(NamedTuple):
    """A law of three bits and a least time."""

    law: Law
    time: float


def timed(source: random.Random) -> Timed:
    """Drawn at random."""
    return Timed(random_law(source), source.uniform(0.01, 0.99))


def _binomial(drawn: Timed) -> list[float]:
    """The law of B on 0..L."""
    return [
        math.comb(BITS, masked) * drawn.time**masked * (1 - drawn.time) ** (BITS - masked)
        for masked in range(BITS + 1)
    ]


def shown_entropy(drawn: Timed) -> float:
    """E H(X_S), each position in S with probability 1 - m."""
    return math.fsum(
        share * mean_entropy(drawn.law, BITS - masked)
        for masked, share in enumerate(_binomial(drawn))
    )


def _tails(drawn: Timed, shift: int = 0) -> bool:
    """sum_k P(B < k) h_k = E H(X_S)."""
    tails = [math.fsum(_binomial(drawn)[: k + shift]) for k in range(1, BITS + 1)]
    total = math.fsum(a * b for a, b in zip(tails, masked_costs(drawn.law), strict=True))
    return abs(total - shown_entropy(drawn)) <= 1e-10


def _within(drawn: Timed, least: float = 1.0, most: float = 1.0) -> bool:
    whole, shown = entropy(drawn.law, range(BITS)), shown_entropy(drawn)
    low = least * (1 - drawn.time) * whole
    return low - ROUNDING <= shown <= most * whole + ROUNDING


def _added(masked: sympy.Expr, shown: sympy.Expr) -> sympy.Expr:
    """The slope in m of P(B = k), B ~ Binomial(k + L - k, m)."""
    share = choose(masked, shown) * LEAST**masked * MOST**shown
    return (sympy.diff(share, LEAST) - sympy.diff(share, MOST)).subs(BETWEEN_0_AND_1)


def _slope(masked: sympy.Expr, shown: sympy.Expr) -> sympy.Expr:
    """-k C(L, k) m^(k-1) (1-m)^(L-k), the slope in m of the integral times k C(L, k)."""
    slope = -masked * choose(masked, shown) * LEAST ** (masked - 1) * MOST**shown
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
SHOWN = Step(
    name="shown",
    premises=("partial-sums", "counts"),
    conclusion=(
        "sum_k P(B < k) h_k is the mean of h_(B+1) + .. + h_L, of H(X_S) for a uniform set of "
        "L - B positions: each in S with probability 1 - m"
    ),
    certificate=Cited(
        "sum and mean exchanged; a binomial number of uniform positions is independent choice",
        "Billingsley, Probability and Measure, Theorem 18.3",
        timed,
        _tails,
        count=200,
    ),
    change="P(B <= k)",
    twin=Cited(
        "the same with P(B <= k)",
        "none: false",
        timed,
        lambda drawn: _tails(drawn, 1),
        count=200,
    ),
)
BETWEEN = Step(
    name="between",
    premises=(),
    conclusion="(1 - m) H(X) <= E H(X_S) <= H(X)",
    certificate=Cited(
        "inequality of Shearer: each position lies in S with probability 1 - m; monotonicity",
        "Chung, Graham, Frankl and Shearer, J. Combin. Theory A 43 (1986) 23-37; "
        "Cover and Thomas, Theorem 2.6.5",
        timed,
        _within,
        count=200,
    ),
    change="E H(X_S) >= H(X)",
    twin=Cited(
        "E H(X_S) >= H(X)",
        "none: false",
        timed,
        lambda drawn: _within(drawn, 1 / (1 - drawn.time)),
        count=200,
    ),
)
RULE = (
    "t uniform on [m, 1], each position masked with probability t, weight 1/(t L) for each masked "
    "token"
)

proof = Proof(
    theorem="inverse-time-loss",
    hypotheses={"true": TRUE, "rule": RULE},
    steps=(
        CHAIN_RULE,
        RANDOM_ORDER,
        PARTIAL_SUMS,
        SIZES,
        TAILS,
        COUNTS,
        SHOWN,
        BETWEEN,
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
