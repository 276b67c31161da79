"""Kinds of units: what the laboratory computes, one kind a file."""

from synthetic.experiments.kinds.ancestral_error import AncestralError
from synthetic.experiments.kinds.autoregressive_error import AutoregressiveError
from synthetic.experiments.kinds.further_training import FurtherTraining
from synthetic.experiments.kinds.language_entropy import LanguageEntropy
from synthetic.experiments.kinds.learning_error import LearningError
from synthetic.experiments.kinds.limited_data import LimitedData
from synthetic.experiments.kinds.longer_noisy_training import LongerNoisyTraining
from synthetic.experiments.kinds.longer_training import LongerTraining
from synthetic.experiments.kinds.low_noise_training import LowNoiseTraining
from synthetic.experiments.kinds.noisy_trained_error import NoisyTrainedError
from synthetic.experiments.kinds.noisy_training import NoisyTraining
from synthetic.experiments.kinds.oracle_error import OracleError
from synthetic.experiments.kinds.perturbed_error import PerturbedError
from synthetic.experiments.kinds.reasoning_error import OracleReasoning, TrainedReasoning
from synthetic.experiments.kinds.sampling_seconds import SamplingSeconds
from synthetic.experiments.kinds.trained_error import TrainedError
from synthetic.experiments.kinds.training import Architecture, Budget, Training

__all__ = [
    "AncestralError",
    "Architecture",
    "AutoregressiveError",
    "Budget",
    "FurtherTraining",
    "LanguageEntropy",
    "LearningError",
    "LimitedData",
    "LongerNoisyTraining",
    "LongerTraining",
    "LowNoiseTraining",
    "NoisyTrainedError",
    "NoisyTraining",
    "OracleError",
    "OracleReasoning",
    "PerturbedError",
    "SamplingSeconds",
    "TrainedError",
    "TrainedReasoning",
    "Training",
]
