"""The path average is a left Riemann sum of the information curve minus its integral (D2').

E sum_k TC(X_(S_k) | X_(S_<k)) = sum_k E sum_(i in S_k) H(X_i | X_(S_<k)) - H(X), the chain rule
along each path. Under Bernoulli reveal token i is in S_k with probability a_k, independently of the
others, each of which is in S_<k with probability r_(k-1): the first term is L sum_k a_k f(r_(k-1)).
H(X) / L is the integral of f, the same identity for N uniform steps, N to infinity, where almost
surely no two tokens share a step.
"""

from itertools import accumulate

import numpy as np

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws.enumeration.joint_entropies import joint_entropies

RIEMANN = nonnegative("riemann")
ENTROPY = nonnegative("entropy")
LENGTH = nonnegative("length", integer=True)


def left_riemann_sum(case: Generated) -> float:
    """sum_k a_k f(r_(k-1)) in nats per token, r_k = a_1 + .. + a_k divided by the last one."""
    ends = np.array(list(accumulate(case.schedule, initial=0.0)))
    ends /= ends[-1]
    return float(np.diff(ends) @ case.curve(ends[:-1]))


theorem = Theorem[Generated](
    id="left-riemann-identity",
    title="Left Riemann sum of the information curve",
    statement=(
        "For every language, every length L and every schedule (a_1..a_N) of Bernoulli reveal, "
        "(1/L) E_path sum_k TC(X_(S_k) | X_(S_<k)) = sum_k a_k f(r_(k-1)) - H(X) / L nats per "
        "token, r_k = a_1 + .. + a_k and f(r) = (1/L) sum_i E H(X_i | X_R), every other token in "
        "R with probability r; H(X) / L is the integral of f over 0..1."
    ),
    kind="identity",
    source=Source("ours", "chain rule along reveal paths", "ours"),
    takes=(
        Parameter(RIEMANN, "sum_k a_k f(r_(k-1)) in nats", 0, np.inf),
        Parameter(ENTROPY, "H(X) in nats per sequence", 0, np.inf),
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
    ),
    expression=RIEMANN - ENTROPY / LENGTH,
    formula=lambda riemann, entropy, length: riemann - entropy / length,
    parameters=lambda case: {
        # rounding can leave both of a language of one word just below zero
        "riemann": max(0.0, left_riemann_sum(case)),
        "entropy": max(0.0, case.entropy),
        "length": case.length,
    },
    exact=lambda case: (
        joint_entropies(case.language, case.length).path_average(case.schedule) / case.length
    ),
)
