"""The collision law at a fixed length from below, for every N.

The first term of the identity in `collision_first_order`: the error made where exactly one pair of
positions shares a step. The other term is not negative.
"""

import numpy as np
import sympy

from theory.bounds.cases import Generated
from theory.bounds.collisions.collision_first_order import (
    CONSTANT,
    FINITE,
    FROM_TWO,
    first_order_parameters,
)
from theory.bounds.collisions.error_from_shared_steps import (
    INDEX,
    LENGTH,
    ROUNDS,
    STEPS,
    log_of_distinct,
)
from theory.bounds.theorem import Source, Theorem

theorem = Theorem[Generated](
    id="collision-first-order-lower",
    title="Collision law at a fixed length, lower bound",
    statement=(
        "For every language with words of length L >= 2 and the uniform schedule of N >= 1 steps "
        "of Bernoulli reveal, the exact denoiser has SER >= c_L (L/N) prod_(i=1)^(L-2) (1 - i/N), "
        "which is at least c_L (L/N) (1 - (L-1)(L-2)/(2N)), with c_L as in collision-first-order. "
        "Equality at L = 2. Both bounds together: SER is off c_L L/N by at most L^4/(4 N^2)."
    ),
    kind="lower",
    source=Source("ours", "exactly one shared step", "ours"),
    takes=(FROM_TWO, ROUNDS, FINITE),
    expression=CONSTANT * LENGTH / STEPS * sympy.Product(1 - INDEX / STEPS, (INDEX, 1, LENGTH - 2)),
    formula=lambda length, steps, constant: (
        constant * length / steps * np.exp(log_of_distinct(length - 2, steps))
    ),
    parameters=first_order_parameters,
    exact=lambda case: case.sequence_error_rate,
)
