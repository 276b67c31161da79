"""Cells of means of values, by their skewness: from none to 30, with tails, and of rare events."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy import optimize

from synthetic.mean_interval import Array, Ends, mean_interval
from tests.coverage.cell import Cell

SKEWNESSES = (2, 5, 10, 20, 30)
COUNTS = (200, 1000, 4000)
ROWS = 2**21  # values at once

Draw = Callable[[np.random.Generator, tuple[int, int]], Array]


def cells() -> Iterator[Cell]:
    """Means of values of every law at every number of samples."""
    for count in (2, 3, 5, 30, *COUNTS):
        yield _cell("normal", count, 0.0, lambda chance, shape: chance.standard_normal(shape))
    for skewness in SKEWNESSES:
        for count in COUNTS:
            for name, mean, draw in (_lognormal(skewness), _gamma(skewness), _events(skewness)):
                yield _cell(f"{name}, skewness {skewness}", count, mean, draw)


def _cell(case: str, count: int, truth: float, draw: Draw) -> Cell:
    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        most = max(1, ROWS // count)
        parts = [
            mean_interval(draw(chance, (min(most, repeats - start), count)))
            for start in range(0, repeats, most)
        ]
        return Ends(*(np.concatenate(end) for end in zip(*parts, strict=True)))

    return Cell("mean of values", case, count, truth, intervals)


def _lognormal(skewness: float) -> tuple[str, float, Draw]:
    growth = optimize.brentq(lambda w: (w + 2) * math.sqrt(w - 1) - skewness, 1 + 1e-9, 1e3)
    width = math.sqrt(math.log(growth))
    return (
        "lognormal",
        math.exp(width**2 / 2),
        lambda chance, shape: np.exp(width * chance.standard_normal(shape)),
    )


def _gamma(skewness: float) -> tuple[str, float, Draw]:
    power = 4 / skewness**2
    return "gamma", power, lambda chance, shape: chance.gamma(power, size=shape)


def _events(skewness: float) -> tuple[str, float, Draw]:
    """An event of the probability p at which (1 - 2p) / sqrt(p (1 - p)) is the skewness."""
    rare = (1 - skewness / math.sqrt(4 + skewness**2)) / 2
    return "events", rare, lambda chance, shape: (chance.random(shape) < rare).astype(float)
