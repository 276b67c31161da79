"""The least number of steps that reaches a target on any language, by simulation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from synthetic.experiments.kinds.reveal import Reveal, uniform_strategy
from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import Estimate
from theory.kinds.law import oracle

if TYPE_CHECKING:
    from synthetic.languages import AutomatonLanguage

StepMetric = Literal["sequence_error_rate", "token_error_rate_gap", "answer_error_rate"]
PER_TOKEN = 64  # steps a token looked at before a target counts as out of reach


@dataclass(frozen=True, kw_only=True)
class SampledLeastSteps(Unit):
    """The least N at which the exact denoiser of a catalogue language reaches `target`, estimated
    from `samples` sequences at each N that the search looks at, all with one seed.

    SER, error of the answer, or the path bound of the TER gap in nats per token. The interval runs
    from the least N whose own 95% interval reaches down to the target to the least N whose whole
    interval lies below it. Infinite where the largest N does not reach it: L steps of fixed counts,
    64 L steps of Bernoulli reveal.
    """

    kind = "sampled least steps"
    version = 1

    language: str
    language_hash: str
    length: int
    reveal: Reveal
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
        import math

        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from theory.laws.advantage import least_steps

        language = catalogue.load(self.language, exact_device(context.device))
        most = self.length * (PER_TOKEN if self.reveal.startswith("bernoulli") else 1)
        known: dict[int, Estimate] = {}

        def error(steps: int, end: str) -> float:
            if steps not in known:
                known[steps] = self._error(language, steps)
            return float(getattr(known[steps], end))

        def search(end: str, guess: int) -> float:
            found = least_steps(lambda n: error(n, end), self.target, most=most, guess=guess)
            return math.inf if found is None else float(found)

        value = search("value", min(self.length, most))
        start = int(value) if math.isfinite(value) else most
        low, high = search("low", start), search("high", start)
        setting = oracle(
            self.language,
            self.language_hash,
            self.length,
            0,
            self.reveal,
        )
        estimate = Estimate(
            value,
            min(low, value),
            max(high, value),
            self.samples,
            f"least N, {self.samples} sequences each",
        )
        row = dict(setting.row(f"least_steps_{self.metric}", estimate))
        return Result([row | {"target": float(self.target)}])

    def _error(self, language: "AutomatonLanguage", steps: int) -> Estimate:
        return MEASURES[self.metric](self, language, steps)


def _generated(
    measure: Callable[..., Estimate],
) -> Callable[[SampledLeastSteps, "AutomatonLanguage", int], Estimate]:
    def error(unit: SampledLeastSteps, language: "AutomatonLanguage", steps: int) -> Estimate:
        import torch

        from synthetic.denoisers import Oracle
        from synthetic.sampling import generate

        generation = generate(
            Oracle(language),
            uniform_strategy(unit.reveal, unit.length, steps),
            length=unit.length,
            count=unit.samples,
            generator=torch.Generator(device="cpu").manual_seed(unit.seed),
        )
        return measure(generation.tokens, language)

    return error


def _sequence_error(tokens: object, language: "AutomatonLanguage") -> Estimate:
    from synthetic.metrics import sequence_error_rate

    return sequence_error_rate(tokens, language)  # type: ignore[arg-type]


def _answer_error(tokens: object, language: "AutomatonLanguage") -> Estimate:
    from synthetic.metrics import answer_error_rate

    return answer_error_rate(tokens, language)  # type: ignore[arg-type]


def _gap(unit: SampledLeastSteps, language: "AutomatonLanguage", steps: int) -> Estimate:
    import torch

    from synthetic.denoisers import Oracle
    from synthetic.metrics import token_error_rate_gap
    from synthetic.sampling.path import path_log_prob

    generator = torch.Generator(device="cpu").manual_seed(unit.seed)
    words = language.sample(unit.samples, unit.length, generator)
    strategy = uniform_strategy(unit.reveal, unit.length, steps)
    paths = path_log_prob(Oracle(language), strategy, words, generator)
    return token_error_rate_gap(paths, language.log_prob(words), unit.length)


MEASURES = {
    "sequence_error_rate": _generated(_sequence_error),
    "answer_error_rate": _generated(_answer_error),
    "token_error_rate_gap": _gap,
}
