"""Tables of models on limited data, and intervals over draws of a language and seeds.

A family is a language but for its draw, `ngram:order=2,..` without `seed=..`. The unit of all
statistics is one draw and one seed, on which the arms are paired.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthetic.experiments.kinds import LimitedData
from synthetic.mean_interval import quantile
from synthetic.quantities import Estimate
from theory.tables.censored import censored_regression
from theory.tables.evidence import pick
from theory.tables.rows import longest

DIFFUSION, PLAIN, TUNED = "masked diffusion", "AR0", "AR*"
UNIFORM = "uniform diffusion"
FACTORIAL = "(?:^|ensemble of [0-9]+ )(?:causal|bidirectional), "
KEY = ["draw", "seed"]
CELL = ["unique_tokens", "parameters"]
COLUMNS = ["family", *KEY, *CELL, "arm", "fresh", "epoch", "annealed", "value", "samples"]
ROUNDING = math.log(2) / math.sqrt(12)  # of epochs that are powers of two, in logarithms
SAME_SIZE = 1.02  # the most parameters of an arm over those of AR0
ENOUGH = 3  # draws of a language, and seeds of each


class Pairing(NamedTuple):
    """Which models are compared: an autoregressive arm, and whether all are annealed."""

    arm: str
    annealed: bool


NEVER_STOPPED = Pairing(PLAIN, annealed=False)
STOPPED = Pairing(TUNED, annealed=True)
PAIRINGS = (NEVER_STOPPED, STOPPED)


def runs(rows: pd.DataFrame, metric: str = "chain_rule_divergence") -> pd.DataFrame:
    """Columns family, draw, seed, arm, unique_tokens, parameters, fresh, epoch, annealed, value,
    samples of one metric at the greatest length of each language, a row a model and epoch."""
    measured = longest(pick(rows, LimitedData, metric=metric))
    if measured.empty:
        return pd.DataFrame(columns=COLUMNS)
    languages = measured["language"].astype(str)
    names = languages.unique()
    tokens = measured["unique_sequences"].astype(int) * measured["length"].astype(int)
    columns = {
        "family": languages.map({name: family_of(name) for name in names}),
        "draw": languages.map({name: name.partition(",seed=")[2] for name in names}),
        "arm": measured["denoiser"],
        "unique_tokens": tokens,
        "fresh": measured["fresh"].astype(bool),
        "annealed": measured["annealed"].astype(bool),
        "value": measured["value"].astype(float),
    }
    return measured.assign(**columns)[COLUMNS]


def family_of(language: str) -> str:
    """The family of a language: its name without the draw."""
    return language.partition(",seed=")[0].replace(",", " ")


def in_factorial(arms: pd.Series) -> pd.Series:
    """Which arms are of the factorial of attention, orders and masked input, ensembles among
    them."""
    return arms.astype(str).str.contains(FACTORIAL)


def families(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The runs on limited data of each family."""
    models = runs(rows)
    for family, group in models[~models["fresh"].astype(bool)].groupby("family", sort=False):
        yield str(family), group


def in_cells_of_plain(models: pd.DataFrame) -> pd.DataFrame:
    """The runs with the number of parameters of the next smaller AR0 where a model has up to 2%
    more, as one has that is told the order or the noise level."""
    sizes = models.loc[models["arm"] == PLAIN, "parameters"].unique()
    cells = {
        size: max((plain for plain in sizes if plain <= size <= SAME_SIZE * plain), default=size)
        for size in models["parameters"].unique()
    }
    return models.assign(parameters=models["parameters"].map(cells))


def curves(group: pd.DataFrame, pairing: Pairing) -> pd.DataFrame:
    """KL of both arms of a pairing side by side, a row a cell, draw, seed and epoch: columns
    `diffusion` and `autoregressive` beside the keys."""
    group = group[group["annealed"] == pairing.annealed]
    names = {DIFFUSION: "diffusion", pairing.arm: "autoregressive"}
    group = group[group["arm"].isin(names)]
    keys = [*CELL, *KEY, "epoch"]
    table = group.assign(arm=group["arm"].map(names)).pivot(
        index=keys, columns="arm", values="value"
    )
    table = table.reindex(columns=["diffusion", "autoregressive"]).dropna()
    return table.reset_index()


