"""Cells of what claims make of rows: exponents, differences, ratios, crossings, correlations."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from synthetic.mean_interval import Array, Ends, mean_interval
from synthetic.quantities import Estimate
from tests.coverage.cell import Cell, ends
from theory.tables.statistics import crossing, difference, growth_exponent, rank_correlation, ratio

LENGTHS = np.array([8, 16, 32, 64, 128])
STEPS = 2.0 ** np.arange(7)
SAMPLES = 200

Statistic = Callable[[pd.DataFrame, pd.DataFrame], Estimate | None]


def cells() -> Iterator[Cell]:
    """Statistics of rows that are means of 200 values of skewness 2 and 5."""
    for skewness in (2.0, 5.0):
        power = 0.7
        values = LENGTHS**power
        yield _cell("growth exponent", skewness, values, values, power, _exponent)
        two = np.array([1.0, 1.0]), np.array([0.5, 0.5])
        yield _cell("difference", skewness, *two, 0.5, _difference)
        yield _cell("ratio", skewness, *two, 2.0, _ratio)
        curve = 8 / STEPS
        yield _cell("crossing", skewness, curve, curve, 16.0, _crossing)
        far = np.linspace(1, 2, 10)
        mixed = far[[1, 0, 3, 2, 5, 4, 7, 6, 9, 8]]
        truth = float(np.corrcoef(rankdata(far), rankdata(mixed))[0, 1])
        yield _cell("rank correlation", skewness, far, mixed, truth, _correlation)


def _cell(
    kind: str, skewness: float, first: Array, second: Array, truth: float, statistic: Statistic
) -> Cell:
    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        estimates = (
            statistic(*(_rows(chance, one, skewness) for one in (first, second)))
            for _ in range(repeats)
        )
        return ends(one for one in estimates if one is not None)

    case = f"rows of skewness {skewness:g}"
    return Cell(kind, case, SAMPLES, truth, intervals, repeats=300)


def _rows(chance: np.random.Generator, means: Array, skewness: float) -> pd.DataFrame:
    """Rows with these means, each from samples of its own."""
    power = 4 / skewness**2
    drawn = chance.gamma(power, size=(len(means), SAMPLES)) / power * means[:, None]
    low, high = mean_interval(drawn)
    table = pd.DataFrame({"value": drawn.mean(-1), "low": low, "high": high, "samples": SAMPLES})
    return table.assign(place=np.arange(len(means)))


def _exponent(rows: pd.DataFrame, _: pd.DataFrame) -> Estimate | None:
    return growth_exponent(rows.assign(length=LENGTHS), "length")


def _difference(first: pd.DataFrame, second: pd.DataFrame) -> Estimate:
    return difference(first.iloc[0], second.iloc[0], "difference")


def _ratio(first: pd.DataFrame, second: pd.DataFrame) -> Estimate:
    return ratio(first.iloc[0], second.iloc[0], "ratio")


def _crossing(rows: pd.DataFrame, _: pd.DataFrame) -> Estimate | None:
    return crossing(rows.assign(steps=STEPS), 0.5)


def _correlation(first: pd.DataFrame, second: pd.DataFrame) -> Estimate:
    return rank_correlation(first, second, ("place",))
