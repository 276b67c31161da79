"""Training one model on one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.measurement import Setting
from synthetic.experiments.unit import Context, Input, Result, Unit

if TYPE_CHECKING:
    from synthetic.models import Transformer

MODEL_FILE = "model"
HELD_OUT = 4000


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """Width, depth and attention heads of the one backbone."""

    width: int
    depth: int
    heads: int


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Steps, batch size and learning rate; fresh data unless `unique_sequences` are fixed."""

    steps: int
    batch_size: int
    learning_rate: float
    unique_sequences: int | None = None


@dataclass(frozen=True, kw_only=True)
class Training(Unit):
    """A masked diffusion model, or an autoregressive one where `causal`, trained on a language.

    Its artifact is the model; its row the held-out excess over the language in nats per token.
    """

    kind = "training"
    version = 1

    language: str
    language_hash: str
    length: int
    causal: bool
    architecture: Architecture
    budget: Budget
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the tokens."""
        return 1 + 7e-6 * self.budget.steps * self.budget.batch_size * self.length

    def setting(self, denoiser: str, reveal: str, steps: int, seed: int) -> Setting:
        """The columns of a measurement of this model."""
        return Setting(
            language=self.language,
            language_hash=self.language_hash,
            denoiser=denoiser,
            reveal=reveal,
            steps=steps,
            length=self.length,
            seed=seed,
        )

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: held-out excess over the language."""
        raise ValueError("wait")


def read_model(trained: Input, device: str) -> Transformer:
    """The model that a training unit left, on a device."""
    from synthetic.device import check_device
    from synthetic.training import load_model

    return load_model(trained.folder / MODEL_FILE, check_device(device))
