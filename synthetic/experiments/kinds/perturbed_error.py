"""Error rates of the exact denoiser with the learning error of a trained model added to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthetic.experiments.kinds.learning_error import LearningError
from synthetic.experiments.kinds.measurement import measure_denoiser
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class PerturbedError(Unit):
    """SER and TER of `Perturbed(oracle, epsilon)`, epsilon being the mean learning error that was
    measured at each number of masked tokens, linear between those that were measured."""

    kind = "perturbed error"
    version = 2  # intervals that hold

    learning: LearningError
    reveal: str
    steps: int
    samples: int
    direction: Literal["uniform", "mode", "random"] = "random"
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations."""
        return 0.1 + 2e-4 * self.samples * min(self.steps, self.learning.training.length)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator; the denoiser is named `perturbed`."""
        from synthetic.denoisers import Oracle, Perturbed
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling.named import build_strategy

        training = self.learning.training
        measured = inputs[self.learning].rows
        counts = [float(str(row["masked"])) for row in measured]
        values = [float(str(row["value"])) for row in measured]
        every = np.arange(1, training.length + 1)
        epsilon = [float(value) for value in np.interp(every, counts, values)]
        language = catalogue.load(training.language, exact_device(context.device))
        return Result(
            measure_denoiser(
                training.setting("perturbed", self.reveal, self.steps, self.seed),
                Perturbed(Oracle(language), epsilon, self.direction, self.seed),
                build_strategy(self.reveal, training.length, self.steps),
                language,
                samples=self.samples,
                flops_per_evaluation=None,
            )
        )
