"""Objectives, the training loop, held-out evaluation and checkpoints."""

from synthetic.training.arms import Arm
from synthetic.training.checkpoint import CheckpointError
from synthetic.training.config import Cosine, TrainingConfig, WarmupStableDecay
from synthetic.training.corpus import TrainingCorpus
from synthetic.training.curriculum import Curriculum, FewMasksFirst, LittleNoiseFirst
from synthetic.training.evaluation import HeldOut, conditional_divergence, evaluate
from synthetic.training.exact_targets import ExactTargets
from synthetic.training.level_laws import (
    HalfLogUniform,
    LevelLaw,
    LevelsOfGrid,
    LogUniform,
    ScaledLevels,
)
from synthetic.training.loop import TrainingProgress, TrainingRun, train
from synthetic.training.model_file import (
    load_model,
    load_noisy_network,
    save_model,
    trained_noise,
)
from synthetic.training.noisy_evaluation import evaluate_noisy, noisy_divergence
from synthetic.training.noisy_objective import DenoisingCrossEntropy, UniformBound
from synthetic.training.objective import AnyOrder, InverseTime, NextToken, Objective, Unweighted
from synthetic.training.progress import progress_bar
from synthetic.training.side_by_side import Member, SideBySide

__all__ = [
    "evaluate_noisy",
    "noisy_divergence",
    "UniformBound",
    "LevelsOfGrid",
    "LogUniform",
    "LevelLaw",
    "HalfLogUniform",
    "DenoisingCrossEntropy",
    "AnyOrder",
    "Arm",
    "CheckpointError",
    "TrainingCorpus",
    "Cosine",
    "Curriculum",
    "ExactTargets",
    "FewMasksFirst",
    "HeldOut",
    "InverseTime",
    "LittleNoiseFirst",
    "Member",
    "NextToken",
    "Objective",
    "ScaledLevels",
    "SideBySide",
    "TrainingProgress",
    "TrainingRun",
    "TrainingConfig",
    "Unweighted",
    "WarmupStableDecay",
    "conditional_divergence",
    "evaluate",
    "load_model",
    "load_noisy_network",
    "progress_bar",
    "save_model",
    "train",
    "trained_noise",
]
