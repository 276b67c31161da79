"""Kinds of units that compute exact laws: each row is a computed number with its error."""

from theory.kinds.chain_error import ChainError
from theory.kinds.chain_token_error import ChainTokenError
from theory.kinds.collision import Collision
from theory.kinds.least_steps import LeastSteps
from theory.kinds.order import Order
from theory.kinds.path_average import PathAverage
from theory.kinds.path_slack import PathSlack
from theory.kinds.phase_point import PhasePoint
from theory.kinds.sampled_least_steps import SampledLeastSteps
from theory.kinds.two_phase_rate import TwoPhaseRate

__all__ = [
    "ChainError",
    "ChainTokenError",
    "Collision",
    "LeastSteps",
    "Order",
    "PathAverage",
    "PathSlack",
    "PhasePoint",
    "SampledLeastSteps",
    "TwoPhaseRate",
]
