"""Networks of noisy tokens: their trainings, their errors, and masked diffusion beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synthetic.experiments.kinds.ancestral_error import AncestralError
from synthetic.experiments.kinds.longer_noisy_training import LongerNoisyTraining
from synthetic.experiments.kinds.low_noise_training import LowNoiseTraining
from synthetic.experiments.kinds.noisy_trained_error import NoisyTrainedError
from synthetic.experiments.kinds.noisy_training import NoisyTraining
from synthetic.experiments.kinds.trained_error import TrainedError
from synthetic.experiments.kinds.training import Architecture, Budget, Training
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.noise_grids import grid_at

LOW_NOISE = 0.1  # the greatest level of the second training of a network


@dataclass(frozen=True, kw_only=True)
class ShorterTraining:
    """What the first training of a network begins with: one on sequences of a shorter length."""

    length: int
    budget: Budget


@dataclass(frozen=True, kw_only=True)
class NoisyNetworks:
    """A network trained on one language under uniform noise and then at low noise, and its errors.

    Of the architecture that the profile's masked diffusion has, whose curves stand beside these.
    Both trainings have the leave-one-out form, which is learned sooner, and both are measured.
    With a `masked_budget` a masked diffusion model is trained and measured beside them, in random
    order with fixed count; `level_not_read` adds both trainings of a network that is not given the
    noise level, as deployed models are not. A network with a `start` learned shorter sequences
    before, and is not measured at their length.
    """

    language: str
    length: int
    architecture: Architecture
    budget: Budget
    low_noise_budget: Budget
    steps: tuple[int, ...]
    samples: int
    masked_budget: Budget | None = None
    level_not_read: bool = False
    start: ShorterTraining | None = None

    def trainings(self, noise_level: bool = True) -> tuple[NoisyTraining, LowNoiseTraining]:
        """At all noise levels, and from there on at levels below 0.1; of a network that reads the
        level, or of one that does not."""
        common: dict[str, Any] = {
            "language": self.language,
            "language_hash": catalogue.entry(self.language).digest(),
            "length": self.length,
            "noise": "uniform",
            "architecture": self.architecture,
            "objective": "leave-one-out",
            "noise_level": noise_level,
        }
        first = NoisyTraining(**common, budget=self.budget)
        if self.start is not None:
            shorter = NoisyTraining(
                **(common | {"length": self.start.length}), budget=self.start.budget
            )
            first = LongerNoisyTraining(**common, budget=self.budget, start=shorter)
        return first, LowNoiseTraining(
            **common, budget=self.low_noise_budget, start=first, most=LOW_NOISE
        )

    def units(self) -> Iterator[Unit]:
        """Both trainings, with what they begin with, and their errors along two grids."""
        unread = self.trainings(noise_level=False) if self.level_not_read else ()
        for training in (*self.trainings(), *unread):
            if isinstance(training, LongerNoisyTraining):
                yield training.start
            yield training
            for grid in ("geometric", "cosine"):
                for steps in self.steps:
                    yield NoisyTrainedError(
                        training=training,
                        grid=grid_at(grid, self.length),
                        steps=steps,
                        samples=self.samples,
                    )
        if self.masked_budget is not None:
            yield from self._masked(self.masked_budget)

    def _masked(self, budget: Budget) -> Iterator[Unit]:
        training = Training(
            **catalogue.named(self.language),
            length=self.length,
            causal=False,
            architecture=self.architecture,
            budget=budget,
        )
        yield training
        for steps in self.steps:
            if steps <= self.length:
                yield TrainedError(
                    training=training, reveal="fixed count", steps=steps, samples=self.samples
                )

    def exact(self) -> Iterator[AncestralError]:
        """The exact denoiser along the same grids."""
        for grid in ("geometric", "cosine"):
            for steps in self.steps:
                yield AncestralError(
                    **catalogue.named(self.language),
                    length=self.length,
                    noise="uniform",
                    grid=grid_at(grid, self.length),
                    steps=steps,
                    samples=2 * self.samples,
                )
