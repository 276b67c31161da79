"""The least calls to a divergence of whole words, of one sampler on one family of languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import Setting, exact
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import Estimate

PER_TOKEN = 16  # steps a token looked at before a target counts as out of reach
METRIC = "least_calls_divergence"
LOWER = "least_calls_divergence_lower_bound"


@dataclass(frozen=True, kw_only=True)
class CallsToDivergence(Unit):
    """The least N at which KL(q || p) is at most each of `targets`, in bits a word.

    `family` is one of `theory.studies.revision_families`, at one of its sizes. `sampler` is
    `best order`, the least rounds of choose-then-sample policies, `fixed count` in random order,
    `sample then choose`, whose row is the mean calls of an exact rule, or `uniform noise` along
    `grid`; all with the exact denoiser. Simulated divergences are searched by their values and by
    either end of their intervals. Where the divergence is known from below alone, so are the calls,
    and the metric says it.
    """

    kind = "calls to divergence"
    version = 1

    family: str
    size: int
    sampler: str
    targets: tuple[float, ...]
    grid: str = "none"
    samples: int = 1
    guess: int = 4
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """Ten simulations of n symbols at n positions; exact laws take no time to speak of."""
        simulated = self.samples * self.size**2 * self.guess * 10 if self.samples > 1 else 0
        return 0.1 + 1e-6 * simulated

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a target."""
        import hashlib
        from functools import cache

        from theory.laws.least_steps import least_steps_estimate
        from theory.studies.revision_families import family

        chosen = family(self.family)
        length = chosen.length(self.size)
        revised = self.sampler == "uniform noise"
        setting = Setting(
            language=self.family,
            language_hash=hashlib.sha256(self.family.encode()).hexdigest()[:16],
            denoiser="noisy oracle" if revised else "oracle",
            reveal=f"uniform noise, {self.grid} grid" if revised else self.sampler,
            steps=0,
            length=length,
            seed=self.seed,
            reveals=length,
        )

        @cache
        def divergence(steps: int) -> Estimate:
            if revised:
                return chosen.revised(self.size, self.grid, steps, self.samples, self.seed)
            return chosen.fixed_count(self.size, steps, self.samples, self.seed)

        def least(target: float) -> Estimate:
            if self.sampler == "best order":
                rounds = enumerate(chosen.best_order(self.size), 1)
                return exact(next(count for count, bits in rounds if bits <= target))
            if self.sampler == "sample then choose":
                if chosen.sample_then_choose is None:
                    raise ValueError(f"no exact rule that samples first is known of {self.family}")
                return exact(chosen.sample_then_choose(self.size))
            most = PER_TOKEN * length
            return least_steps_estimate(
                divergence, target, most=most, guess=self.guess, samples=self.samples
            )

        below = self.size > chosen.counted and self.sampler in ("uniform noise", "fixed count")
        metric = LOWER if below else METRIC
        rows: list[Row] = [
            dict(setting.row(metric, least(target))) | {"target": target} for target in self.targets
        ]
        return Result(rows)
