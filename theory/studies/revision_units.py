"""Sizes of the study of revision against order, and the units of work that follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from theory.studies.kinds.calls_to_divergence import CallsToDivergence
from theory.studies.revision_families import FAMILIES

TARGETS = (1.0, 0.1)  # bits a word
TOKENS = 32_000  # of the samples behind one simulated divergence
MOST_SAMPLES = 2000


@dataclass(frozen=True)
class RevisionStudy:
    """One family at growing sizes: the best order, fixed count, what samples first, and uniform
    noise along three grids, each at sizes up to its own."""

    family: str
    sizes: tuple[int, ...]
    geometric_up_to: int
    cosine_up_to: int
    fast_up_to: int

    def units(self) -> Iterator[CallsToDivergence]:
        """Every unit, from short words to long ones."""
        chosen = FAMILIES[self.family]
        for size in self.sizes:
            yield self._unit(size, "best order")
            yield self._unit(size, "fixed count")
            if chosen.sample_then_choose is not None:
                yield self._unit(size, "sample then choose")
            if size <= self.geometric_up_to:
                yield self._unit(size, "uniform noise", "geometric")
            if size <= self.fast_up_to:
                yield self._unit(size, "uniform noise", "fast geometric")
            if size <= self.cosine_up_to:
                yield self._unit(size, "uniform noise", "cosine")

    def _unit(self, size: int, sampler: str, grid: str = "none") -> CallsToDivergence:
        chosen = FAMILIES[self.family]
        drawn = sampler == "uniform noise" or (sampler == "fixed count" and chosen.fixed_simulated)
        return CallsToDivergence(
            family=self.family,
            size=size,
            sampler=sampler,
            targets=TARGETS,
            grid=grid,
            samples=min(MOST_SAMPLES, TOKENS // size) if drawn and chosen.simulated else 1,
            guess=size // 2 if sampler == "fixed count" else 6,
        )


QUICK_REVISION = (RevisionStudy("copy pairs", (16, 64, 256), 256, 256, 256),)
STANDARD_REVISION = (
    RevisionStudy("copy pairs", (16, 64, 256, 1024), 1024, 1024, 1024),
    RevisionStudy("one-hot blocks", (4, 8, 16, 32), 32, 32, 32),
    RevisionStudy("balanced words", (8, 16, 32, 64, 128), 128, 64, 128),
    RevisionStudy("walks", (4, 6, 8, 10, 16, 32), 32, 10, 8),
    RevisionStudy("permutations", (4, 8, 16, 32, 64, 128), 128, 32, 128),
)
