"""Dual total correlation is what the curve still lacks, sum_j (Z_L - Z_j).

L Z_L = sum_i I(X_i; all others) = sum_i H(X_i) - sum_i H(X_i | all others), and the sum of Z is the
total correlation, sum_i H(X_i) - H(X): the difference is H(X) - sum_i H(X_i | all others).
"""

import numpy as np

from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LENGTH = nonnegative("length", integer=True)
MEAN = nonnegative("mean")
LAST = nonnegative("last")

theorem = Theorem[LanguageAtLength](
    id="dual-total-correlation-sum",
    title="Dual total correlation from the information curve",
    statement=(
        "For every language and every length L, the dual total correlation "
        "H(X) - sum_i H(X_i | all others) is the sum over j = 1..L of Z_L - Z_j nats per "
        "sequence, L times the distance of the mean of Z from its last value, where "
        "Z_j = E I(X_i; X_S) with i a uniform position and S a uniform set of j - 1 others."
    ),
    kind="identity",
    source=Source("ours", "chain rule in random order", "ours"),
    takes=(
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(MEAN, "the mean of Z_1..Z_L in nats", 0, np.inf),
        Parameter(LAST, "Z_L in nats", 0, np.inf),
    ),
    expression=LENGTH * (LAST - MEAN),
    formula=lambda length, mean, last: length * (last - mean),
    parameters=lambda case: {
        "length": case.length,
        # rounding can leave the information of independent tokens just below zero
        "mean": max(0.0, float(case.curve.information.mean())),
        "last": max(0.0, float(case.curve.information[-1])),
    },
    exact=lambda case: case.entropies.dual_total_correlation,
)
