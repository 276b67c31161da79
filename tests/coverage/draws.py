"""Cells of means over few draws of a language with few seeds each, as of models on limited data."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from synthetic.mean_interval import Ends
from tests.coverage.cell import Cell, ends
from theory.tables.limited_data import KEY, over_units

DRAWS = SEEDS = 3
PLACES = [divmod(place, SEEDS) for place in range(DRAWS * SEEDS)]


def cells() -> Iterator[Cell]:
    """Normal values by the share of their variance that is between the draws."""
    for between in (0.0, 0.5, 1.0):
        case = f"normal, {between:.0%} of the variance between draws"
        intervals = partial(_intervals, between)
        yield Cell("mean over draws and seeds", case, len(PLACES), 0.0, intervals, repeats=1000)


def _intervals(between: float, chance: np.random.Generator, repeats: int) -> Ends:
    draws = np.sqrt(between) * chance.standard_normal((repeats, DRAWS, 1))
    values = draws + np.sqrt(1 - between) * chance.standard_normal((repeats, DRAWS, SEEDS))
    tables = (
        pd.DataFrame(PLACES, columns=KEY).assign(value=one) for one in values.reshape(repeats, -1)
    )
    means = (over_units(table, len(PLACES)) for table in tables)
    return ends(mean for mean in means if mean is not None)
