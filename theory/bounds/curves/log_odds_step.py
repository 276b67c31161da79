"""What a step of Bernoulli reveal costs, by growth of information in log-odds: the sharper factor.

With h(r) = L (f(0) - f(r)), h' >= 0, the step from reveal fraction t to t' costs
int_t^t' (h(u) - h(t)) du = int_t^t' (t' - u) h'(u) du (left Riemann sum, then by parts). And
(t' - u) / (u (1 - u)) falls in u on [t, t'], its logarithmic derivative being
-1 / (t' - u) - 1 / u + 1 / (1 - u) < 0 as t' <= 1; so it is at most its value at u = t,
t' - u <= (t' - t) / (t (1 - t)) * u (1 - u). Integrate against h'. The ratio of the two sides goes
to one for a last step, t' = 1, that starts at t -> 1, and to 1/2 for narrow steps elsewhere.
"""

from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import InformationCurve

START = sympy.Symbol("start", positive=True)
END = sympy.Symbol("end", positive=True)
GROWTH = nonnegative("growth")


def log_odds_growth(curve: InformationCurve, start: float, end: float) -> float:
    """H(s, t) = int_s^t u (1 - u) h'(u) du in nats per sequence.

    A polynomial of degree L, exact by Gauss quadrature up to rounding.
    """
    nodes, weights = np.polynomial.legendre.leggauss(curve.length // 2 + 1)
    reveal = start + (end - start) * (nodes + 1) / 2
    values = curve.length * curve.derivative(1, reveal) * reveal * (1 - reveal)
    # rounding can leave the growth of independent tokens just below zero
    return max(0.0, float(values @ weights) * (end - start) / 2)


@dataclass(frozen=True)
class RevealStep(LanguageAtLength):
    """A language at a length, and a step from reveal fraction `start` to `end`."""

    start: float
    end: float

    @property
    def growth(self) -> float:
        """H(start, end)."""
        return log_odds_growth(self.curve, self.start, self.end)

    @property
    def cost(self) -> float:
        """E TC of what the step draws given what is known, in nats per sequence, by enumeration."""
        return self.entropies.reveal_cost(self.start, self.end)


def ordered(start: object, end: object, **_: object) -> str | None:
    """What is wrong with the ends of a step."""
    return None if (np.asarray(start) <= np.asarray(end)).all() else "start <= end"


theorem = Theorem[RevealStep](
    id="log-odds-step",
    title="A step in log-odds, sharper factor",
    statement=(
        "For every language, every length and a step of Bernoulli reveal from fraction t to t', "
        "0 < t <= t' <= 1, the expected total correlation of what it draws given what is known is "
        "at most ((t' - t) / (t (1 - t))) H(t, t') nats per sequence, where H(t, t') = "
        "int_t^t' u (1 - u) h'(u) du and h(r) = sum_i E I(X_i; X_R), every other token in R with "
        "probability r. It covers the completion, t' = 1."
    ),
    kind="upper",
    source=Source("ours", "sharpens the schedule bound of 2608.13520", "ours"),
    takes=(
        Parameter(START, "t", 0, 1, open=True),
        Parameter(END, "t'", np.nextafter(0, 1), 1),
        Parameter(GROWTH, "H(t, t') in nats", 0, np.inf),
    ),
    expression=(END - START) / (START * (1 - START)) * GROWTH,
    formula=lambda start, end, growth: (end - start) / (start * (1 - start)) * growth,
    domain=ordered,
    parameters=lambda case: {"start": case.start, "end": case.end, "growth": case.growth},
    exact=lambda case: case.cost,
)
