"""Exact laws: error against steps without sampling.

- one chain, any length: `chain_sequence_error_rate`, `chain_token_error_rate`, `collision_constant`
- revised tokens: `ancestral_law`, `repair_constant`, `copy_pairs_noise_sequence_error_rate`
- any language, few tokens: `output_law`, `optimal_policy`
- what a schedule costs: `information_curve`, `optimal_sizes`, `optimal_schedule`
- what it costs to compute: `cost`
"""

from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_log_prob, chain_token_error_rate
from theory.laws.chains.collision import CollisionCurve, collision_constant, collision_curve
from theory.laws.chains.copy_pairs_noise import copy_pairs_noise_sequence_error_rate
from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate
from theory.laws.chains.repair_constant import repair_constant
from theory.laws.cost import Cost, cost
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.curves.information_curve_estimate import (
    EstimatedInformationCurve,
    estimate_information_curve,
)
from theory.laws.curves.optimal_schedule import optimal_schedule, optimal_sizes
from theory.laws.enumeration.ancestral_law import ancestral_law, trajectory_divergence
from theory.laws.enumeration.collision_estimate import (
    estimate_collision_constant,
    finite_collision_constant,
)
from theory.laws.enumeration.output_law import output_law
from theory.laws.least_steps import least_steps
from theory.laws.policies.optimal_policy import Frontier, evaluate_policy, optimal_policy
from theory.laws.policies.policy_frontier import PolicyPoint

__all__ = [
    "CollisionCurve",
    "Cost",
    "EstimatedInformationCurve",
    "Frontier",
    "InformationCurve",
    "PolicyPoint",
    "ancestral_law",
    "chain_bisection_sequence_error_rate",
    "chain_fixed_count_sequence_error_rate",
    "chain_log_prob",
    "chain_sequence_error_rate",
    "chain_token_error_rate",
    "collision_constant",
    "collision_curve",
    "copy_pairs_noise_sequence_error_rate",
    "cost",
    "estimate_collision_constant",
    "estimate_information_curve",
    "evaluate_policy",
    "finite_collision_constant",
    "information_curve",
    "least_steps",
    "optimal_policy",
    "optimal_schedule",
    "optimal_sizes",
    "output_law",
    "repair_constant",
    "trajectory_divergence",
]
