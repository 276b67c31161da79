"""Claims of the literature, one a file, in the order of the ledger."""

from importlib import import_module

from theory.claims.claim import Claim, Test

MODULES = (
    "constant_steps",
    "two_phase_rate",
    "error_vanishes",
    "linear_steps",
    "any_diffusion",
    "trained_revision",
    "revision_by_both_metrics",
    "revision_to_divergence",
    "informed_correctors",
    "corrector_invariance",
    "tau_leaping",
    "leave_one_out",
    "efficiency",
    "caching",
    "metric_decides",
    "learning_error",
    "reasoning_chains",
    "guidance",
    "data_crossover",
    "data_crossover_timing",
    "data_potential",
    "data_accuracy",
    "data_option_gap",
    "data_memorisation",
    "data_saturation",
    "data_best_epoch",
    "data_overconfidence",
    "data_noise",
    "data_half_life",
    "data_critical_compute",
    "data_repeats",
)
_CLAIMS: list[Claim] = [import_module(f"theory.claims.{name}").claim for name in MODULES]
CLAIMS = {claim.id: claim for claim in _CLAIMS}

__all__ = ["CLAIMS", "Claim", "Test"]
