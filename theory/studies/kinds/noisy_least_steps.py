"""The least number of steps that reaches a target under a noise that can revise tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.ancestral_error import sampler_name
from synthetic.experiments.kinds.measurement import setting_of
from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import Estimate

PER_TOKEN = 16  # steps a token looked at before a target counts as out of reach


@dataclass(frozen=True, kw_only=True)
class NoisyLeastSteps(Unit):
    """The least N at which ancestral sampling with the exact denoiser of a catalogue language has
    SER <= `target`, from `samples` sequences at each N that the search looks at, all with one seed.

    Noise and grid by the names of `synthetic.noise.named`. The search takes SER not to increase
    with N. The interval runs from the least N whose own 95% interval reaches down to the target to
    the least N whose whole interval lies below it; infinite where 16 L steps do not reach it.
    """

    kind = "noisy least steps"
    version = 1

    language: str
    language_hash: str
    length: int
    noise: str
    grid: str
    target: float
    samples: int
    guess: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """About ten simulations near the guess."""
        return 0.1 + 5e-6 * self.samples * self.guess * self.length

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: the least steps, each of which is one call on every sequence."""
        from functools import cache

        import torch

        from synthetic.denoisers import NoisyOracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import sequence_error_rate
        from synthetic.noise.named import build_grid, build_noise
        from synthetic.sampling import ancestral
        from theory.laws.least_steps import least_steps_estimate

        language = catalogue.load(self.language, exact_device(context.device))
        noise = build_noise(self.noise, language.vocab_size)

        @cache
        def error(steps: int) -> Estimate:
            generation = ancestral(
                NoisyOracle(language, noise),
                noise,
                build_grid(self.grid, steps),
                length=self.length,
                count=self.samples,
                generator=torch.Generator(device="cpu").manual_seed(self.seed),
            )
            return sequence_error_rate(generation.tokens, language)

        most = max(64, PER_TOKEN * self.length)
        estimate = least_steps_estimate(
            error, self.target, most=most, guess=self.guess, samples=self.samples
        )
        setting = setting_of(
            self,
            "noisy oracle",
            reveal=sampler_name(self.noise, self.grid.partition(":")[0]),
            reveals=self.length,
        )
        row = dict(setting.row("least_steps_sequence_error_rate", estimate))
        return Result([row | {"target": float(self.target)}])
