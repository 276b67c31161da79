"""`steplab sample`: sequences of a denoiser, and what they are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from synthetic.arguments import check_length, seeded
from theory.commands.options import LanguageName
from theory.commands.terminal import say_if_long, shown_progress

if TYPE_CHECKING:
    from synthetic.denoisers import AutoregressiveModel, Denoiser, NoisyNetwork, NoisyOracle
    from synthetic.languages import Language
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

    @cached_property
    def named_language(self) -> "Language":
        """The language of the name."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue

        return catalogue.load(self.language, exact_device(self.device))

    @cached_property
    def source(self) -> "Denoiser | AutoregressiveModel":
        """The exact denoiser, or the model of the checkpoint."""
        from synthetic.denoisers import AutoregressiveModel, Network, Oracle
        from synthetic.device import check_device
        from synthetic.training import load_model, trained_noise

        language = self.named_language
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
        source = self.source
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
        from synthetic.device import check_device
        from synthetic.noise.named import build_noise
        from synthetic.training import load_noisy_network

        language = self.named_language
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
        with shown_progress("sequences"):
            tokens = self.generation().tokens.cpu()
        if self.numbers:
            lines = [" ".join(map(str, row)) for row in tokens.tolist()]
        else:
            lines = self.named_language.text(tokens)
        print(*lines, sep="\n")
        return 0
