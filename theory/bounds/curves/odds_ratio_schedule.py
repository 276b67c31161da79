"""A whole schedule with equal odds ratios: Wainwright's steps, with the first and last spelled out.

The steps between t_0 and T have odds ratio rho each (`odds_ratio_step`), and their H add up. The
first step, from 0 to t_0, costs int_0^t_0 h(u) du <= t_0 h(t_0), as h(0) = 0 and h rises; the
completion costs int_T^1 (h(u) - h(T)) du <= (1 - T) (h(1) - h(T)). These two terms are ours.
"""

import math
from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.curves.log_odds_step import GROWTH, log_odds_growth
from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

FIRST = sympy.Symbol("first", positive=True)
LAST = sympy.Symbol("last", positive=True)
STEPS = sympy.Symbol("steps", positive=True, integer=True)
EARLY = nonnegative("early")
LATE = nonnegative("late")


def log_odds(reveal: float) -> float:
    """log (r / (1 - r))."""
    return math.log(reveal) - math.log1p(-reveal)


@dataclass(frozen=True)
class OddsSchedule(LanguageAtLength):
    """Reveal up to `first`, then up to `last` in `steps` steps of equal odds ratio, then all."""

    first: float
    last: float
    steps: int

    @property
    def schedule(self) -> tuple[float, ...]:
        """a_1..a_(steps + 2)."""
        inner = np.linspace(log_odds(self.first), log_odds(self.last), self.steps + 1)
        return tuple(np.diff(1 / (1 + np.exp(-inner)), prepend=0.0, append=1.0).tolist())

    @property
    def path_average(self) -> float:
        """In nats per sequence, by enumeration."""
        return self.entropies.path_average(self.schedule)

    def rise(self, start: float, end: float) -> float:
        """h(end) - h(start) in nats per sequence."""
        # rounding can leave the growth of independent tokens just below zero
        return max(0.0, self.length * (self.curve(start) - self.curve(end)))


def _domain(first: object, last: object, **_: object) -> str | None:
    return None if (np.asarray(first) <= np.asarray(last)).all() else "first <= last"


theorem = Theorem[OddsSchedule](
    id="odds-ratio-schedule",
    title="Wainwright's schedule bound, equal odds ratios",
    statement=(
        "For every language, every length and a schedule of Bernoulli reveal that goes from 0 to "
        "t_0, from t_0 to T in n steps of equal odds ratio, and from T to 1, 0 < t_0 <= T < 1, the "
        "exact denoiser's path-averaged divergence is at most ((psi(T) / psi(t_0))^(1/n) - 1) "
        "H(t_0, T) + t_0 h(t_0) + (1 - T) (h(1) - h(T)) nats per sequence, psi(t) = t / (1 - t), "
        "H(s, t) = int_s^t u (1 - u) h'(u) du, h(r) = sum_i E I(X_i; X_R), every other token in R "
        "with probability r. The initial and the completion term are ours."
    ),
    kind="upper",
    source=Source("2608.13520", "schedule bound", "read"),
    takes=(
        Parameter(FIRST, "t_0", 0, 1, open=True),
        Parameter(LAST, "T", 0, 1, open=True),
        Parameter(STEPS, "steps of equal odds ratio, n", 1, np.inf, whole=True),
        Parameter(GROWTH, "H(t_0, T) in nats", 0, np.inf),
        Parameter(EARLY, "h(t_0) in nats", 0, np.inf),
        Parameter(LATE, "h(1) - h(T) in nats", 0, np.inf),
    ),
    expression=((LAST / (1 - LAST) * (1 - FIRST) / FIRST) ** (1 / STEPS) - 1) * GROWTH
    + FIRST * EARLY
    + (1 - LAST) * LATE,
    formula=lambda first, last, steps, growth, early, late: (
        np.expm1((np.log(last / first) + np.log1p(-first) - np.log1p(-last)) / steps) * growth
        + first * early
        + (1 - last) * late
    ),
    domain=_domain,
    parameters=lambda case: {
        "first": case.first,
        "last": case.last,
        "steps": case.steps,
        "growth": log_odds_growth(case.curve, case.first, case.last),
        "early": case.rise(0.0, case.first),
        "late": case.rise(case.last, 1.0),
    },
    exact=lambda case: case.path_average,
)
