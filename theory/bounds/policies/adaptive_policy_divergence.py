"""KL of a value-adaptive policy: the expected total correlation of its rounds.

Along the rounds of a word x that a deterministic policy takes, the chain rule gives
log q(x) = sum_t log q(x_(S_t) | x_(C_t)), while log q_pi(x) = sum_t sum_(i in S_t) log q(x_i |
x_(C_t)). Which rounds are taken is a function of x alone, and the event "C_t, with these values, is
reached" of x_(C_t) alone; so the mean of the t-th difference given x_(C_t) is
TC(X_(S_t) | x_(C_t)).
"""

import numpy as np

from synthetic.sampling.strategies.table_policy import TablePolicy
from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import evaluate_policy

CORRELATION = nonnegative("correlation")


def policy_correlation(case: Generated) -> float:
    """E_q sum_t TC(X_(S_t) | x_(C_t)) in nats of a case whose strategy is a `TablePolicy`."""
    if not isinstance(case.strategy, TablePolicy):
        raise TypeError(f"a policy is a TablePolicy, got {case.strategy}")
    return evaluate_policy(case.language, case.strategy, length=case.length).kl_divergence


theorem = Theorem[Generated](
    id="adaptive-policy-divergence",
    title="KL of a value-adaptive policy",
    statement=(
        "For every language q and every deterministic policy that picks the positions S_t of round "
        "t from the values x_(C_t) revealed so far, before it draws them independently from their "
        "exact marginals, KL(q || q_pi) = E_q sum_t TC(X_(S_t) | x_(C_t)) nats per sequence."
    ),
    kind="identity",
    source=Source("2608.25505", "Theorem 1", "read"),
    takes=(
        Parameter(CORRELATION, "E_q sum_t TC(X_(S_t) | x_(C_t)) in nats per sequence", 0, np.inf),
    ),
    expression=CORRELATION,
    formula=lambda correlation: correlation,
    parameters=lambda case: {"correlation": policy_correlation(case)},
    exact=lambda case: case.divergence,
)
