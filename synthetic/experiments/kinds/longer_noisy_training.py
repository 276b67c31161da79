"""Training a network of noisy tokens on, at a greater length than it was trained at before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.noisy_training import NoisyTraining
from synthetic.experiments.kinds.trained_on import check_longer, check_same, read_longer
from synthetic.experiments.unit import Input, Unit

if TYPE_CHECKING:
    from synthetic.models import Transformer


@dataclass(frozen=True, kw_only=True)
class LongerNoisyTraining(NoisyTraining):
    """A network of `start` that is trained on at a greater length, as `LongerTraining` of masks.

    `start` is a training of the same language, noise, architecture and form of the logits on
    shorter sequences.
    """

    kind = "longer noisy training"
    version = 1

    start: NoisyTraining

    def __post_init__(self) -> None:
        super().__post_init__()
        same = ("language_hash", "noise", "architecture", "objective", "noise_level")
        check_same(self, self.start, *same)
        check_longer(self, self.start)

    def model(self, vocab_size: int, inputs: Mapping[Unit, Input]) -> Transformer:
        """What the training begins with: the model of the start, for longer inputs."""
        return read_longer(inputs[self.start], self.length)
