"""Error rates, divergences and costs of what a sampler generates."""

from synthetic.metrics.answer_error import answer_error_rate
from synthetic.metrics.divergences import (
    cross_entropy,
    enumerated_law,
    kl_divergence,
    reverse_kl_divergence,
    sequence_error_rate_of_law,
    total_variation,
)
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

__all__ = [
    "answer_error_rate",
    "cross_entropy",
    "enumerated_law",
    "generative_token_error_rate",
    "kl_divergence",
    "proportion_estimate",
    "reverse_kl_divergence",
    "sequence_error_rate",
    "sequence_error_rate_of_law",
    "token_error_rate",
    "token_error_rate_chain_rule",
    "token_error_rate_gap",
    "token_error_rate_importance_weighted_bound",
    "token_error_rate_path_bound",
    "total_variation",
    "valid_generative_token_error_rate",
]
