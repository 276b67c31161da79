"""The least number of steps that reaches a target on a Markov chain."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.collision import Collision
from theory.studies.kinds.law import certified, oracle
from theory.studies.law_seconds import sequence_error_seconds, token_gap_seconds

MOST = 2**20


@dataclass(frozen=True, kw_only=True)
class LeastSteps(Unit):
    """The least N at which the exact denoiser of a catalogue chain reaches `target`, uniform
    Bernoulli schedule, at one length; SER from the exact law, or with `samples` > 0 the TER gap
    in nats per token as the mean over so many words. The collision law says where to search.
    """

    kind = "least steps law"
    version = 1

    collision: Collision
    length: int
    target: float
    samples: int = 0
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """A few evaluations of the law near the steps found."""
        if self.samples:
            return 1.0 + token_gap_seconds(self.length, self.target, self.samples)
        return 1.0 + sequence_error_seconds(self.length, self.target)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows: the least steps found, and those that the collision law predicts."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from theory.laws.advantage import (
            Metric,
            SequenceErrorRate,
            TokenErrorRateGap,
            UniformChainTokenErrorRateGap,
        )

        name = self.collision.language
        language = catalogue.load(name, exact_device(context.device))
        constant = float(str(inputs[self.collision].rows[0]["value"]))
        metric: Metric
        if self.samples:
            gap = UniformChainTokenErrorRateGap(self.samples, self.seed)
            metric = TokenErrorRateGap(self.target, gap, constant)
            label = "token_error_rate_gap"
        else:
            metric = SequenceErrorRate(self.target, constant=constant)
            label = "sequence_error_rate"
        least = metric.least_steps(language, length=self.length, most=MOST)
        if least is None:
            raise ValueError(f"{label} <= {self.target} is not reached within {MOST} steps")
        rows = []
        for steps, estimator in (
            (least, "exact law" if not self.samples else f"mean over {self.samples} words"),
            (metric.predicted_steps(self.length), "collision law"),
        ):
            setting = oracle(name, self.collision.language_hash, self.length, steps)
            found = CertifiedValue(steps, 0.0)
            rows.append(
                certified(
                    setting, f"least_steps_{label}", found, estimator, target=float(self.target)
                )
            )
        return Result(rows)
