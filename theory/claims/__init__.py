"""Claims of the literature, one a file, in the order of the ledger and by subject."""

from importlib import import_module

from theory.claims.claim import Claim, Test

# The first subject is the first source itself, arXiv 2502.09622, on masked diffusion by both
# metrics: its claims, ten at most, stand on the first screen of a report, the others are folded.
SUBJECTS = {
    "masked diffusion by both metrics": (
        "constant_steps",
        "two_phase_rate",
        "error_vanishes",
        "linear_steps",
        "efficiency",
        "caching",
        "metric_decides",
        "learning_error",
        "reasoning_chains",
        "guidance",
    ),
    "tokens that are revised": (
        "any_diffusion",
        "trained_revision",
        "revision_by_both_metrics",
        "revision_to_divergence",
        "informed_correctors",
        "corrector_invariance",
        "tau_leaping",
        "leave_one_out",
    ),
    "limited data": (
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
        "data_orders",
        "data_compute",
        "data_half_life",
        "data_critical_compute",
        "data_repeats",
    ),
}
_BY_SUBJECT: dict[str, list[Claim]] = {
    subject: [import_module(f"theory.claims.{name}").claim for name in names]
    for subject, names in SUBJECTS.items()
}
CLAIMS = {claim.id: claim for claims in _BY_SUBJECT.values() for claim in claims}
SUBJECT_OF = {claim.id: subject for subject, claims in _BY_SUBJECT.items() for claim in claims}

__all__ = ["CLAIMS", "SUBJECTS", "SUBJECT_OF", "Claim", "Test"]
