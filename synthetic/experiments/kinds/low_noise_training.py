"""Training a network of noisy tokens on, at low noise alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.noisy_training import NoisyTraining
from synthetic.experiments.kinds.trained_on import check_same
from synthetic.experiments.kinds.training import read_model
from synthetic.experiments.unit import Input, Unit

if TYPE_CHECKING:
    from synthetic.models import Transformer
    from synthetic.noise import Noise
    from synthetic.training import DenoisingCrossEntropy


@dataclass(frozen=True, kw_only=True)
class LowNoiseTraining(NoisyTraining):
    """A network of `start` that is trained on at levels drawn log-uniformly from (least, most).

    The last steps of a sampler repair what all before got wrong, at levels where faults are rare
    and a network has hardly seen any. `start` is a training of the same language, length, noise,
    architecture and form of the logits.
    """

    kind = "low-noise training"
    version = 2  # intervals that hold

    start: NoisyTraining
    most: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.objective == "bound":
            raise ValueError("low noise is trained by cross-entropy or leave-one-out, got bound")
        same = ("language_hash", "length", "noise", "architecture", "objective", "noise_level")
        check_same(self, self.start, *same)

    @property
    def denoiser_name(self) -> str:
        """What rows call the network."""
        return f"{super().denoiser_name}, low noise last"

    def loss(self, noise: Noise) -> DenoisingCrossEntropy:
        """The objective at low noise."""
        from synthetic.training import DenoisingCrossEntropy, LogUniform

        levels = LogUniform(self.least, self.most)
        return DenoisingCrossEntropy(noise, levels, self.objective == "leave-one-out")

    def model(self, vocab_size: int, inputs: Mapping[Unit, Input]) -> Transformer:
        """What the training begins with: the model of the start."""
        return read_model(inputs[self.start], "cpu")
