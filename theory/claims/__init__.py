"""Claims of the literature, one a file, in the order of the ledger."""

from theory.claims import (
    caching,
    constant_steps,
    efficiency,
    error_vanishes,
    guidance,
    learning_error,
    linear_steps,
    metric_decides,
    reasoning_chains,
    two_phase_rate,
)
from theory.claims.claim import Claim, Test

CLAIMS: dict[str, Claim] = {
    module.claim.id: module.claim
    for module in (
        constant_steps,
        two_phase_rate,
        error_vanishes,
        linear_steps,
        efficiency,
        caching,
        metric_decides,
        learning_error,
        reasoning_chains,
        guidance,
    )
}

__all__ = ["CLAIMS", "Claim", "Test"]
