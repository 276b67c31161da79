"""Theorem 4.2 of 2502.09622, our statement, with constants: N = 1 + ceil((n - 1) / eps^n) steps.

Put N - 1 >= m / eps^n into `ngram_two_phase`: m (1 - eps)^2 / (eps^m (N - 1)) <= eps (1 - eps)^2.
As recalled, the theorem allows 4 eps log V and asks for L > O((n - 1) / eps^(n + 0.5)); with this
schedule 2 eps log V is enough and no length is asked for. The rate is not the best:
`universal_path_bound` needs N = 1 / eps steps for eps log V, for every language.
"""

import math

import numpy as np
import sympy

from theory.bounds.reveals.ngram_two_phase import (
    FIRST,
    LEARNING,
    TAKES,
    VOCABULARY,
    TwoPhase,
    two_phase_parameters,
)
from theory.bounds.theorem import Source, Theorem


def enough_steps(order: int, first: float) -> int:
    """N = 1 + ceil((n - 1) / eps^n)."""
    return 1 + math.ceil((order - 1) / first**order)


def _domain(first: object, steps: object, context: object, **_: object) -> str | None:
    count, eps = np.asarray(context), np.asarray(first)
    # of the two sides as floats, so that N = 1 + ceil(m / eps^n) is never refused for its rounding
    enough = np.asarray(steps) - 1 >= count / eps ** (count + 1) * (1 - 1e-14)
    return None if enough.all() else "N >= 1 + (n - 1) / eps^n steps: use ngram-two-phase"


theorem = Theorem[TwoPhase](
    id="ngram-token-error",
    title="Theorem 4.2 with constants (our statement)",
    statement=(
        "Our statement of Theorem 4.2: for every n-gram language over V symbols, every length, "
        "every eps in (0, 1] and N >= 1 + (n - 1) / eps^n steps of Bernoulli reveal with a_1 = eps "
        "and the rest uniform, a denoiser with learning error at most eps_learning has "
        "log TER(p) - log TER(q) at most eps_learning + eps (1 + (1 - eps)^2) log V, hence at most "
        "eps_learning + 2 eps log V, nats per token. The constants are ours."
    ),
    kind="upper",
    source=Source("2502.09622", "Theorem 4.2", "recalled"),
    takes=TAKES,
    expression=LEARNING + FIRST * (1 + (1 - FIRST) ** 2) * sympy.log(VOCABULARY),
    formula=lambda first, steps, context, vocabulary, learning: (
        learning + first * (1 + (1 - first) ** 2) * np.log(vocabulary) + 0 * steps * context
    ),
    domain=_domain,
    parameters=two_phase_parameters,
    exact=lambda case: case.token_error_gap,
)
