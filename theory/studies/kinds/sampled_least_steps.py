"""The least number of steps that reaches a target on any language, by simulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import Estimate
from theory.studies.kinds.law import oracle

StepMetric = Literal["sequence_error_rate", "token_error_rate_gap", "answer_error_rate"]
PER_TOKEN = 64  # steps a token looked at before a target counts as out of reach


@dataclass(frozen=True, kw_only=True)
class SampledLeastSteps(Unit):
    """The least N at which the exact denoiser of a catalogue language reaches `target`, estimated
    from `samples` sequences at each N that the search looks at, all with one seed.

    SER, error of the answer, or the path bound of the TER gap in nats per token. The interval runs
    from the least N whose own 95% interval reaches down to the target to the least N whose whole
    interval lies below it. Infinite where the largest N does not reach it: 64 L steps of
    Bernoulli reveal, L steps of others.
    """

    kind = "sampled least steps"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    reveal: str
    metric: StepMetric
    target: float
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """About a dozen simulations."""
        return 0.2 + 2e-4 * self.samples * self.length

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: the least steps."""
        from functools import cache, partial

        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling.named import named
        from theory.laws.least_steps import least_steps_estimate
        from theory.laws.simulations import SIMULATIONS

        language = catalogue.load(self.language, exact_device(context.device))
        strategy = named(self.reveal)
        if not strategy.takes_steps:
            raise ValueError(f"{self.reveal!r} takes the steps it needs, none are the least")
        most = self.length * (PER_TOKEN if strategy.most_steps is None else 1)
        measure = partial(
            SIMULATIONS[self.metric],
            language,
            length=self.length,
            samples=self.samples,
            seed=self.seed,
        )

        @cache
        def error(steps: int) -> Estimate:
            return measure(strategy.build(self.length, steps))

        estimate = least_steps_estimate(
            error, self.target, most=most, guess=self.length, samples=self.samples
        )
        setting = oracle(
            self.language,
            self.language_hash,
            self.length,
            0,
            self.reveal,
        )
        row = dict(setting.row(f"least_steps_{self.metric}", estimate))
        return Result([row | {"target": float(self.target)}])
