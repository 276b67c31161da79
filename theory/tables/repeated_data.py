"""Tables of what repeating data does to one arm: beside new data, and after its best epoch.

All take the annealed runs of an arm and give a row a cell, draw and seed, with a `value`.
"""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from theory.tables.limited_data import (
    CELL,
    KEY,
    by_unit,
    in_cells_of_plain,
    runs,
)

Array = NDArray[np.float64]

HALF_LIVES = (1e-1, 1e4)  # R*: from data that one repeat wears out to data that never wears out
BEYOND_BEST = 3  # times the best epoch that the last one is at least


def last_octave(table: pd.DataFrame) -> pd.DataFrame:
    """A metric at the last epoch less its value at half of it, where the last epoch is at least
    `BEYOND_BEST` times that of least KL; `table` has the columns of `of_arm`."""
    changes = []
    for key, epochs, values, divergence in by_unit(table, "epoch", "value", "divergence"):
        best = epochs[int(np.argmin(divergence))]
        at = dict(zip(epochs, values, strict=True))
        if epochs[-1] >= BEYOND_BEST * best and epochs[-1] / 2 in at:
            changes.append((*key, at[epochs[-1]] - at[epochs[-1] / 2]))
    return pd.DataFrame(changes, columns=[*CELL, *KEY, "value"])


def after_best(table: pd.DataFrame, factor: int) -> pd.DataFrame:
    """A metric at `factor` times the epoch of least KL."""
    best = table.loc[table.groupby([*CELL, *KEY])["divergence"].idxmin(), [*CELL, *KEY, "epoch"]]
    late = best.assign(epoch=factor * best["epoch"])
    return table.merge(late, on=[*CELL, *KEY, "epoch"])[[*CELL, *KEY, "value"]]


def best_epochs(table: pd.DataFrame) -> pd.DataFrame:
    """The log of the epoch of least KL, censored where it is the last one: columns of
    `crossing_epochs`."""
    best = []
    for key, epochs, values in by_unit(table, "epoch", "value"):
        at = int(np.argmin(values))
        best.append((*key, math.log(epochs[at]), bool(epochs[at] == epochs.max())))
    return pd.DataFrame(best, columns=[*CELL, *KEY, "value", "censored"])


def share_of_rise(table: pd.DataFrame, factor: int) -> pd.DataFrame:
    """The share of the rise of KL from its best epoch to `factor` times it that is taken back, by
    what the KL is after a refit: the `value` of `table`. Cells without a rise are left out."""
    shares = []
    for key, epochs, refitted, divergence in by_unit(table, "epoch", "value", "divergence"):
        best = int(np.argmin(divergence))
        for place in np.flatnonzero(epochs == factor * epochs[best]):
            rise = divergence[place] - divergence[best]
            if rise > 0:
                shares.append((*key, float((divergence[place] - refitted[place]) / rise)))
    return pd.DataFrame(shares, columns=[*CELL, *KEY, "value"])


def stable_phase(group: pd.DataFrame) -> pd.DataFrame:
    """The runs of the stable phase, each model in the cell of the AR0 that it has the size of."""
    return in_cells_of_plain(group[~group["annealed"].astype(bool)])


def least(group: pd.DataFrame) -> pd.DataFrame:
    """The annealed run of least KL of each arm, cell, draw and seed."""
    annealed = group[group["annealed"].astype(bool)]
    return annealed.loc[annealed.groupby(["arm", *CELL, *KEY])["value"].idxmin()]


def with_larger(group: pd.DataFrame, arm: str, name: str) -> pd.DataFrame:
    """The runs, and besides those of an arm at each size of model but the least, as an arm of
    another name in the cell of the next smaller size."""
    models = group[group["arm"] == arm]
    sizes = sorted(models["parameters"].unique())
    smaller = dict(zip(sizes[1:], sizes, strict=False))
    larger = models[models["parameters"].isin(sizes[1:])]
    moved = larger.assign(arm=name, parameters=larger["parameters"].map(smaller))
    return pd.concat([group, moved], ignore_index=True)


