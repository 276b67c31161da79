"""The information curve never rises (Han's inequality along the reveal fraction).

A token that is revealed with probability r can be revealed a second time, so that the sets R at r
lie inside those at s >= r, and conditioning on more lowers entropy: H(X_i | X_R) falls for every i.
For sets of fixed size this says that Z_1..Z_L is nondecreasing (Han 1978), of which f is a mixture.
Equality where tokens are independent.
"""

from dataclasses import dataclass

import numpy as np

from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

EARLIER = nonnegative("earlier")


@dataclass(frozen=True)
class RevealedMore(LanguageAtLength):
    """A language at a length, and two reveal probabilities, `start` <= `end`."""

    start: float
    end: float


theorem = Theorem[RevealedMore](
    id="monotone-curve",
    title="The information curve is non-increasing",
    statement=(
        "For every language, every length L and all reveal probabilities r <= s, "
        "f(s) <= f(r) nats, where f(r) = (1/L) sum_i E H(X_i | X_R), every other token in R with "
        "probability r. Equality for independent tokens."
    ),
    kind="tight",
    source=Source("Han 1978", "inequality for sets of fixed size", "second-hand"),
    takes=(Parameter(EARLIER, "f(r) in nats", 0, np.inf),),
    expression=EARLIER,
    formula=lambda earlier: earlier,
    # rounding can leave the entropy of a determined token just below zero
    parameters=lambda case: {"earlier": max(0.0, case.curve(case.start))},
    exact=lambda case: case.entropies.conditional_entropy(case.end),
)