def last_difference(curve: pd.DataFrame) -> pd.DataFrame:
    """KL of diffusion less that of the autoregressive arm at the last epoch, by cell and unit."""
    last = curve.loc[curve.groupby([*CELL, *KEY])["epoch"].idxmax()]
    return last.assign(value=last["diffusion"] - last["autoregressive"])


def least_difference(curve: pd.DataFrame) -> pd.DataFrame:
    """The least KL of diffusion over all epochs less that of the autoregressive arm."""
    least = curve.groupby([*CELL, *KEY])[["diffusion", "autoregressive"]].min().reset_index()
    return least.assign(value=least["diffusion"] - least["autoregressive"])


def by_unit(
    table: pd.DataFrame, along: str, *columns: str, keys: Sequence[str] = (*CELL, *KEY)
) -> Iterator[tuple[Any, ...]]:
    """The key of each cell, draw and seed, then its columns as arrays, in the order of the first,
    that stands among them: a loop over many small tables at the price of one.

    Rows without a value of a key, such as those on new sequences, which have no number of unique
    tokens, are left out.
    """
    first, *others = (table[name].to_numpy(dtype=float) for name in (along, *columns))
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, key in enumerate(zip(*(table[name].tolist() for name in keys), strict=True)):
        if all(part == part for part in key):  # not-a-number differs from itself
            places.setdefault(key, []).append(place)
    for key in sorted(places):
        at = np.array(places[key])
        at = at[np.argsort(first[at], kind="stable")]
        yield key, first[at], *(values[at] for values in others)


def crossing_epochs(curve: pd.DataFrame) -> pd.DataFrame:
    """The first epoch from which diffusion stays below the autoregressive arm, by cell and unit.

    Between two evaluated epochs by linear interpolation of the difference in log epochs. Columns
    `value`, the log of that epoch, and `censored`, where it had not come by the last epoch, whose
    log then stands as the value.
    """
    crossings = []
    gaps = curve.assign(gap=curve["diffusion"] - curve["autoregressive"])
    for key, epochs, gap in by_unit(gaps, "epoch", "gap"):
        epochs = np.log(epochs)
        above = np.flatnonzero(gap >= 0)
        censored = bool(len(above)) and above[-1] == len(gap) - 1
        if censored or not len(above):
            value = epochs[-1] if censored else epochs[0]
        else:
            at = above[-1]
            share = gap[at] / (gap[at] - gap[at + 1])
            value = epochs[at] + share * (epochs[at + 1] - epochs[at])
        crossings.append((*key, float(value), censored))
    return pd.DataFrame(crossings, columns=[*CELL, *KEY, "value", "censored"])


def data_potential(curve: pd.DataFrame) -> pd.DataFrame:
    """log(U_AR / U) at equal least KL, by cell and unit: how many times the unique tokens the
    autoregressive arm needs for what diffusion reaches.

    U_AR is interpolated on the autoregressive arm's least KL against U, both in logarithms, for U
    up to a third of the largest: beyond it three times the data was not measured, and to keep the
    ratios that can be read off there would keep the small ones. Beyond its sizes the nearest one is
    a bound and stands as the value.
    """
    least = curve.groupby([*CELL, *KEY])[["diffusion", "autoregressive"]].min().reset_index()
    ratios = []
    for (parameters, *key), group in least.groupby(["parameters", *KEY]):
        group = group.sort_values("unique_tokens")
        if len(group) < 2:
            continue
        sizes = np.log(group["unique_tokens"].to_numpy(dtype=float))
        reached = np.log(np.minimum.accumulate(group["autoregressive"].to_numpy()))
        for size, wanted in zip(sizes, np.log(group["diffusion"].to_numpy()), strict=True):
            if sizes[-1] - size >= np.log(3):
                value = _needed(sizes, reached, wanted) - size
                ratios.append((round(float(np.exp(size))), parameters, *key, value))
    return pd.DataFrame(ratios, columns=[*CELL, *KEY, "value"])


