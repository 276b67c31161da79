"""What random order and bisection cost on one formal language."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from theory.studies.kinds.law import oracle


@dataclass(frozen=True, kw_only=True)
class ClassAndSteps(Unit):
    """The collision constant c_L of a catalogue language, estimated, its SER and TER gap, a path
    bound, under Bernoulli reveal at each of `steps`, and those of bisection in the rounds after
    which no run is left.

    The exact denoiser, `samples` words and sequences each.
    """

    kind = "class and steps"
    version = 3  # with TER gaps

    language: str
    language_hash: str
    length: int
    steps: tuple[int, ...]
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """Two posteriors a step, for sequences and for paths of words."""
        return 0.1 + 2.5e-6 * self.samples * self.length * sum(self.steps)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Rows of the constant, of each number of steps, and of bisection."""
        from synthetic.arguments import seeded
        from synthetic.denoisers import Oracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import sequence_error_rate, token_error_rate_gap
        from synthetic.sampling import generate
        from synthetic.sampling.named import build_strategy
        from synthetic.sampling.path import path_log_prob
        from synthetic.sampling.strategies.bisection import bisection_rounds
        from theory.laws import estimate_collision_constant

        language = catalogue.load(self.language, exact_device(context.device))
        generator = seeded(self.seed)
        constant = estimate_collision_constant(
            language, length=self.length, samples=self.samples, generator=generator
        )
        setting = oracle(self.language, self.language_hash, self.length, 0)
        rows: list[Row] = [dict(setting.row("collision_constant_at_length", constant))]
        words = language.sample(self.samples, self.length, generator)
        true = language.log_prob(words)
        curve = [("bernoulli", steps) for steps in self.steps]
        for reveal, steps in (*curve, ("bisection", bisection_rounds(self.length))):
            denoiser, strategy = Oracle(language), build_strategy(reveal, self.length, steps)
            generation = generate(
                denoiser, strategy, length=self.length, count=self.samples, generator=generator
            )
            paths = path_log_prob(denoiser, strategy, words, generator).to(true.device)
            setting = oracle(self.language, self.language_hash, self.length, steps, reveal)
            error = sequence_error_rate(generation.tokens, language)
            gap = token_error_rate_gap(paths, true, self.length)
            rows.append(dict(setting.row("sequence_error_rate", error)))
            rows.append(dict(setting.row("token_error_rate_gap", gap)))
        return Result(rows)
