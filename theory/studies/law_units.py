"""Sizes of the exact laws in a profile, and the units of work that follow from them."""

from dataclasses import dataclass

from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.kinds import (
    ChainError,
    ChainTokenError,
    Collision,
    LeastSteps,
    Order,
    PathAverage,
    PathSlack,
    PhasePoint,
)


@dataclass(frozen=True)
class Reach:
    """A target error, and the lengths at which the least steps to it are computed."""

    target: float
    lengths: tuple[int, ...]
    samples: int = 0  # words behind a TER gap; an SER needs none


@dataclass(frozen=True, kw_only=True)
class LawSizes:
    """Sizes of the six studies of one chain, `language`, and of grids of random chains.

    The TER gap against steps is computed for `full_support` too, a chain without impossible words.
    SER is computed at N / L in `ratios` for each of `lengths`, the longest one up to N = L.
    """

    language: str
    full_support: str
    lengths: tuple[int, ...]
    ratios: tuple[float, ...]
    least_steps: tuple[Reach, ...]
    least_steps_gap: tuple[Reach, ...]
    gap_length: int
    gap_steps: tuple[int, ...]
    gap_samples: int
    branchings: tuple[int, ...]
    temperatures: tuple[float, ...]
    chains: int
    slack_steps: tuple[int, ...]
    slack_chains: int
    order_length: int
    order_samples: int

    def units(self) -> tuple[Unit, ...]:
        """Every unit, cheap ones first within each study."""
        digest = catalogue.entry(self.language).digest()
        collision = Collision(language=self.language, language_hash=digest)
        collapse = [
            ChainError(
                language=self.language,
                language_hash=digest,
                length=length,
                steps=round(ratio * length),
            )
            for length in self.lengths
            for ratio in self.ratios
            if ratio <= 1 or length < max(self.lengths)
        ]
        least = [
            LeastSteps(
                collision=collision, length=length, target=reach.target, samples=reach.samples
            )
            for reach in (*self.least_steps, *self.least_steps_gap)
            for length in reach.lengths
        ]
        return (
            collision,
            *collapse,
            *least,
            *self._three_curves(self.language),
            Collision(
                **catalogue.named(self.full_support),
            ),
            *self._three_curves(self.full_support),
            *self._grid(),
            *self._orders(digest),
        )

    def _three_curves(self, language: str) -> list[Unit]:
        """Path average, TER gap of the law sampled, and SER, against steps at one length."""
        digest, length = catalogue.entry(language).digest(), self.gap_length
        curves: list[Unit] = [
            PathAverage(
                language=language, language_hash=digest, length=length, steps=self.gap_steps
            )
        ]
        for steps in self.gap_steps:
            curves.append(
                ChainError(language=language, language_hash=digest, length=length, steps=steps)
            )
            curves.append(
                ChainTokenError(
                    language=language,
                    language_hash=digest,
                    length=length,
                    steps=steps,
                    samples=self.gap_samples,
                )
            )
        return curves

    def _grid(self) -> list[Unit]:
        """Random chains by branching and temperature, and what their path averages exaggerate."""
        points: list[Unit] = [
            PhasePoint(
                vocab_size=8, branching=branching, temperature=temperature, seed=seed, length=512
            )
            for branching in self.branchings
            for temperature in self.temperatures
            for seed in range(self.chains)
        ]
        slack: list[Unit] = [
            PathSlack(
                vocab_size=3,
                branching=branching,
                temperature=temperature,
                length=6,
                steps=steps,
                count=self.slack_chains,
            )
            for branching in (2, 3)
            for temperature in (0.5, 1.0, 2.0)
            for steps in self.slack_steps
        ]
        return [*points, *slack]

    def _orders(self, digest: str) -> list[Unit]:
        """Ways to spend the same steps; bisection wrings its last error out in single rounds."""
        singles = range(1, self.order_length.bit_length() + 1)  # ceil(log2(L + 1)) at most
        doublings = _doublings(2 * self.order_length)
        return [
            Order(
                language=self.language,
                language_hash=digest,
                length=self.order_length,
                steps=steps,
                samples=self.order_samples,
            )
            for steps in sorted({*singles, *doublings})
        ]


def _doublings(most: int) -> tuple[int, ...]:
    return tuple(2**power for power in range(most.bit_length()) if 2**power <= most)


QUICK_LAWS = LawSizes(
    language="ngram2-v8",
    full_support="ngram2-full-v8",
    lengths=(32, 64, 128),
    ratios=(0.25, 0.5, 1, 2, 4),
    least_steps=(
        Reach(0.5, (8, 16, 32, 64)),
        Reach(0.1, (8, 16, 32)),
        Reach(0.01, (8, 16)),
    ),
    least_steps_gap=(Reach(0.05, (8, 16, 32, 64), 50), Reach(0.01, (8, 16, 32, 64), 50)),
    gap_length=32,
    gap_steps=_doublings(128),
    gap_samples=100,
    branchings=(2, 3, 4, 5, 6, 7, 8),
    temperatures=(0.5, 1.0, 2.0, 4.0),
    chains=3,
    slack_steps=(2, 4, 8),
    slack_chains=2,
    order_length=12,
    order_samples=2000,
)

STANDARD_LAWS = LawSizes(
    language="ngram2-v8",
    full_support="ngram2-full-v8",
    lengths=(32, 64, 128, 256, 512),
    ratios=(0.125, 0.25, 0.5, 1, 2, 4),
    least_steps=(
        Reach(0.5, (8, 16, 32, 64, 128, 256, 512)),
        Reach(0.1, (8, 16, 32, 64, 128)),
        Reach(0.01, (8, 16, 32)),
    ),
    least_steps_gap=(
        Reach(0.05, (8, 16, 32, 64, 128), 200),
        Reach(0.01, (8, 16, 32, 64), 200),
    ),
    gap_length=64,
    gap_steps=_doublings(256),
    gap_samples=200,
    branchings=(2, 3, 4, 5, 6, 7, 8),
    temperatures=(0.5, 1.0, 2.0, 4.0, 8.0),
    chains=10,
    slack_steps=(2, 4, 8, 16),
    slack_chains=20,
    order_length=64,
    order_samples=10_000,
)
