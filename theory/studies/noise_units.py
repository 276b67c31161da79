"""Sizes of the studies of tokens that can be revised, and the units of work that follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from synthetic.experiments.kinds.ancestral_error import AncestralError
from synthetic.experiments.kinds.training import Architecture, Budget
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.distance_units import STANDARD_DISTANCES, DistanceStudy
from theory.studies.kinds.noisy_least_steps import NoisyLeastSteps
from theory.studies.kinds.sweep import Sweep
from theory.studies.noise_grids import GridStudy, grid_at
from theory.studies.noisy_networks import NoisyNetworks, ShorterTraining
from theory.studies.revision_units import QUICK_REVISION, STANDARD_REVISION, RevisionStudy

MOST_SAMPLES = 2000
CORRECTED_GRIDS = ("linear", "cosine")  # with room for a corrector
CORRECTED = 4  # positions that a sweep redraws


@dataclass(frozen=True)
class NoisyReach:
    """A target SER under a noise and a grid, and the lengths of the search; of the language of the
    study where no other is named.

    At each N so many sequences are drawn that they have `tokens` tokens, but at most 2,000. `guess`
    says at how many steps the search starts, by the length.
    """

    noise: str
    grid: str
    target: float
    lengths: tuple[int, ...]
    tokens: int
    guess: Callable[[int], float]
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoiseSizes:
    """Error curves of one chain at one length, least steps at several of it and of others, and
    trained networks.

    The curves stand beside those of masked diffusion with the exact denoiser, which the profile
    has anyway. `samplers` are pairs of a noise and a grid.
    """

    language: str
    length: int
    steps: tuple[int, ...]
    samples: int
    samplers: tuple[tuple[str, str], ...]
    reaches: tuple[NoisyReach, ...]
    networks: tuple[NoisyNetworks, ...] = ()
    corrected_calls: tuple[int, ...] = ()
    grids: tuple[GridStudy, ...] = ()
    distances: tuple[DistanceStudy, ...] = ()
    revision: tuple[RevisionStudy, ...] = ()

    def units(self) -> tuple[Unit, ...]:
        """Every unit: curves first, then searches from short words to long ones, grids and
        distances of small languages, then networks."""
        grids = (unit for study in self.grids for unit in study.units())
        distances = (unit for study in self.distances for unit in study.units())
        return (*self.curves(), *self.searches(), *grids, *distances, *self.trained())

    def trained(self) -> Iterator[Unit]:
        """Trained networks and their errors, and where `curves` has them not those of the exact
        denoiser."""
        for network in self.networks:
            yield from network.units()
            if (network.language, network.length) != (self.language, self.length):
                yield from network.exact()

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

    def corrected(self) -> Iterator[Unit]:
        """Uniform noise in equal numbers of calls: without a corrector, and with each kind of one,
        four positions a sweep after each step but the last."""
        common: dict[str, Any] = {
            **catalogue.named(self.language),
            "length": self.length,
            "noise": "uniform",
            "samples": self.samples,
        }
        for grid in CORRECTED_GRIDS:
            for calls in self.corrected_calls:
                yield AncestralError(**common, grid=grid, steps=calls)
                for corrector in ("random", "margin", "confidence"):
                    yield AncestralError(
                        **common,
                        grid=grid,
                        steps=(calls + 1) // 2,
                        corrector=corrector,
                        corrected=CORRECTED,
                    )

    def sweeps(self) -> tuple[Sweep, ...]:
        """Sweeps of correctors on three random chains, two with zeros, by enumeration."""
        return tuple(
            Sweep(vocab_size=3, branching=branching, temperature=1.0, seed=seed, length=4, eta=0.1)
            for branching, seed in ((2, 0), (2, 1), (3, 2))
        )

    def searches(self) -> Iterator[Unit]:
        """Least steps to each target."""
        for reach in self.reaches:
            for length in reach.lengths:
                yield NoisyLeastSteps(
                    **catalogue.named(reach.language or self.language),
                    length=length,
                    noise=reach.noise,
                    grid=grid_at(reach.grid, length),
                    target=reach.target,
                    samples=min(MOST_SAMPLES, reach.tokens // length),
                    guess=max(1, round(reach.guess(length))),
                )


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
    corrected_calls=(15,),
    revision=QUICK_REVISION,
)

# the architecture of the masked diffusion beside it and 1.25 times its words (2,000 x 128)
_NETWORK = NoisyNetworks(
    language="ngram2-v8",
    length=32,
    architecture=Architecture(width=64, depth=4, heads=4),
    budget=Budget(steps=6000, batch_size=32, learning_rate=3e-3),
    low_noise_budget=Budget(steps=2000, batch_size=64, learning_rate=2e-3),
    steps=(2, 4, 8, 12, 16, 24, 32, 64),
    samples=500,
)

# as many words of masks as of both levels of noise
_BESIDE_MASKS = replace(
    _NETWORK, masked_budget=Budget(steps=5000, batch_size=64, learning_rate=3e-3)
)

# a sum is found with little noise on few positions, as with few masks, and from exact targets
_EXACT = Budget(steps=3000, batch_size=64, learning_rate=3e-3, first_level=0.1, targets="posterior")
_SUMS = replace(
    _NETWORK,
    language="running-sum-8",
    length=64,
    start=ShorterTraining(length=18, budget=_EXACT),
    budget=replace(_EXACT, steps=2500, learning_rate=2e-3),
    low_noise_budget=replace(_EXACT, steps=1000, learning_rate=1e-3, first_level=1.0),
)

LENGTHS = (8, 16, 32, 64, 128, 256, 512)
# beside the chain: longer memory, hidden states, depth, one distant partner, a sum over everything
OTHERS = {
    "ngram3-v8": (16, 32, 64, 128),
    "hmm32-v8": (16, 32, 64, 128),
    "dyck2-depth3": (16, 32, 64, 128),
    "copy-pairs-16": (16, 32, 64),
    "running-sum-8": (18, 36, 66),
}
# of 64 and 81 sequences: a chain with zeros and one without, parity, pairs, a count, four runs
GRID_STEPS = (4, 8, 16)
SMALL_GRIDS = (
    GridStudy("ngram:order=2,vocab=3,branching=2,seed=0", 4, GRID_STEPS, 8),
    GridStudy("ngram:order=2,vocab=3,branching=3,seed=0", 4, GRID_STEPS, 8, full_support=True),
    GridStudy("even-ones", 6, GRID_STEPS, 8),
    GridStudy("regex:(aa|bb|cc)*", 4, GRID_STEPS, 8),
    GridStudy("balanced-2", 6, GRID_STEPS, 8),
    GridStudy("tomita-7", 6, GRID_STEPS, 8),
)
STANDARD_NOISE = NoiseSizes(
    language="ngram2-v8",
    length=64,
    steps=(1, 2, 4, 8, 16, 32, 64, 128),
    samples=2000,
    samplers=(
        *UNIFORM,
        ("uniform", "log-odds"),
        ("hybrid", "geometric"),
        ("hybrid", "linear"),
    ),
    reaches=(
        NoisyReach("uniform", "geometric", 0.5, LENGTHS, 128_000, lambda n: 4),
        NoisyReach("uniform", "geometric", 0.1, LENGTHS, 128_000, lambda n: 7),
        NoisyReach("uniform", "cosine", 0.5, LENGTHS, 128_000, lambda n: 0.9 * n**0.5),
        NoisyReach("uniform", "cosine", 0.1, LENGTHS, 128_000, lambda n: 2.2 * n**0.5),
        NoisyReach("hybrid", "geometric", 0.5, LENGTHS, 128_000, lambda n: 6),
        NoisyReach("hybrid", "geometric", 0.1, LENGTHS, 128_000, lambda n: 12),
        NoisyReach("uniform", "linear", 0.5, LENGTHS, 128_000, lambda n: 0.19 * n),
        NoisyReach("uniform", "linear", 0.1, LENGTHS[:-2], 128_000, lambda n: 1.3 * n),
        *(
            NoisyReach("uniform", grid, target, lengths, 64_000, guess, language)
            for language, lengths in OTHERS.items()
            for grid, target, guess in (
                ("geometric", 0.5, lambda n: 5),
                ("geometric", 0.1, lambda n: 8),
                ("cosine", 0.5, lambda n: 1.2 * n**0.5),
            )
        ),
    ),
    networks=(
        replace(_NETWORK, level_not_read=True),
        replace(_NETWORK, length=64),
        replace(_NETWORK, language="copy-pairs-16", length=64),
        _SUMS,
        replace(_NETWORK, language="hmm32-v8", length=64),
        replace(_BESIDE_MASKS, language="dyck2-depth3"),
        replace(_BESIDE_MASKS, language="ngram3-v8"),
    ),
    corrected_calls=(15, 31),
    grids=SMALL_GRIDS,
    distances=STANDARD_DISTANCES,
    revision=STANDARD_REVISION,
)

PAPER_NOISE = replace(
    STANDARD_NOISE, length=512, steps=tuple(2**power for power in range(10)), networks=()
)
