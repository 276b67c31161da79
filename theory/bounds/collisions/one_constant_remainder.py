"""KL(q || p) above SER by no more than a second-order term, for every schedule.

p = (1 - kappa) q + kappa r, kappa the probability that two positions share a step and r the law
given that. With z = p/q on the support of q, E_q z = 1 - SER and

    KL(q || p) - SER = E_q[z - 1 - log z] <= E_q (z - 1)^2 / (2 (1 - kappa)),

since z - 1 - log z is int_z^1 (1-t)/t dt <= (1-z)^2/(2z) for z <= 1 and at most (z-1)^2/2 for z >=
1, and z >= 1 - kappa. Here z - 1 = kappa (r/q - 1), and with Q = 1 / min q over the support
E_q (r/q - 1)^2 = sum r^2/q - 2 r(support) + 1 <= (Q - 2) r(support) + 1 <= Q - 1 for Q >= 2. With
one word, Q = 1, r = q.
"""

import numpy as np
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.collisions.divergence_from_shared_steps import (
    KAPPA,
    SHARED,
    shared_step_probability,
)
from theory.bounds.collisions.one_constant import ERROR, RATE
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LEAST = nonnegative("least")


def _domain(shared: NDArray[np.float64], **_: object) -> str | None:
    return None if bool((shared < 1).all()) else "kappa < 1 (N >= L), got 1"


def _parameters(case: Generated) -> dict[str, float]:
    law = case.language_law
    # rounding can leave the probability of a single word just above one
    least = min(1.0, float(law[law > 0].min()))
    return {
        "error": case.sequence_error_rate,
        "shared": shared_step_probability(case),
        "least": least,
    }


theorem = Theorem[Generated](
    id="one-constant-remainder",
    title="One constant for both metrics, with its remainder",
    statement=(
        "For every language, every length L and every schedule of Bernoulli reveal, the exact "
        "denoiser has KL(q || p) <= SER + kappa^2 (1/q_min - 1) / (2 (1 - kappa)) nats per "
        "sequence, kappa < 1 the probability that two positions share a step (at most "
        "L(L-1)/(2N) for the uniform schedule) and q_min the least probability of a word. As "
        "KL(q || p) >= -log(1 - SER) >= SER, the two differ by O(1/N^2)."
    ),
    kind="upper",
    source=Source("ours", "second order of -log(p/q)", "ours"),
    takes=(
        RATE,
        KAPPA,
        Parameter(LEAST, "q_min, the least probability of a word", np.finfo(float).tiny, 1),
    ),
    expression=ERROR + SHARED**2 * (1 / LEAST - 1) / (2 * (1 - SHARED)),
    formula=lambda error, shared, least: error + shared**2 * (1 / least - 1) / (2 * (1 - shared)),
    parameters=_parameters,
    exact=lambda case: case.divergence,
    domain=_domain,
)
