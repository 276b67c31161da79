"""Error rates of the exact denoiser at one number of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import measure_denoiser, setting_of
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class OracleError(Unit):
    """SER and TER of the exact denoiser of a catalogue language under a uniform schedule."""

    kind = "oracle error"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    reveal: str
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations."""
        return 0.1 + 3e-5 * self.samples * min(self.steps, self.length)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator."""
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling.named import build_strategy

        language = catalogue.load(self.language, exact_device(context.device))
        setting = setting_of(self, "oracle", reveal=self.reveal, steps=self.steps)
        return Result(
            measure_denoiser(
                setting,
                Oracle(language),
                build_strategy(self.reveal, self.length, self.steps),
                language,
                samples=self.samples,
                flops_per_evaluation=None,
            )
        )
