"""Growth by number of revealed tokens against growth by reveal probability: a factor (d + 1) / d.

h'(u) = sum_(j=1)^(d-1) j C(d-1, j) u^(j-1) (1-u)^(d-1-j) Delta_j, Delta_j = d (Z_(j+1) - Z_j), the
derivative of a Bernstein polynomial. Since j C(d-1, j) int u^j (1-u)^(d-j) du =
j C(d-1, j) j! (d-j)! / (d+1)! = j (d-j) / (d (d+1)),
H = int_0^1 u (1-u) h'(u) du = sum_j (j (d-j) / (d (d+1))) Delta_j, and H^card, with j/d in the
place of u, is sum_j (j/d) (1 - j/d) Delta_j. The definition of H^card is ours: it is the one of
this kind that has the stated ratio.
"""

import numpy as np
import sympy

from theory.bounds.curves.log_odds_step import GROWTH, log_odds_growth
from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem

LENGTH = sympy.Symbol("length", positive=True, integer=True)


def cardinality_growth(case: LanguageAtLength) -> float:
    """H^card = sum_(j=1)^(d-1) (j/d) (1 - j/d) d (Z_(j+1) - Z_j) in nats, by enumeration."""
    share = np.arange(1, case.length) / case.length
    return float(case.length * np.diff(case.entropies.information()) @ (share * (1 - share)))


theorem = Theorem[LanguageAtLength](
    id="cardinality-growth",
    title="Growth by number and by probability (our statement)",
    statement=(
        "For every language and every length d, H^card = ((d + 1) / d) H nats per sequence, where "
        "H = int_0^1 u (1 - u) h'(u) du, h(r) = sum_i E I(X_i; X_R) with every other token in R "
        "with probability r, and H^card = sum_(j=1)^(d-1) (j/d) (1 - j/d) (h_j - h_(j-1)), "
        "h_j = sum_i E I(X_i; X_S) with S a uniform set of j other tokens; this definition of "
        "H^card is ours."
    ),
    kind="identity",
    source=Source("2608.13520", "fixed-count growth", "recalled"),
    takes=(
        Parameter(LENGTH, "tokens, d", 1, np.inf, whole=True),
        Parameter(GROWTH, "H(0, 1) in nats", 0, np.inf),
    ),
    expression=(LENGTH + 1) / LENGTH * GROWTH,
    formula=lambda length, growth: (length + 1) / length * growth,
    parameters=lambda case: {
        "length": case.length,
        "growth": log_odds_growth(case.curve, 0.0, 1.0),
    },
    exact=cardinality_growth,
)