def _needed(sizes: NDArray[np.float64], reached: NDArray[np.float64], wanted: float) -> float:
    """Log size at which a falling curve first reaches a value, the last one where none does."""
    below = np.flatnonzero(reached <= wanted)
    if not len(below):
        return float(sizes[-1])
    at = below[0]
    if at == 0:
        return float(sizes[0])
    share = (reached[at - 1] - wanted) / (reached[at - 1] - reached[at])
    return float(sizes[at - 1] + share * (sizes[at] - sizes[at - 1]))


def crossing_slopes(cells: pd.DataFrame) -> pd.DataFrame:
    """Slopes of the log of the crossing epoch in log U and in log N, a row a draw and seed.

    By regression with censored values, over the cells of the unit; columns are the names of CELL,
    a slope on a size that was not varied is missing. Units whose every value is censored say
    nothing.
    """
    fits = []
    for key, *sizes, values, beyond in by_unit(cells, *CELL, "value", "censored", keys=KEY):
        varied = [name for name, size in zip(CELL, sizes) if (size != size[0]).any()]
        censored = beyond.astype(bool)
        if censored.all() or len(values) <= len(varied):
            continue
        logs = [np.log(size) for name, size in zip(CELL, sizes) if name in varied]
        design = np.column_stack([np.ones(len(values)), *logs])
        slopes = censored_regression(design, values, censored, ROUNDING)[1:]
        fits.append(dict(zip(KEY, key, strict=True)) | dict(zip(varied, slopes, strict=True)))
    return pd.DataFrame(fits, columns=[*KEY, *CELL])


def of_arm(rows: pd.DataFrame, metric: str, arm: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """A metric of one arm on limited data, annealed, beside its KL (`divergence`), by family."""
    keys = ["family", *CELL, *KEY, "epoch"]
    both = []
    for name in ("chain_rule_divergence", metric):
        models = runs(rows, name)
        kept = (models["arm"] == arm) & models["annealed"].astype(bool)
        both.append(models[kept & ~models["fresh"].astype(bool)])
    first, second = both
    if first.empty or second.empty:
        return
    merged = second.merge(first[[*keys, "value"]].rename(columns={"value": "divergence"}), on=keys)
    for family, group in merged.groupby("family", sort=False):
        yield str(family), group


def change_after_best(table: pd.DataFrame, factor: int = 4) -> pd.DataFrame:
    """A metric at `factor` times the epoch of least KL less its value there, by cell and unit;
    cells without both epochs are left out."""
    changes = []
    for key, epochs, values, divergence in by_unit(table, "epoch", "value", "divergence"):
        best = int(np.argmin(divergence))
        after = np.flatnonzero(epochs == factor * epochs[best])
        changes += [(*key, float(values[place] - values[best])) for place in after]
    return pd.DataFrame(changes, columns=[*CELL, *KEY, "value"])


def memorisation_epochs(table: pd.DataFrame, excess: float) -> pd.DataFrame:
    """The epoch from which the excess of probability on the training set stays above a level, in
    the columns of `crossing_epochs`."""
    return crossing_epochs(table.assign(diffusion=excess, autoregressive=table["value"]))


def over_units(table: pd.DataFrame, samples: int) -> Estimate | None:
    """The mean over draws and seeds of a value, each the mean over its rows.

    The 95% interval is Student's of the means of the draws: what seeds add to a draw is in them. A
    bootstrap of draws, then seeds covers .70 to .94 of the time at three draws with three seeds,
    the less the more draws differ. One draw alone has an interval without ends. None if there are
    no values.
    """
    table = table.dropna(subset=["value"])
    if table.empty:
        return None
    means = table.groupby(KEY)["value"].mean().groupby(level="draw").mean().to_numpy(dtype=float)
    value, draws = float(means.mean()), len(means)
    name = "mean over draws and seeds, Student's t of the draws"
    if draws == 1:
        return Estimate(value, -math.inf, math.inf, samples, name)
    error = float(means.std(ddof=1)) / math.sqrt(draws)
    reach = quantile(draws - 1) * error
    return Estimate(value, value - reach, value + reach, samples, name, error)


def enough(table: pd.DataFrame) -> bool:
    """Whether as many draws of the language stand behind a statistic as a verdict needs, each with
    as many seeds."""
    seeds = table.groupby("draw")["seed"].nunique()
    return len(seeds) >= ENOUGH and bool((seeds >= ENOUGH).all())
