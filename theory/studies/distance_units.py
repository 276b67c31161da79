"""Least steps to a total variation against length on small languages: sizes, and units."""

from collections.abc import Iterator
from dataclasses import dataclass

from theory.studies.kinds.least_steps_to_distance import LeastStepsToDistance
from theory.studies.noise_grids import grid_at
from theory.studies.small_languages import PERMUTATIONS, entry_at, named_at

TARGET = 0.1  # of total variation, of SER, and of KL in bits a word
SAMPLERS = (
    ("bernoulli", "none"),
    ("fixed count", "none"),
    ("uniform", "linear"),
    ("uniform", "cosine"),
    ("uniform", "geometric"),
    ("hybrid", "geometric"),
)
MOST_HYBRID = 8_000  # noisy words (V+1)^L


@dataclass(frozen=True)
class DistanceStudy:
    """One small language at growing lengths, under every sampler; hybrid noise, which has masks
    too, where there are at most 8,000 noisy words."""

    title: str
    language: str
    lengths: tuple[int, ...]

    def units(self) -> Iterator[LeastStepsToDistance]:
        """Short words first."""
        for length in self.lengths:
            symbols = entry_at(self.language, length).built("cpu").vocab_size
            for sampler, grid in SAMPLERS:
                if sampler == "hybrid" and (symbols + 1) ** length > MOST_HYBRID:
                    continue
                yield LeastStepsToDistance(
                    **named_at(self.language, length),
                    length=length,
                    vocab_size=symbols,
                    sampler=sampler,
                    target=TARGET,
                    grid=grid_at(grid, length),
                )


WALKS = (
    "regex:(ud|uu(ud|du)*dd)*(u|uu(ud|du)*(u|d)?)?"  # up and down on four places, from the lowest
)
STANDARD_DISTANCES = (
    DistanceStudy("chain with zeros", "ngram:order=2,vocab=3,branching=2,seed=0", (3, 4, 5, 6, 7)),
    DistanceStudy("full support", "ngram:order=2,vocab=3,branching=3,seed=0", (3, 4, 5, 6, 7)),
    DistanceStudy(
        "full support, two symbols", "ngram:order=2,vocab=2,branching=2,seed=0", (4, 6, 8, 10)
    ),
    DistanceStudy("walks on four places", WALKS, (4, 6, 8, 10)),
    DistanceStudy("copy pairs", "regex:(aa|bb)*", (4, 6, 8, 10)),
    DistanceStudy("parity", "even-ones", (4, 6, 8, 10)),
    DistanceStudy("permutations", PERMUTATIONS, (3, 4, 5)),
)