def recovered(
    group: pd.DataFrame, worse: str, arm: str, better: str, margin: float = 0.0
) -> pd.DataFrame:
    """The share of the difference in KL between two arms that a third makes up at the last epoch,
    cells where `worse` is above `better` by more than a margin; of any runs, annealed or not."""
    last = group.sort_values("epoch").groupby(["arm", *CELL, *KEY]).tail(1)
    table = last.pivot(index=[*CELL, *KEY], columns="arm", values="value")
    table = table.reindex(columns=[worse, arm, better]).dropna()
    table = table[table[worse] - table[better] > margin]
    share = (table[worse] - table[arm]) / (table[worse] - table[better])
    return share.rename("value").reset_index()


def with_new(rows: pd.DataFrame, arm: str) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Annealed KL of an arm by family: on repeated data, and on new data with a column `tokens`."""
    models = runs(rows)
    models = models[(models["arm"] == arm) & models["annealed"].astype(bool)]
    fresh = models["fresh"].astype(bool)
    new = models[fresh]
    new = new.assign(tokens=new["unique_tokens"] * new["epoch"].astype(int))
    for family, group in models[~fresh].groupby("family", sort=False):
        beside = new[new["family"] == family]
        if not beside.empty:
            yield str(family), group, beside


def above_new(table: pd.DataFrame, new: pd.DataFrame, epoch: int) -> pd.DataFrame:
    """KL after so many epochs less that after as many updates on new data, cells where both are
    measured."""
    at = table[table["epoch"] == epoch]
    at = at.assign(tokens=at["unique_tokens"] * epoch)
    keys = ["parameters", *KEY, "tokens"]
    both = at.merge(new[[*keys, "value"]], on=keys, suffixes=("", "_new"))
    return both.assign(value=both["value"] - both["value_new"])[[*CELL, *KEY, "value"]]


def half_lives(table: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """log R*: of the new tokens U (1 + R* (1 - exp(-R / R*))) that U tokens repeated R times are
    worth, arXiv 2305.16264, equation 5.

    What they are worth is read off the KL on new data, in logarithms of both, up to the best epoch;
    R* is the least squares of its logarithm, within `HALF_LIVES`. Cells with fewer than two epochs
    after the first within the range of new data are left out.
    """
    fits = []
    beside = {
        key: (np.log(tokens), np.log(np.minimum.accumulate(values)))
        for key, tokens, values in by_unit(new, "tokens", "value", keys=("parameters", *KEY))
    }
    for key, epochs, values in by_unit(table, "epoch", "value"):
        unique, *others = key
        if tuple(others) not in beside:
            continue
        upto = slice(int(np.argmin(values)) + 1)
        repeats = epochs[upto] - 1
        worth = _worth(values[upto], *beside[tuple(others)]) - math.log(unique)
        kept = np.isfinite(worth) & (repeats > 0)
        if kept.sum() >= 2:
            fits.append((*key, _half_life(repeats[kept], worth[kept])))
    return pd.DataFrame(fits, columns=[*CELL, *KEY, "value"])


def _worth(values: Array, sizes: Array, reached: Array) -> Array:
    """Log of the new tokens with this KL, NaN beyond those measured."""
    rising = np.argsort(reached)
    log = np.log(values)
    inside = (log >= reached.min()) & (log <= reached.max())
    return np.where(inside, np.interp(log, reached[rising], sizes[rising]), np.nan)


def _half_life(repeats: Array, worth: Array) -> float:
    def error(log: float) -> float:
        half_life = math.exp(log)
        fitted = np.log1p(-half_life * np.expm1(-repeats / half_life))
        return float(np.square(fitted - worth).sum())

    ends = math.log(HALF_LIVES[0]), math.log(HALF_LIVES[1])
    return float(minimize_scalar(error, bounds=ends, method="bounded", options={"xatol": 1e-9}).x)
