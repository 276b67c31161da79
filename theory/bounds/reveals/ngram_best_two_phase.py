"""The two-phase schedule with the eps that its bound likes best.

`ngram_two_phase` with (1 - eps)^2 <= 1: eps + c / eps^m, c = m / (N - 1), is least where
eps^(m+1) = m c, and there equals eps (1 + 1 / m) = ((m + 1) / m) (m^2 / (N - 1))^(1/n), n = m + 1.
This eps is at most 1 where N - 1 >= m^2.
"""

import numpy as np
import sympy

from theory.bounds.reveals.ngram_two_phase import (
    CONTEXT,
    LEARNING,
    STEPS,
    TAKES,
    VOCABULARY,
    TwoPhase,
    two_phase_parameters,
)
from theory.bounds.theorem import Source, Theorem

RATE = ((CONTEXT + 1) / CONTEXT) * (CONTEXT**2 / (STEPS - 1)) ** (1 / (CONTEXT + 1))


def best_first(order: int, steps: int) -> float:
    """eps = (m^2 / (N - 1))^(1/n), m = n - 1, the first reveal probability of the schedule."""
    return float(((order - 1) ** 2 / (steps - 1)) ** (1 / order))


def _domain(steps: object, context: object, **_: object) -> str | None:
    enough = np.asarray(steps) - 1 >= np.asarray(context) ** 2
    return None if enough.all() else "N - 1 >= m^2 steps: use universal-path-bound"


def _exact(case: TwoPhase) -> float:
    wanted = best_first(case.language.order, case.steps)
    if case.first != wanted:
        raise ValueError(f"the schedule's first step is best_first = {wanted}, got {case.first}")
    return case.token_error_gap


theorem = Theorem[TwoPhase](
    id="ngram-best-two-phase",
    title="n-grams under the best two-phase schedule",
    statement=(
        "For every n-gram language over V symbols, m = n - 1, every length and N >= 1 + m^2 steps "
        "of Bernoulli reveal with a_1 = (m^2 / (N - 1))^(1/n) and the rest uniform, a denoiser "
        "with learning error at most eps_learning has log TER(p) - log TER(q) at most "
        "eps_learning + ((m + 1) / m) (m^2 / (N - 1))^(1/n) log V nats per token, the rate "
        "N^(-1/n) of Theorem 4.2. The uniform schedule has log V / N for every language."
    ),
    kind="upper",
    source=Source("ours", "the least of ngram-two-phase over eps", "ours"),
    takes=TAKES[1:],  # the first reveal probability follows from the others
    expression=LEARNING + RATE * sympy.log(VOCABULARY),
    formula=lambda steps, context, vocabulary, learning: (
        learning
        + (context + 1)
        / context
        * (context**2 / (steps - 1)) ** (1 / (context + 1))
        * np.log(vocabulary)
    ),
    domain=_domain,
    parameters=lambda case: {
        name: value for name, value in two_phase_parameters(case).items() if name != "first"
    },
    exact=_exact,
)
