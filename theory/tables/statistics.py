"""Statistics of claims: pure functions of rows, each with an interval."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from synthetic.mean_interval import NORMAL_QUANTILE
from synthetic.quantities import Estimate

RESAMPLES = 1000
SIDES = ("first", "second")
ENDS = ("low", "value", "high")
MINUS = np.array([1.0, -1.0])


def combination(
    weights: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray, np.ndarray],
    samples: int,
    name: str,
) -> Estimate:
    """The sum of weights (K,) times independent values, with its interval from theirs.

    `ends` are low ends, values and high ends, (K,) each. Each end of the sum lies as far from it as
    the root of the sum of squares of the distances of the ends that move it there (Zou and Donner,
    Stat. Med. 27, 2008): a normal interval from normal ones, and with ends of their own on both
    sides where theirs differ. Values that go up and down together, such as those of one seed, have
    differences that vary less than this says.
    """
    if not np.isfinite(ends[1]).all():
        return Estimate(math.inf, -math.inf, math.inf, samples, name)
    used = weights != 0
    weights, (low, value, high) = weights[used], (end[used] for end in ends)
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
    at, first = np.unique(table[against].to_numpy(float), return_index=True)
    if len(at) < 2:
        return None
    x = np.log(at)
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    low, value, high = (_logarithms(table[end].to_numpy(float)[first]) for end in ENDS)
    if math.isfinite(value[0]):  # the weights add up to 0: equal values have slope 0, not rounding
        low, value, high = (end - value[0] for end in (low, value, high))
    samples = int(table["samples"].to_numpy()[first].min())
    name = f"slope of logarithms over {len(at)} points"
    return combination(weights, (low, value, high), samples, name)


def ratio(above: pd.Series, below: pd.Series, name: str) -> Estimate:
    """Value above over value below, both rows >= 0; its interval that of the difference of their
    logarithms, or from the ends of both where a value is zero or infinite."""
    if not all(0 < row["value"] < math.inf for row in (above, below)):
        low = _quotient(above["low"], below["high"], 0.0)
        high = _quotient(above["high"], below["low"], math.inf)
        value = _quotient(above["value"], below["value"], high)
        return Estimate(value, low, high, _least_samples(above, below), name)
    low_log, value_log, high_log = (_logarithms(end) for end in _both_ends(above, below))
    samples = _least_samples(above, below)
    both = combination(MINUS, (low_log, value_log, high_log), samples, name)
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
    samples = _least_samples(first, second)
    if math.isinf(value) and (math.isfinite(low) or math.isfinite(high)):
        return Estimate(value, low, high, samples, name)
    return combination(MINUS, _both_ends(first, second), samples, name)


def _quotient(above: float, below: float, otherwise: float) -> float:
    """Above over below, both >= 0; `otherwise` where it is 0 / 0 or inf / inf, or below is 0."""
    if below == 0 or (math.isinf(above) and math.isinf(below)):
        return otherwise
    return float(above / below)


def _least_samples(first: pd.Series, second: pd.Series) -> int:
    return int(min(first["samples"], second["samples"]))


def _both_ends(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Low ends, values and high ends of two rows."""
    low, value, high = (np.array([first[end], second[end]], float) for end in ENDS)
    return low, value, high


def _logarithms(ends: np.ndarray) -> np.ndarray:
    """The logarithms of values >= 0; of an end below 0 that of 0."""
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(ends, 0.0))


def crossing(curve: pd.DataFrame, target: float) -> Estimate | None:
    """The number of steps at which an error falls to its target and stays below, between points.

    `curve` has steps, value, low, high, samples. The error is taken to follow a power law between
    neighbouring points; the ends are the crossings of the lower and the upper curve, infinite where
    one does not come down to the target. None if the curve has no point.
    """
    steps, first = np.unique(curve["steps"].to_numpy(float), return_index=True)
    if not len(steps):
        return None
    low, value, high = (_crossing(steps, curve[end].to_numpy(float)[first], target) for end in ENDS)
    samples = int(curve["samples"].to_numpy()[first].min())
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
        subset=[f"{end}_{side}" for end in ENDS for side in SIDES]
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
