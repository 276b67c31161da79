"""The least number of steps that reaches a target on a Markov chain."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.collision import Collision
from theory.studies.kinds.law import certified, oracle
from theory.studies.law_seconds import sequence_error_seconds, token_gap_seconds

if TYPE_CHECKING:
    from synthetic.languages import Language

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

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.target < (math.inf if self.samples else 1):
            allowed = "a gap > 0, in nats" if self.samples else "an SER between 0 and 1"
            raise ValueError(f"the target is {allowed}, got {self.target}")

    @property
    def expected_seconds(self) -> float:
        """A few evaluations of the law near the steps found."""
        if self.samples:
            return 0.1 + token_gap_seconds(self.length, self.target, self.samples)
        return 0.1 + sequence_error_seconds(self.length, self.target)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows: the least steps found, and those that the collision law predicts."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from theory.laws.least_steps import least_steps

        name = self.collision.language
        language = catalogue.load(name, exact_device(context.device))
        constant = float(str(inputs[self.collision].rows[0]["value"]))
        label = "token_error_rate_gap" if self.samples else "sequence_error_rate"
        predicted = self._predicted_steps(constant)
        least = least_steps(partial(self._error, language), self.target, most=MOST, guess=predicted)
        if least is None:
            raise ValueError(f"{label} <= {self.target} is not reached within {MOST} steps")
        rows = []
        for steps, estimator in (
            (least, "exact law" if not self.samples else f"mean over {self.samples} words"),
            (predicted, "collision law"),
        ):
            setting = oracle(name, self.collision.language_hash, self.length, steps)
            computed = CertifiedValue(steps, 0.0)
            rows.append(
                certified(
                    setting, f"least_steps_{label}", computed, estimator, target=float(self.target)
                )
            )
        return Result(rows)

    def _predicted_steps(self, constant: float) -> int:
        """N = c / target of a gap c / N, or N = c L / -log(1 - target) of 1 - exp(-c L / N)."""
        if self.samples:
            return max(1, math.ceil(constant * (1 / self.target)))
        return max(1, math.ceil(constant * (self.length / -math.log1p(-self.target))))

    def _error(self, language: "Language", steps: int) -> float:
        """The gap, a mean over the same words for every N, or the upper end of the SER."""
        from synthetic.arguments import seeded
        from synthetic.sampling import linear
        from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
        from theory.laws.chains.chain_token_error_rate import chain_token_error_rate

        schedule = linear(steps)
        if self.samples:
            return chain_token_error_rate(
                language,
                length=self.length,
                schedule=schedule,
                sequences=self.samples,
                generator=seeded(self.seed),
            ).gap.value
        rate = chain_sequence_error_rate(language, length=self.length, schedule=schedule)
        return rate.value + rate.error
