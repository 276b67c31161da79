"""One constant for both metrics: KL(q || p) and SER agree to first order in 1/N.

docs/collision_law.md, section 2: at a fixed length KL(q || p) = SER + O(1/N^2) for the exact
denoiser under the uniform schedule. `one_constant_remainder` has the remainder in full.
"""

import numpy as np
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.collisions.error_from_shared_steps import uniform_steps
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

ERROR = nonnegative("error")
RATE = Parameter(ERROR, "SER", 0, 1)


def _parameters(case: Generated) -> dict[str, float]:
    uniform_steps(case)
    return {"error": case.sequence_error_rate}


def _domain(error: NDArray[np.float64]) -> str | None:
    if bool((error > 0).all()):
        return None
    return "SER > 0, got 0: with full support KL is of order 1/N^2"


theorem = Theorem[Generated](
    id="one-constant",
    title="One constant for both metrics",
    statement=(
        "At a fixed length L, with the exact denoiser and the uniform schedule of N steps of "
        "Bernoulli reveal, KL(q || p) / SER -> 1 as N -> infinity, KL in nats per sequence, for "
        "every language whose c_L of collision-first-order is positive. So the TER gap is c_L/N "
        "per token to first order, with the constant of SER = c_L L/N."
    ),
    kind="asymptotic",
    source=Source("ours", "docs/collision_law.md, theorem 2", "ours"),
    takes=(RATE,),
    expression=ERROR,
    formula=lambda error: error,
    parameters=_parameters,
    exact=lambda case: case.divergence,
    domain=_domain,
)
