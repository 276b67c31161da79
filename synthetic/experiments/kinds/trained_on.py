"""What kinds of units share that train the model of another unit on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Input

if TYPE_CHECKING:
    from synthetic.experiments.kinds.noisy_training import NoisyTraining
    from synthetic.models import Transformer


def check_same(
    unit: Training | NoisyTraining, start: Training | NoisyTraining, *names: str
) -> None:
    """A one-line error unless these fields of a training are those of its start."""
    for name in names:
        now, before = getattr(unit, name), getattr(start, name)
        if now != before:
            raise ValueError(f"{name} is that of the start, {before}, got {now}")


def check_longer(unit: Training | NoisyTraining, start: Training | NoisyTraining) -> None:
    """A one-line error unless the sequences of a training are longer than those of its start."""
    if start.length >= unit.length:
        raise ValueError(f"length is beyond that of the start, {start.length}, got {unit.length}")


def read_longer(trained: Input, length: int) -> Transformer:
    """The model that a training left, for inputs of up to a greater length."""
    from synthetic.models import with_more_positions

    return with_more_positions(read_model(trained, "cpu"), length)
