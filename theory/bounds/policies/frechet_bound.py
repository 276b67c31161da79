"""The Frechet bound: marginals alone bound the probability of their likeliest word from below.

By the union bound, 1 - P(x*) <= sum_j (1 - c_j), c_j = P(X_j = x*_j). For given c_j with
sum_j (1 - c_j) <= 1 equality holds for the law that gives 1 - c_j to a word that differs from x* at
token j alone, and the rest to x*; for smaller c_j events that cover everything reach zero.
"""

import math

import numpy as np
import sympy

from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

TOTAL = nonnegative("total")
TOKENS = sympy.Symbol("tokens", integer=True, positive=True)

theorem = Theorem[Joint](
    id="frechet-bound",
    title="Frechet bound on the likeliest word",
    statement=(
        "If n tokens take their likeliest symbols with probabilities c_1..c_n, all of them do at "
        "once with probability at least max(0, c_1 + .. + c_n - (n - 1)). For every c_1..c_n some "
        "joint law of n events of these probabilities has exactly that one."
    ),
    kind="lower",
    source=Source("2606.02955", "Frechet profile decoding", "second-hand"),
    takes=(
        Parameter(TOTAL, "the sum of the n largest probabilities", 0, np.inf),
        Parameter(TOKENS, "n", 1, 2**52, whole=True),
    ),
    expression=sympy.Max(0, TOTAL - (TOKENS - 1)),
    formula=lambda total, tokens: np.maximum(0.0, total - (tokens - 1)),
    # rounding can leave largest probabilities just above one
    parameters=lambda case: {
        "total": min(math.fsum(case.confidences), float(case.tokens)),
        "tokens": case.tokens,
    },
    exact=lambda case: float(case.law[case.likeliest]),
    domain=lambda total, tokens: (
        None if np.all(total <= tokens) else "total <= tokens: a probability is at most one"
    ),
)
