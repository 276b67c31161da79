"""Wainwright's factor of a step: psi(t') / psi(t) - 1, psi the odds.

psi(t') / psi(t) - 1 = (t' - t) / (t (1 - t')), which is the factor of `log_odds_step` times
(1 - t) / (1 - t') >= 1.
"""

import numpy as np

from theory.bounds.curves.log_odds_step import END, GROWTH, START, RevealStep, ordered
from theory.bounds.theorem import Parameter, Source, Theorem

theorem = Theorem[RevealStep](
    id="odds-ratio-step",
    title="Wainwright's schedule bound, one step",
    statement=(
        "For every language, every length and a step of Bernoulli reveal from fraction t to t', "
        "0 < t <= t' < 1, the expected total correlation of what it draws given what is known is "
        "at most (psi(t') / psi(t) - 1) H(t, t') nats per sequence, psi(t) = t / (1 - t), "
        "H(t, t') = int_t^t' u (1 - u) h'(u) du and h(r) = sum_i E I(X_i; X_R), every other token "
        "in R with probability r. The path average is the sum over steps."
    ),
    kind="upper",
    source=Source("2608.13520", "schedule bound", "read"),
    takes=(
        Parameter(START, "t", 0, 1, open=True),
        Parameter(END, "t'", 0, 1, open=True),
        Parameter(GROWTH, "H(t, t') in nats", 0, np.inf),
    ),
    expression=(END / (1 - END) * (1 - START) / START - 1) * GROWTH,
    formula=lambda start, end, growth: (end - start) / (start * (1 - end)) * growth,
    domain=ordered,
    parameters=lambda case: {"start": case.start, "end": case.end, "growth": case.growth},
    exact=lambda case: case.cost,
)
