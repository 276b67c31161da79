"""What random order and bisection cost on one formal language."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from theory.studies.kinds.law import oracle


@dataclass(frozen=True, kw_only=True)
class ClassAndSteps(Unit):
    """The collision constant c_L of a catalogue language, estimated, its SER under Bernoulli reveal
    at each of `steps`, and that of bisection in the rounds after which no run is left.

    The exact denoiser, `samples` words and sequences each.
    """

    kind = "class and steps"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    steps: tuple[int, ...]
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """A posterior a step."""
        return 0.3 + 4e-6 * self.samples * self.length * sum(self.steps)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Rows of the constant, of each number of steps, and of bisection."""
        from synthetic.arguments import seeded
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import sequence_error_rate
        from synthetic.sampling import generate
        from synthetic.sampling.named import build_strategy
        from synthetic.sampling.strategies.bisection import bisection_rounds
        from theory.laws import estimate_collision_constant

        language = catalogue.load(self.language, exact_device(context.device))
        generator = seeded(self.seed)
        constant = estimate_collision_constant(
            language, length=self.length, samples=self.samples, generator=generator
        )
        setting = oracle(self.language, self.language_hash, self.length, 0)
        rows: list[Row] = [dict(setting.row("collision_constant_at_length", constant))]
        curve = [("bernoulli", steps) for steps in self.steps]
        for reveal, steps in (*curve, ("bisection", bisection_rounds(self.length))):
            generation = generate(
                Oracle(language),
                build_strategy(reveal, self.length, steps),
                length=self.length,
                count=self.samples,
                generator=generator,
            )
            setting = oracle(self.language, self.language_hash, self.length, steps, reveal)
            error = sequence_error_rate(generation.tokens, language)
            rows.append(dict(setting.row("sequence_error_rate", error)))
        return Result(rows)
