"""Training a network of noisy tokens on, at a greater length than it was trained at before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.noisy_training import NoisyTraining
from synthetic.experiments.kinds.training import read_model
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
        for name in ("language_hash", "noise", "architecture", "objective", "noise_level"):
            now, before = getattr(self, name), getattr(self.start, name)
            if now != before:
                raise ValueError(f"{name} is that of the start, {before}, got {now}")
        if self.start.length >= self.length:
            raise ValueError(
                f"length is beyond that of the start, {self.start.length}, got {self.length}"
            )

    def model(self, vocab_size: int, inputs: Mapping[Unit, Input]) -> Transformer:
        """What the training begins with: the model of the start, for longer inputs."""
        from synthetic.models import with_more_positions

        return with_more_positions(read_model(inputs[self.start], "cpu"), self.length)
