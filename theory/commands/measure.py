"""`steplab measure`: error rates and evaluations of a denoiser."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from synthetic.arguments import seeded
from theory.commands.printed_json import print_json
from theory.commands.sampling import GRID, STRATEGY, Sampling
from theory.commands.terminal import shown_progress, wide_console

if TYPE_CHECKING:
    from synthetic.quantities import Estimate
    from synthetic.sampling import Generation

NAMES = {  # of the metrics of rows, as they are printed
    "sequence_error_rate": "sequence error rate",
    "token_error_rate_gap": "TER gap, nats per token",
    "window_divergence": "pairs of tokens, nats",
    "token_error_rate": "TER (perplexity)",
    "evaluations": "evaluations",
}


@dataclass(frozen=True)
class Measure(Sampling):
    """Measure error rates and evaluations of the exact denoiser or a trained model."""

    json: bool = False
    """Print one object with the setting and a list of {quantity, estimator, value, low, high,
    samples, standard_error}."""

    def __call__(self) -> int:
        from rich.table import Table

        with shown_progress("measure") as progress:
            rows = self._quantities(progress)
        if self.json:
            print_json(self._record(rows))
            return 0
        table = Table(
            caption=f"{self.language}, L = {self.length}, {self._sampler()}, 95% intervals"
        )
        for column in ("quantity", "estimator", "value", "low", "high", "samples"):
            table.add_column(column)
        for name, estimate in rows:
            ends = (f"{end:.6g}" for end in (estimate.value, estimate.low, estimate.high))
            table.add_row(name, estimate.estimator, *ends, str(estimate.samples))
        wide_console().print(table)
        return 0

    def _quantities(
        self, progress: Callable[[int, int, str], None]
    ) -> "list[tuple[str, Estimate]]":
        """What is measured, by name, with intervals in the range of the quantity."""
        from synthetic.denoisers import AutoregressiveModel
        from synthetic.metrics import (
            generative_token_error_rate,
            sequence_error_rate,
            token_error_rate_gap,
            valid_generative_token_error_rate,
        )
        from synthetic.metrics.windows import window_divergence
        from synthetic.sampling.path import has_path_probability, path_log_prob
        from theory.tables.ranges import estimate_in_range

        language = self.named_language
        progress(0, 3, "sequences")
        generation = self.generation()
        progress(1, 3, "probabilities of paths")
        generator = seeded((self.seed + 1) % 2**63)
        words = language.sample(self.count, self.length, generator)
        paths = None
        if self.noise is None:
            source = self.source
            if isinstance(source, AutoregressiveModel):
                paths = source.log_prob(words).unsqueeze(0)
            elif has_path_probability(strategy := self.built_strategy()):
                paths = path_log_prob(source, strategy, words, generator)
        progress(2, 3, "error rates")
        rows: list[tuple[str, Estimate | None]] = [
            ("sequence_error_rate", sequence_error_rate(generation.tokens, language)),
            ("token_error_rate", generative_token_error_rate(generation.tokens, language)),
            ("token_error_rate", valid_generative_token_error_rate(generation.tokens, language)),
            ("evaluations", self._evaluations(generation)),
        ]
        if paths is not None:  # a strategy that samples before it chooses has none
            true = language.log_prob(words)
            gap = token_error_rate_gap(paths.to(language.device), true, self.length)
            rows.insert(1, ("token_error_rate_gap", gap))
        elif self.noise is not None and self.length > 1 and self.count > 1:
            # SER is blind to lost frequencies, and there is no path to a TER gap
            pairs = window_divergence(generation.tokens, language, 2)
            rows.insert(1, ("window_divergence", pairs))
        return [
            (NAMES[metric], estimate_in_range(metric, one))
            for metric, one in rows
            if one is not None
        ]

    def _evaluations(self, generation: "Generation") -> "Estimate":
        """Calls of one sequence: exact where they follow from the setting, else their mean."""
        from synthetic.denoisers import AutoregressiveModel
        from synthetic.experiments.kinds.measurement import exact
        from synthetic.quantities import mean_estimate
        from synthetic.sampling.strategies.strategy import CountedCalls
        from theory.laws.cost import sampled_evaluations

        if self.noise is not None:
            steps = float(self.wanted_steps())
            if self._calls_every_step(self.noise):
                return exact(steps)
            calls = generation.evaluations
            return mean_estimate(calls, "mean over samples", least=1.0, most=steps)
        if isinstance(self.source, AutoregressiveModel):
            return exact(float(self.length))
        strategy = self.built_strategy()
        if isinstance(strategy, CountedCalls):
            return exact(strategy.expected_evaluations(self.length))
        return sampled_evaluations(strategy, generation)

    def _calls_every_step(self, name: str) -> bool:
        """Whether noise of this name leaves a doubt about every symbol at every level above 0."""
        import torch

        from synthetic.noise.named import build_grid, build_noise

        noise = build_noise(name, self.named_language.vocab_size)
        least = float(build_grid(self.grid or GRID, self.wanted_steps())[-2])
        symbols = torch.arange(noise.vocab_size).unsqueeze(0)
        return not bool(noise.known(symbols, least).any())

    def _sampler(self) -> str:
        """The sampler in a few words, with what stood for options that were not given."""
        resolved = self._resolved()
        how = resolved.get("strategy") or f"{self.noise} noise, {resolved['grid']} grid"
        return how if resolved["steps"] is None else f"{how}, N = {resolved['steps']}"

    def _record(self, rows: "list[tuple[str, Estimate]]") -> dict[str, Any]:
        """The object of --json."""
        names = [one.name for one in fields(self) if one.name != "json"]
        setting = {name: getattr(self, name) for name in names}
        setting["checkpoint"] = None if self.checkpoint is None else str(self.checkpoint)
        setting |= self._resolved()
        return setting | {"quantities": [{"quantity": name} | asdict(one) for name, one in rows]}

    def _resolved(self) -> dict[str, Any]:
        """What stood for options that were not given; steps as they run, null where they follow."""
        import torch

        from synthetic.denoisers import AutoregressiveModel
        from synthetic.sampling.named import named

        if self.noise is not None:
            return {"grid": self.grid or GRID, "steps": self.wanted_steps()}
        if self.checkpoint is not None and isinstance(self.source, AutoregressiveModel):
            return {"strategy": "left-to-right", "steps": None}
        strategy = self.strategy or STRATEGY
        run = self.built_strategy().steps(torch.empty(1, self.length))  # blocks are rounded up
        return {"strategy": strategy, "steps": run if named(strategy).takes_steps else None}
