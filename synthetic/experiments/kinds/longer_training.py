"""Training a model on, at a greater length than it was trained at before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.trained_on import check_longer, check_same, read_longer
from synthetic.experiments.kinds.training import Training
from synthetic.experiments.unit import Input, Unit

if TYPE_CHECKING:
    from synthetic.models import Transformer


@dataclass(frozen=True, kw_only=True)
class LongerTraining(Training):
    """A model of `start` that is trained on at a greater length.

    A rule that many positions hide is found among few and kept: with position vectors repeated
    (`with_more_positions`), the model begins with what it knows of each place of a period. `start`
    is a training of the same language, architecture and kind of model on shorter sequences.
    """

    kind = "longer training"
    version = 2  # intervals that hold

    start: Training

    def __post_init__(self) -> None:
        super().__post_init__()
        check_same(self, self.start, "language_hash", "causal", "architecture")
        check_longer(self, self.start)

    def model(self, vocab_size: int, inputs: Mapping[Unit, Input]) -> Transformer:
        """What the training begins with: the model of the start, for longer inputs."""
        return read_longer(inputs[self.start], self.length)
