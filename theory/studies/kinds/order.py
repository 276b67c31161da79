"""What the order of reveals does: four ways to spend N steps on one Markov chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.measurement import exact
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import Estimate
from theory.studies.kinds.law import oracle

if TYPE_CHECKING:
    from synthetic.languages import Language


@dataclass(frozen=True, kw_only=True)
class Order(Unit):
    """SER of the exact denoiser of a catalogue chain at N steps: Bernoulli reveal, uniform and with
    the schedule that is best for the path average, fixed-count reveal, likewise, and bisection.

    Exact, but for fixed-count reveal where the exact law is out of reach: there `samples` sequences
    are drawn. The estimator of each row says which.
    """

    kind = "order of reveals"
    version = 1

    language: str
    language_hash: str
    length: int
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """Two exact laws and up to two simulations."""
        return 1.0 + 4e-8 * self.steps * min(self.length, 140) ** 3

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """A row for each way, none for bisection with more rounds than it needs."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling import equal_sizes, linear
        from synthetic.sampling.strategies.bisection import bisection_rounds
        from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
        from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
        from theory.laws.curves.information_curve import information_curve
        from theory.laws.curves.optimal_schedule import optimal_schedule, optimal_sizes

        language = catalogue.load(self.language, exact_device(context.device))
        curve = information_curve(language, self.length)
        collected: dict[str, Estimate] = {}
        for reveal, schedule in (
            ("bernoulli", linear(self.steps)),
            ("bernoulli, optimal schedule", optimal_schedule(curve, self.steps)),
        ):
            law = chain_sequence_error_rate(language, length=self.length, schedule=schedule)
            collected[reveal] = exact(law.value, law.error)
        collected["fixed count"] = self._fixed_count(language, equal_sizes(self.length, self.steps))
        sizes = optimal_sizes(curve, self.steps)
        collected["fixed count, optimal sizes"] = self._fixed_count(language, sizes)
        if self.steps <= bisection_rounds(self.length):
            law = chain_bisection_sequence_error_rate(
                language, length=self.length, rounds=self.steps
            )
            collected["bisection"] = exact(law.value, law.error)
        rows: list[Row] = []
        for reveal, estimate in collected.items():
            setting = oracle(self.language, self.language_hash, self.length, self.steps, reveal)
            rows.append(setting.row("sequence_error_rate", estimate))
        return Result(rows)

    def _fixed_count(self, language: "Language", sizes: tuple[int, ...]) -> Estimate:
        """The exact law where it is in reach, else the share of impossible samples."""
        import torch

        from synthetic.arguments import OutOfReachError
        from synthetic.denoisers import Oracle
        from synthetic.metrics import sequence_error_rate
        from synthetic.sampling import FixedCount, generate
        from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate

        try:
            law = chain_fixed_count_sequence_error_rate(language, length=self.length, sizes=sizes)
        except OutOfReachError:
            generator = torch.Generator(device="cpu").manual_seed(self.seed)
            generation = generate(
                Oracle(language),
                FixedCount(sizes),
                length=self.length,
                count=self.samples,
                generator=generator,
            )
            return sequence_error_rate(generation.tokens, language)
        return exact(law.value, law.error)
