"""KL(q || p) of the exact denoiser is at most -log of the chance that all reveal steps differ.

p is a mixture over reveal steps, and where all steps differ the law is q. So p >= (1 - kappa) q,
kappa the probability that two positions share a step, and log(q/p) <= -log(1 - kappa) everywhere.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

SHARED = nonnegative("shared")
KAPPA = Parameter(SHARED, "kappa, the probability that two positions share a step", 0, 1)


def shared_step_probability(case: Generated) -> float:
    """kappa = 1 - L! e_L(a_1..a_N), e_L the elementary symmetric polynomial: exact."""
    if case.denoiser is not None:
        raise TypeError("this theorem is about the exact denoiser, got another one")
    ordered = np.zeros(case.length + 1)  # m! e_m of the steps so far
    ordered[0] = 1
    sizes = np.arange(1, case.length + 1)
    for part in case.schedule:
        ordered[1:] += sizes * part * ordered[:-1]
    # rounding can leave the probability of a single position just below zero
    return max(0.0, 1 - float(ordered[-1]))


def _domain(shared: NDArray[np.float64]) -> str | None:
    return None if bool((shared < 1).all()) else "kappa < 1 (N >= L), got 1"


theorem = Theorem[Generated](
    id="divergence-from-shared-steps",
    title="KL from the chance that two positions share a step",
    statement=(
        "For every language, every length L and every schedule (a_1..a_N) of Bernoulli reveal, the "
        "exact denoiser has p >= (1 - kappa) q and so KL(q || p) <= -log(1 - kappa) nats per "
        "sequence, where kappa < 1 is the probability that two positions share a step: 1 - kappa = "
        "L! e_L(a_1..a_N), e_L the elementary symmetric polynomial. For the uniform schedule "
        "1 - kappa = prod_(i=1)^(L-1) (1 - i/N) and kappa <= L(L-1)/(2N)."
    ),
    kind="upper",
    source=Source("ours", "the part of the mixture that is exact", "ours"),
    takes=(KAPPA,),
    expression=-sympy.log(1 - SHARED),
    formula=lambda shared: -np.log1p(-shared),
    parameters=lambda case: {"shared": shared_step_probability(case)},
    exact=lambda case: case.divergence,
    domain=_domain,
)
