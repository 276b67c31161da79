"""SER is at most 1 - exp(-KL): a small divergence leaves little room outside the language (D3)."""

import numpy as np
import sympy

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

DIVERGENCE = nonnegative("divergence")

theorem = Theorem[Generated](
    id="error-from-divergence",
    title="SER from KL",
    statement=(
        "For all laws q and p on sequences, the mass of p outside the support of q is at most "
        "1 - exp(-KL(q || p)), KL in nats per sequence: by the data processing inequality for the "
        "event that a sequence is possible, KL(q || p) >= -log p(support). Equality where p given "
        "the support is q."
    ),
    kind="tight",
    source=Source("ours", "data processing for one event", "ours"),
    takes=(Parameter(DIVERGENCE, "KL(q || p) in nats per sequence", 0, np.inf),),
    expression=1 - sympy.exp(-DIVERGENCE),
    formula=lambda divergence: -np.expm1(-divergence),
    # rounding can leave the divergence of equal laws just below zero
    parameters=lambda case: {"divergence": max(0.0, case.divergence)},
    exact=lambda case: case.sequence_error_rate,
)
