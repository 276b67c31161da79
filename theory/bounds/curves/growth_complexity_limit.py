"""The least path-averaged KL of N Bernoulli steps is P / (2 N) + o(1 / N).

A step of width w at fraction r costs w^2 h'(r) / 2 + o(w^2) per sequence (`log_odds_step`). With
N g(r) steps per unit of r, g of integral one, the path average is (1 / (2 N)) int h' / g + o(1/N),
and by Cauchy and Schwarz int h' / g >= (int sqrt(h'))^2 = P, with equality at g ~ sqrt(h').
"""

from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import optimal_schedule

COMPLEXITY = nonnegative("complexity")
STEPS = sympy.Symbol("steps", positive=True, integer=True)


@dataclass(frozen=True)
class BestSchedule(LanguageAtLength):
    """A language at a length under `optimal_schedule`."""

    steps: int


theorem = Theorem[BestSchedule](
    id="growth-complexity-limit",
    title="Least path average of N steps",
    statement=(
        "For every language and length, fixed, the least path-averaged divergence of N steps of "
        "Bernoulli reveal with the exact denoiser is P / (2 N) + o(1 / N) nats per sequence as "
        "N -> infinity, where P = (int_0^1 sqrt(h'(r)) dr)^2 and h(r) = sum_i E I(X_i; X_R), every "
        "other token in R with probability r."
    ),
    kind="asymptotic",
    source=Source("2608.13520", "asymptotics of the best schedule", "read"),
    takes=(
        Parameter(COMPLEXITY, "P in nats per sequence", 0, np.inf),
        Parameter(STEPS, "steps, N", 1, np.inf, whole=True),
    ),
    expression=COMPLEXITY / (2 * STEPS),
    formula=lambda complexity, steps: complexity / (2 * steps),
    parameters=lambda case: {
        "complexity": case.curve.unmasking_growth_complexity().value,
        "steps": case.steps,
    },
    exact=lambda case: (
        case.length * case.curve.path_bound(optimal_schedule(case.curve, case.steps))
    ),
)
