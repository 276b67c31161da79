"""Total correlation is the sum of what the other tokens tell, Z_1 + .. + Z_L.

By the chain rule in uniformly random order, H(X) = sum_j (L-wise mean of H(X_i | j - 1 others)) =
sum_j (f(0) - Z_j), where L f(0) = sum_i H(X_i).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthetic.languages import Language
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import InformationCurve, information_curve
from theory.laws.enumeration.joint_entropies import JointEntropies, joint_entropies

LENGTH = nonnegative("length", integer=True)
MEAN = nonnegative("mean")


@dataclass(frozen=True)
class LanguageAtLength:
    """A language at a length."""

    language: Language
    length: int

    @cached_property
    def curve(self) -> InformationCurve:
        return information_curve(self.language, self.length)

    @cached_property
    def entropies(self) -> JointEntropies:
        """The entropies of all sets of positions, by enumeration."""
        return joint_entropies(self.language, self.length)


theorem = Theorem[LanguageAtLength](
    id="total-correlation-sum",
    title="Total correlation from the information curve",
    statement=(
        "For every language and every length L, the total correlation sum_i H(X_i) - H(X) is "
        "Z_1 + .. + Z_L nats per sequence, L times the mean of Z, where Z_j = E I(X_i; X_S) with "
        "i a uniform position and S a uniform set of j - 1 others."
    ),
    kind="identity",
    source=Source("ours", "chain rule in random order", "ours"),
    takes=(
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(MEAN, "the mean of Z_1..Z_L in nats", 0, np.inf),
    ),
    expression=LENGTH * MEAN,
    formula=lambda length, mean: length * mean,
    parameters=lambda case: {
        "length": case.length,
        # rounding can leave the information of independent tokens just below zero
        "mean": max(0.0, float(case.curve.information.mean())),
    },
    exact=lambda case: case.entropies.total_correlation,
)
