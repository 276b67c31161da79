"""`steplab sample` and `steplab measure`: sequences of a denoiser, and their error rates."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthetic.arguments import check_length, seeded
from theory.commands.options import LanguageName
from theory.commands.printed_json import print_json
from theory.commands.terminal import say_if_long, shown_progress, wide_console

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.denoisers import AutoregressiveModel, Denoiser, NoisyNetwork, NoisyOracle
    from synthetic.quantities import Estimate
    from synthetic.sampling import Generation, Strategy

STRATEGY, GRID, STEPS = "bernoulli", "geometric", 32  # unless named


@dataclass(frozen=True)
class Sampling:
    """What sequences are drawn from, and how."""

    language: LanguageName
    """Name of a language of the catalogue, or a specification such as "regex:(ab|c)*"."""
    checkpoint: Path | None = None
    """A trained model; without it the exact denoiser of the language."""
    strategy: str | None = None
    """Which positions a step reveals, by a name that `steplab strategies` lists, by default
    bernoulli; an autoregressive checkpoint goes left to right."""
    steps: int | None = None
    """Denoising steps N, by default 32; some strategies, and autoregression, take as many as they
    need."""
    length: int = 32
    """Length L of the sequences."""
    count: int = 1000
    """Number of sequences."""
    seed: int = 0
    """Seed of all draws."""
    noise: str | None = None
    """Ancestral sampling of tokens that can be revised, in place of a strategy: uniform, absorbing,
    hybrid or hybrid:SHARE; with a checkpoint the noise it was trained under."""
    grid: str | None = None
    """Noise levels of the steps (with --noise): linear, cosine, geometric or log-odds, the last two
    also with their last level above 0, as log-odds:1e-5; by default geometric."""
    device: str = "cpu"
    """Where networks and exact code run: cpu, cuda, cuda:N or mps."""

    def source(self) -> "Denoiser | AutoregressiveModel":
        """The exact denoiser, or the model of the checkpoint."""
        from synthetic.denoisers import AutoregressiveModel, Network, Oracle
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.training import load_model, trained_noise

        language = catalogue.load(self.language, exact_device(self.device))
        if self.checkpoint is None:
            return Oracle(language)
        noise = trained_noise(self.checkpoint)
        if noise is not None:
            raise ValueError(
                f"the model of {self.checkpoint} denoises tokens under {noise} noise: give --noise "
                f"{noise}"
            )
        model = load_model(self.checkpoint, check_device(self.device))
        if model.config.vocab_size != language.vocab_size:
            raise ValueError(
                f"{self.language} has {language.vocab_size} symbols, the model of "
                f"{self.checkpoint} has {model.config.vocab_size}: give the language it was "
                "trained on"
            )
        return AutoregressiveModel(model) if model.config.causal else Network(model)

    def wanted_steps(self) -> int:
        """The steps as given, or those by default."""
        return STEPS if self.steps is None else self.steps

    def built_strategy(self) -> "Strategy":
        from synthetic.sampling.named import build_strategy, named

        chosen = self.strategy or STRATEGY
        if self.steps is not None and not named(chosen).takes_steps:
            raise ValueError(f"--steps {self.steps} changes nothing: {chosen} takes what it needs")
        return build_strategy(chosen, self.length, self.wanted_steps())

    def generation(self) -> "Generation":
        from synthetic.denoisers import AutoregressiveModel
        from synthetic.sampling import generate, generate_autoregressive

        say_if_long(check_length(self.length))
        if self.noise is None and self.grid is not None:
            raise ValueError(f"--grid {self.grid} is of noise levels: give --noise too")
        if self.noise is not None and self.strategy is not None:
            raise ValueError(
                f"--noise {self.noise} is in place of a strategy, got --strategy {self.strategy}: "
                "give one of them"
            )
        if self.noise is not None:
            return self.ancestral_generation(self.noise)
        source = self.source()
        generator = seeded(self.seed)
        if isinstance(source, AutoregressiveModel):
            for option, given in (("--strategy", self.strategy), ("--steps", self.steps)):
                if given is not None:
                    raise ValueError(
                        f"{option} {given} changes nothing: the model of {self.checkpoint} goes "
                        "left to right, a token a step"
                    )
            return generate_autoregressive(
                source, length=self.length, count=self.count, generator=generator
            )
        return generate(
            source, self.built_strategy(), length=self.length, count=self.count, generator=generator
        )

    def ancestral_generation(self, name: str) -> "Generation":
        """Sequences under the noise of a name, along the grid."""
        from synthetic.noise.named import build_grid
        from synthetic.sampling import ancestral

        denoiser = self.noisy_source(name)
        return ancestral(
            denoiser,
            denoiser.noise,
            build_grid(self.grid or GRID, self.wanted_steps()),
            length=self.length,
            count=self.count,
            generator=seeded(self.seed),
        )

    def noisy_source(self, name: str) -> "NoisyOracle | NoisyNetwork":
        """The exact denoiser under a noise, or the model of the checkpoint, trained under it."""
        from synthetic.denoisers import NoisyOracle
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.noise.named import build_noise
        from synthetic.training import load_noisy_network

        language = catalogue.load(self.language, exact_device(self.device))
        noise = build_noise(name, language.vocab_size)
        if self.checkpoint is None:
            return NoisyOracle(language, noise)
        network = load_noisy_network(self.checkpoint, check_device(self.device))
        if network.noise != noise:
            raise ValueError(
                f"the model of {self.checkpoint} was trained under {network.noise}, got {noise} of "
                f"--noise {name} and {self.language}"
            )
        return network


@dataclass(frozen=True)
class Sample(Sampling):
    """Print sequences of the exact denoiser or a trained model, one a line, in the alphabet of the
    language where it has one."""

    numbers: bool = False
    """Print tokens as numbers."""

    def __call__(self) -> int:
        from synthetic.languages import catalogue

        with shown_progress("sequences"):
            tokens = self.generation().tokens.cpu()
        if self.numbers:
            lines = [" ".join(map(str, row)) for row in tokens.tolist()]
        else:
            lines = catalogue.load(self.language).text(tokens)
        print(*lines, sep="\n")
        return 0


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
        """What is measured, by name."""
        from synthetic.denoisers import AutoregressiveModel
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import (
            generative_token_error_rate,
            sequence_error_rate,
            token_error_rate_gap,
            valid_generative_token_error_rate,
        )
        from synthetic.metrics.windows import window_divergence
        from synthetic.quantities import mean_estimate
        from synthetic.sampling.path import has_path_probability, path_log_prob

        language = catalogue.load(self.language, exact_device(self.device))
        progress(0, 3, "sequences")
        generation = self.generation()
        progress(1, 3, "probabilities of paths")
        generator = seeded((self.seed + 1) % 2**63)
        words = language.sample(self.count, self.length, generator)
        paths = None
        if self.noise is None:
            source = self.source()
            if isinstance(source, AutoregressiveModel):
                paths = source.log_prob(words).unsqueeze(0)
            elif has_path_probability(strategy := self.built_strategy()):
                paths = path_log_prob(source, strategy, words, generator)
        progress(2, 3, "error rates")
        rows: list[tuple[str, Estimate | None]] = [
            ("sequence error rate", sequence_error_rate(generation.tokens, language)),
            ("TER (perplexity)", generative_token_error_rate(generation.tokens, language)),
            ("TER (perplexity)", valid_generative_token_error_rate(generation.tokens, language)),
            (
                "evaluations",
                mean_estimate(
                    generation.evaluations,
                    "mean over samples",
                    least=1.0,
                    most=self._most_calls(words[:1]),
                ),
            ),
        ]
        if paths is not None:  # a strategy that samples before it chooses has none
            true = language.log_prob(words)
            gap = token_error_rate_gap(paths.to(language.device), true, self.length)
            rows.insert(1, ("TER gap, nats per token", gap))
        elif self.noise is not None and self.length > 1 and self.count > 1:
            # SER is blind to lost frequencies, and there is no path to a TER gap
            pairs = window_divergence(generation.tokens, language, 2)
            rows.insert(1, ("pairs of tokens, nats", pairs))
        return [(name, one) for name, one in rows if one is not None]

    def _most_calls(self, tokens: "Tensor") -> float:
        """The largest number of calls that a sequence like these (B, L) can take."""
        from synthetic.denoisers import AutoregressiveModel

        if self.noise is not None:
            return float(self.wanted_steps())
        if isinstance(self.source(), AutoregressiveModel):
            return float(self.length)
        strategy = self.built_strategy()
        return math.inf if strategy.probes else float(strategy.steps(tokens))

    def _sampler(self) -> str:
        """The sampler in a few words, with what stood for options that were not given."""
        resolved = self._resolved()
        how = resolved.get("strategy") or f"{self.noise} noise, {resolved['grid']} grid"
        return how if resolved["steps"] is None else f"{how}, N = {resolved['steps']}"

    def _record(self, rows: "list[tuple[str, Estimate]]") -> dict[str, Any]:
        """The object of --json."""
        setting = {name: value for name, value in vars(self).items() if name != "json"}
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
        if self.checkpoint is not None and isinstance(self.source(), AutoregressiveModel):
            return {"strategy": "left-to-right", "steps": None}
        strategy = self.strategy or STRATEGY
        run = self.built_strategy().steps(torch.empty(1, self.length))  # blocks are rounded up
        return {"strategy": strategy, "steps": run if named(strategy).takes_steps else None}
