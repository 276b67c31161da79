"""Statistics of claims: pure functions of rows, each with an interval."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from synthetic.mean_interval import NORMAL_QUANTILE
from synthetic.quantities import Estimate

RESAMPLES = 1000
SIDES = ("first", "second")


def combination(weights: np.ndarray, table: pd.DataFrame, name: str) -> Estimate:
    """The sum of weights (K,) times independent values, with its interval from theirs.

    Each end lies as far from the value as the root of the sum of squares of the distances of the
    ends that move it there (Zou and Donner, Stat. Med. 27, 2008): a normal interval from normal
    ones, and with ends of their own on both sides where theirs differ. Values that go up and down
    together, such as those of one seed, have differences that vary less than this says.
    """
    value, low, high = (table[end].to_numpy(float) for end in ("value", "low", "high"))
    samples, used = int(table["samples"].min()), weights != 0
    if not np.isfinite(value).all():
        return Estimate(math.inf, -math.inf, math.inf, samples, name)
    weights, value, low, high = weights[used], value[used], low[used], high[used]
    up, down = (
        float(np.sqrt(np.square(weights * np.where(weights > 0, towards, away)).sum()))
        for towards, away in ((high - value, value - low), (value - low, high - value))
    )
    total = float(weights @ value)
    return Estimate(total, total - down, total + up, samples, name)


def growth_exponent(table: pd.DataFrame, against: str) -> Estimate | None:
    """The least-squares slope of log value against log `against`, None below two points.

    `table` has the columns value, low, high and samples. The slope is linear in the logarithms, and
    its interval that of `combination`. A value without logarithm leaves it open, from -inf to inf.
    """
    table = table.drop_duplicates(against).sort_values(against)
    if len(table) < 2:
        return None
    x = np.log(table[against].to_numpy(float))
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    logarithms = _logarithms(table)
    first = float(logarithms["value"].iloc[0])
    if math.isfinite(first):  # the weights add up to 0: equal values have slope 0 without rounding
        logarithms[["low", "value", "high"]] -= first
    return combination(weights, logarithms, f"slope of logarithms over {len(table)} points")


def ratio(above: pd.Series, below: pd.Series, name: str) -> Estimate:
    """Value above over value below, both rows >= 0; its interval that of the difference of their
    logarithms, or from the ends of both where a value is zero or infinite."""
    if not all(0 < row["value"] < math.inf for row in (above, below)):
        low = _quotient(above["low"], below["high"], 0.0)
        high = _quotient(above["high"], below["low"], math.inf)
        value = _quotient(above["value"], below["value"], high)
        return Estimate(value, low, high, _least_samples(above, below), name)
    both = combination(np.array([1.0, -1.0]), _logarithms(pd.DataFrame([above, below])), name)
    value = float(above["value"] / below["value"])
    low, high = value * math.exp(both.low - both.value), value * math.exp(both.high - both.value)
    return Estimate(value, low, high, both.samples, name)


def difference(first: pd.Series, second: pd.Series, name: str) -> Estimate:
    """Value of the first row less that of the second, with the interval of `combination`, or from
    the ends of both where one value is infinite and has an end."""
    low, value, high = (
        float(first[end]) - float(second[other])  # floats of Python: NumPy warns at inf - inf
        for end, other in (("low", "high"), ("value", "value"), ("high", "low"))
    )
    if math.isinf(value) and (math.isfinite(low) or math.isfinite(high)):
        return Estimate(value, low, high, _least_samples(first, second), name)
    return combination(np.array([1.0, -1.0]), pd.DataFrame([first, second]), name)


def _quotient(above: float, below: float, otherwise: float) -> float:
    """Above over below, both >= 0; `otherwise` where it is 0 / 0 or inf / inf, or below is 0."""
    if below == 0 or (math.isinf(above) and math.isinf(below)):
        return otherwise
    return float(above / below)


def _least_samples(first: pd.Series, second: pd.Series) -> int:
    return int(min(first["samples"], second["samples"]))


def _logarithms(table: pd.DataFrame) -> pd.DataFrame:
    """The same columns with the logarithms of values >= 0 and their ends."""
    with np.errstate(divide="ignore"):
        return table.assign(
            **{
                end: np.log(np.maximum(table[end].to_numpy(float), 0.0))
                for end in ("value", "low", "high")
            }
        )


def crossing(curve: pd.DataFrame, target: float) -> Estimate | None:
    """The number of steps at which an error falls to its target and stays below, between points.

    `curve` has steps, value, low, high, samples. The error is taken to follow a power law between
    neighbouring points; the ends are the crossings of the lower and the upper curve, infinite where
    one does not come down to the target. None if the curve has no point.
    """
    curve = curve.drop_duplicates("steps").sort_values("steps")
    if curve.empty:
        return None
    steps = curve["steps"].to_numpy(float)
    low, value, high = (
        _crossing(steps, curve[end].to_numpy(float), target) for end in ("low", "value", "high")
    )
    samples = int(curve["samples"].min())
    return Estimate(value, min(low, value), max(high, value), samples, f"crossing of {target:g}")


def _crossing(steps: np.ndarray, errors: np.ndarray, target: float) -> float:
    above = np.flatnonzero(errors > target)
    if not len(above):
        return float(steps[0])
    last = int(above[-1])
    if last + 1 == len(steps):
        return math.inf
    if errors[last + 1] <= 0 or math.isinf(errors[last]):  # no power law joins both points
        return float(steps[last + 1])
    fall = math.log(errors[last] / errors[last + 1])
    share = math.log(errors[last] / target) / fall
    return float(steps[last] * (steps[last + 1] / steps[last]) ** share)


def rank_correlation(first: pd.DataFrame, second: pd.DataFrame, on: Sequence[str]) -> Estimate:
    """Spearman's rank correlation of the values of two metrics over settings that share `on`.

    Noise in the values lowers a correlation. So every value is drawn anew from a normal law with
    its own interval (1,000 times, seeded), and what this changes goes either way: the interval
    holds the 0.5% and 99.5% quantiles and their reflections in the value, cut to -1..1. Wide, since
    the noise moves the ranks that it is added to; it says nothing of other settings.
    """
    both = first.merge(second, on=list(on), suffixes=("_first", "_second"))
    both = both.replace([math.inf, -math.inf], np.nan).dropna(
        subset=[f"{end}_{side}" for end in ("value", "low", "high") for side in SIDES]
    )
    source = np.random.default_rng(0)
    correlation = float(_spearman(*(both[f"value_{side}"].to_numpy() for side in SIDES)))
    noise = source.standard_normal((RESAMPLES, len(SIDES), len(both)))
    drawn = []
    for place, side in enumerate(SIDES):
        value, low, high = (both[f"{end}_{side}"].to_numpy() for end in ("value", "low", "high"))
        drawn.append(value + (high - low) / (2 * NORMAL_QUANTILE) * noise[:, place])
    resampled = _spearman(*drawn)
    drawn_ends = np.quantile(resampled, [0.005, 0.995])
    ends = np.clip(np.concatenate([drawn_ends, 2 * correlation - drawn_ends]), -1, 1)
    return Estimate(
        correlation,
        float(min(ends.min(), correlation)),
        float(max(ends.max(), correlation)),
        len(both),
        "Spearman over settings",
    )


def _spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank correlations along the last axis; rounding takes none beyond 1."""
    from scipy.stats import rankdata  # slow to import, and units alone do not need it

    ranks = (rankdata(values, axis=-1) for values in (first, second))
    a, b = (rank - rank.mean(-1, keepdims=True) for rank in ranks)
    squares = (a**2).sum(-1) * (b**2).sum(-1)
    return np.asarray(np.clip((a * b).sum(-1) / np.sqrt(squares), -1, 1))
