"""Error rates, divergences and costs of what a sampler generates."""

from synthetic.metrics.answer_error import answer_error_rate
from synthetic.metrics.conditionals import (
    Calibration,
    Refit,
    calibration,
    chain_rule_divergence,
    divergence_of_contexts,
    entropy_deficit,
    mean_law,
    memorisation_excess,
    sequence_log_prob,
    signed_confidence,
    temperature_refit,
    worst_share,
)
from synthetic.metrics.divergences import (
    cross_entropy,
    enumerated_law,
    kl_divergence,
    reverse_kl_divergence,
    sequence_error_rate_of_law,
    total_variation,
)
from synthetic.metrics.endings import Asked, easy_endings, hard_endings
from synthetic.metrics.error_rates import (
    generative_token_error_rate,
    sequence_error_rate,
    token_error_rate,
    token_error_rate_chain_rule,
    token_error_rate_gap,
    token_error_rate_importance_weighted_bound,
    token_error_rate_path_bound,
    valid_generative_token_error_rate,
)
from synthetic.metrics.intervals import proportion_estimate
from synthetic.metrics.multiple_choice import Questions
from synthetic.metrics.random_order import random_order_divergence, random_order_log_prob

__all__ = [
    "Asked",
    "Calibration",
    "Questions",
    "Refit",
    "answer_error_rate",
    "calibration",
    "chain_rule_divergence",
    "cross_entropy",
    "divergence_of_contexts",
    "entropy_deficit",
    "easy_endings",
    "enumerated_law",
    "generative_token_error_rate",
    "hard_endings",
    "kl_divergence",
    "mean_law",
    "memorisation_excess",
    "proportion_estimate",
    "random_order_divergence",
    "random_order_log_prob",
    "reverse_kl_divergence",
    "sequence_error_rate",
    "sequence_error_rate_of_law",
    "sequence_log_prob",
    "signed_confidence",
    "temperature_refit",
    "token_error_rate",
    "token_error_rate_chain_rule",
    "token_error_rate_gap",
    "token_error_rate_importance_weighted_bound",
    "token_error_rate_path_bound",
    "total_variation",
    "valid_generative_token_error_rate",
    "worst_share",
]
