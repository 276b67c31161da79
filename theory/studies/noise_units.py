"""Sizes of the studies of tokens that can be revised, and the units of work that follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from synthetic.experiments.kinds.ancestral_error import AncestralError
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.kinds.noisy_least_steps import NoisyLeastSteps

LAST_NOISE = 0.01  # over L: the rule for the last level of geometric grids, fixed before any row
MOST_SAMPLES = 2000


@dataclass(frozen=True)
class NoisyReach:
    """A target SER under a noise and a grid, and the lengths of the search.

    At each N so many sequences are drawn that they have `tokens` tokens, but at most 2,000. `guess`
    says at how many steps the search starts, by the length.
    """

    noise: str
    grid: str
    target: float
    lengths: tuple[int, ...]
    tokens: int
    guess: Callable[[int], float]


@dataclass(frozen=True, kw_only=True)
class NoiseSizes:
    """Error curves of one chain at one length, and its least steps at several.

    The curves stand beside those of masked diffusion with the exact denoiser, which the profile
    has anyway. `samplers` are pairs of a noise and a grid.
    """

    language: str
    length: int
    steps: tuple[int, ...]
    samples: int
    samplers: tuple[tuple[str, str], ...]
    reaches: tuple[NoisyReach, ...]

    def units(self) -> tuple[Unit, ...]:
        """Every unit: curves first, then searches from short words to long ones."""
        return (*self.curves(), *self.searches())

    def curves(self) -> Iterator[Unit]:
        """Error rates against steps."""
        for noise, grid in self.samplers:
            for steps in self.steps:
                yield AncestralError(
                    language=self.language,
                    language_hash=catalogue.entry(self.language).digest(),
                    length=self.length,
                    noise=noise,
                    grid=grid_at(grid, self.length),
                    steps=steps,
                    samples=self.samples,
                )

    def searches(self) -> Iterator[Unit]:
        """Least steps to each target."""
        for reach in self.reaches:
            for length in reach.lengths:
                yield NoisyLeastSteps(
                    language=self.language,
                    language_hash=catalogue.entry(self.language).digest(),
                    length=length,
                    noise=reach.noise,
                    grid=grid_at(reach.grid, length),
                    target=reach.target,
                    samples=min(MOST_SAMPLES, reach.tokens // length),
                    guess=max(1, round(reach.guess(length))),
                )


def grid_at(grid: str, length: int) -> str:
    """The grid of a name at a length: a geometric one ends at 0.01 / L before its last step.

    The last step then adds kappa L eta = 0.01 kappa to SER, times what earlier steps leave.
    """
    return f"{grid}:{LAST_NOISE / length:g}" if grid == "geometric" else grid


UNIFORM = (("uniform", "linear"), ("uniform", "cosine"), ("uniform", "geometric"))

QUICK_NOISE = NoiseSizes(
    language="ngram2-v8",
    length=32,
    steps=(1, 2, 4, 8, 16, 32),
    samples=1000,
    samplers=UNIFORM,
    reaches=(
        NoisyReach("uniform", "linear", 0.5, (8, 16, 32), 16_000, lambda n: 0.4 * n),
        NoisyReach("uniform", "cosine", 0.5, (8, 16, 32, 64), 16_000, lambda n: 0.9 * n**0.5),
        NoisyReach("uniform", "geometric", 0.5, (8, 16, 32, 64), 16_000, lambda n: 4),
    ),
)

LENGTHS = (8, 16, 32, 64, 128, 256, 512)
STANDARD_NOISE = NoiseSizes(
    language="ngram2-v8",
    length=64,
    steps=(1, 2, 4, 8, 16, 32, 64, 128),
    samples=2000,
    samplers=(*UNIFORM, ("hybrid", "geometric"), ("hybrid", "linear")),
    reaches=(
        NoisyReach("uniform", "geometric", 0.5, LENGTHS, 128_000, lambda n: 4),
        NoisyReach("uniform", "geometric", 0.1, LENGTHS, 128_000, lambda n: 7),
        NoisyReach("uniform", "cosine", 0.5, LENGTHS, 128_000, lambda n: 0.9 * n**0.5),
        NoisyReach("uniform", "cosine", 0.1, LENGTHS, 128_000, lambda n: 2.2 * n**0.5),
        NoisyReach("hybrid", "geometric", 0.5, LENGTHS, 128_000, lambda n: 6),
        NoisyReach("hybrid", "geometric", 0.1, LENGTHS, 128_000, lambda n: 12),
        NoisyReach("uniform", "linear", 0.5, LENGTHS, 128_000, lambda n: 0.19 * n),
        NoisyReach("uniform", "linear", 0.1, LENGTHS[:-2], 128_000, lambda n: 1.3 * n),
    ),
)

PAPER_NOISE = replace(STANDARD_NOISE, length=512, steps=tuple(2**power for power in range(10)))
