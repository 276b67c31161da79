"""Grids of noise levels: where they end at each length, and the search for the best of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from synthetic.languages import catalogue
from synthetic.noise.named import LAST_LEVEL
from theory.studies.kinds.best_grid import GridOptimum

LAST_NOISE = 0.01  # over L: the rule for the last level of geometric grids, fixed before any row
PLAIN_GRIDS = ("linear", "cosine", "geometric", "log-odds")
OTHER_METRICS = ["sequence_error_rate", "total_variation"]


def grid_at(grid: str, length: int) -> str:
    """The grid of a name at a length: geometric and log-odds ones end at 0.01 / L.

    The last step then adds kappa L eta = 0.01 kappa to SER, times what earlier steps leave.
    """
    return f"{grid}:{LAST_NOISE / length:g}" if grid in LAST_LEVEL else grid


@dataclass(frozen=True)
class GridStudy:
    """Grids of one small language: the best ones by KL, SER and TV beside the plain ones.

    By KL at each number of steps, by the other metrics in `beside` steps; a language of full
    support has no SER. At most 256 sequences V^L.
    """

    language: str
    length: int
    steps: tuple[int, ...]
    beside: int
    full_support: bool = False

    def units(self) -> Iterator[GridOptimum]:
        """By KL first, few steps first."""
        plain = tuple(grid_at(grid, self.length) for grid in PLAIN_GRIDS)
        others = ["total_variation"] if self.full_support else OTHER_METRICS
        places = [(steps, "divergence") for steps in self.steps]
        for steps, metric in (*places, *((self.beside, metric) for metric in others)):
            yield GridOptimum(
                **catalogue.named(self.language),
                length=self.length,
                steps=steps,
                metric=metric,
                plain=plain,
            )
