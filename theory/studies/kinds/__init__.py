"""Kinds of units that compute exact laws: each row is a computed number with its error."""

from theory.studies.kinds.best_grid import GridOptimum
from theory.studies.kinds.calls_to_divergence import CallsToDivergence
from theory.studies.kinds.chain_error import ChainError
from theory.studies.kinds.chain_token_error import ChainTokenError
from theory.studies.kinds.class_and_steps import ClassAndSteps
from theory.studies.kinds.collision import Collision
from theory.studies.kinds.least_steps import LeastSteps
from theory.studies.kinds.least_steps_to_distance import LeastStepsToDistance
from theory.studies.kinds.long_order_depth import LongOrderDepth
from theory.studies.kinds.noisy_least_steps import NoisyLeastSteps
from theory.studies.kinds.order import Order
from theory.studies.kinds.order_depth import OrderDepth
from theory.studies.kinds.path_average import PathAverage
from theory.studies.kinds.path_slack import PathSlack
from theory.studies.kinds.phase_point import PhasePoint
from theory.studies.kinds.sampled_least_steps import SampledLeastSteps
from theory.studies.kinds.sweep import Sweep
from theory.studies.kinds.two_phase_rate import TwoPhaseRate

__all__ = [
    "CallsToDivergence",
    "ChainError",
    "ChainTokenError",
    "ClassAndSteps",
    "Collision",
    "GridOptimum",
    "LeastSteps",
    "LeastStepsToDistance",
    "LongOrderDepth",
    "NoisyLeastSteps",
    "Order",
    "OrderDepth",
    "PathAverage",
    "PathSlack",
    "PhasePoint",
    "SampledLeastSteps",
    "Sweep",
    "TwoPhaseRate",
]
