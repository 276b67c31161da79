"""Training a model on with another budget, at its length or a shorter one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.trained_on import check_same
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Input, Unit

if TYPE_CHECKING:
    from synthetic.models import Transformer


@dataclass(frozen=True, kw_only=True)
class FurtherTraining(Training):
    """A model of `start` that is trained on, at its length or a shorter one, with a new schedule.

    What a GPU learned in minutes from many drawn tokens, a processor makes more exact, most
    cheaply on shorter sequences. `start` is a training of the same language, architecture and
    kind of model.
    """

    kind = "further training"
    version = 1

    start: Training

    def __post_init__(self) -> None:
        super().__post_init__()
        check_same(self, self.start, "language_hash", "causal", "architecture")
        if self.length > self.start.length:
            raise ValueError(
                f"length is at most that of the start, {self.start.length}, got {self.length}: "
                "LongerTraining takes greater ones"
            )

    def model(self, vocab_size: int, inputs: Mapping[Unit, Input]) -> Transformer:
        """What the training begins with: the model of the start."""
        return read_model(inputs[self.start], "cpu")
