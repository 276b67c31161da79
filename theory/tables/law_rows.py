"""Tables of the exact laws, taken from rows: what figures draw and numbers are read off."""

import math

import numpy as np
import pandas as pd

from synthetic.languages import catalogue
from theory.studies.kinds import (
    ChainError,
    ChainTokenError,
    Collision,
    LeastSteps,
    Order,
    PathAverage,
    PathSlack,
    PhasePoint,
)
from theory.tables.rows import longest, of_kind

LAWS = (
    ChainError,
    ChainTokenError,
    Collision,
    LeastSteps,
    Order,
    PathAverage,
    PathSlack,
    PhasePoint,
)
LEAST_LENGTH = 16  # shorter sequences are left out of a fitted slope


def exact_laws(rows: pd.DataFrame) -> pd.DataFrame:
    """What the kinds that sample nothing wrote."""
    return of_kind(rows, *LAWS)


def chain_laws(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of laws of one named chain, without those of grids of random chains."""
    return of_kind(rows, *(law for law in LAWS if law not in (PathSlack, PhasePoint)))


def collision_row(rows: pd.DataFrame) -> "pd.Series[float] | None":
    """Value, low and high of the collision constant, or None."""
    constants = of_kind(rows, Collision)
    return None if constants.empty else constants.iloc[0][["value", "low", "high"]].astype(float)


def collapse(rows: pd.DataFrame) -> pd.DataFrame:
    """SER beside 1 - exp(-c L / N), at each N / L that two lengths or more share.

    Columns length, steps, ratio = N / L, value, predicted, deviation = value - predicted with the
    ends of its proved error, deviation_low and deviation_high.
    """
    constant = collision_row(rows)
    columns = ["length", "steps", "value", "low", "high"]
    laws = of_kind(rows, ChainError)[columns].drop_duplicates(columns[:2])
    laws = laws.assign(ratio=laws["steps"] / laws["length"])
    shared = laws.groupby("ratio")["length"].transform("nunique") > 1
    if constant is None:
        return laws.iloc[:0]
    laws = laws[shared]
    # the law grows with c
    least, value, most = (
        -np.expm1(-constant[end] / laws["ratio"]) for end in ("low", "value", "high")
    )
    laws = laws.assign(
        predicted=value,
        deviation=laws["value"] - value,
        deviation_low=laws["low"] - most,
        deviation_high=laws["high"] - least,
    )
    return laws.sort_values(["length", "ratio"], ignore_index=True)


def largest_deviation(table: pd.DataFrame) -> "pd.Series[float]":
    """The line of `collapse` with the largest deviation in absolute value."""
    return table.iloc[int(np.argmax(table["deviation"].abs()))]


def least_steps_rows(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Least N to each target: columns target, length, steps, predicted (by the collision law), and
    estimator, what stands behind `steps`."""
    steps_rows = of_kind(rows, LeastSteps)
    steps_rows = steps_rows[steps_rows["metric"] == f"least_steps_{metric}"]
    by_law = steps_rows["estimator"] == "collision law"
    columns = ["target", "length", "value"]
    computed = steps_rows[~by_law][[*columns, "estimator"]].rename(columns={"value": "steps"})
    predicted = steps_rows[by_law][columns].rename(columns={"value": "predicted"})
    on = ["target", "length"]
    table = computed.drop_duplicates(on).merge(predicted.drop_duplicates(on), on=on)
    return table.sort_values(["target", "length"], ascending=[False, True], ignore_index=True)


def slope(table: pd.DataFrame) -> float | None:
    """Least-squares slope of log N against log L over lengths from 16, None below two lengths."""
    table = table[table["length"] >= LEAST_LENGTH]
    if table["length"].nunique() < 2:
        return None
    fitted = np.polyfit(np.log(table["length"]), np.log(table["steps"]), 1)[0]
    return round(float(fitted), 12) + 0.0  # no -0 where N is the same at all lengths


def three_curves(rows: pd.DataFrame) -> pd.DataFrame:
    """Against steps, at the greatest length of the path average, all in nats per token.

    Columns steps, length, path_average; gap, low, high and samples of the law actually sampled;
    per_token = -log(1 - SER) / L; log_vocabulary = log V / N; two_phase, see `two_phase_bound`.
    """
    path = of_kind(rows, PathAverage)
    path = longest(path[path["metric"] == "token_error_rate_gap"])
    keys = ["length", "steps"]
    gap = of_kind(rows, ChainTokenError)[[*keys, "value", "low", "high", "samples"]]
    gap = gap.drop_duplicates(keys)
    rate = of_kind(rows, ChainError)[[*keys, "value"]].drop_duplicates(keys)
    table = (
        path.drop_duplicates(keys)[["language", *keys, "value"]]
        .rename(columns={"value": "path_average"})
        .merge(gap.rename(columns={"value": "gap"}), on=keys)
        .merge(rate.rename(columns={"value": "rate"}), on=keys)
    )
    if table.empty:
        return table
    vocab_size = catalogue.entry(str(table["language"].iloc[0])).parameters["vocab_size"]
    with np.errstate(divide="ignore"):
        per_token = -np.log1p(-table["rate"]) / table["length"]
    bounds = [
        two_phase_bound(vocab_size, int(length), int(steps))
        for length, steps in zip(table["length"], table["steps"], strict=True)
    ]
    table = table.assign(
        per_token=per_token,
        log_vocabulary=math.log(vocab_size) / table["steps"],
        two_phase=bounds,
    )
    return table.drop(columns=["rate", "language"]).sort_values("steps", ignore_index=True)


def gap_slope(table: pd.DataFrame) -> float:
    """Slope of log gap in log N between the last two numbers of steps of `three_curves`."""
    before, last = table.iloc[-2], table.iloc[-1]
    return math.log(last["gap"] / before["gap"]) / math.log(last["steps"] / before["steps"])


def two_phase_bound(vocab_size: int, length: int, steps: int) -> float:
    """The best bound on the TER gap of a chain that a first step of eps and uniform ones give.

    Our statement of Theorem 4.2 of 2502.09622 at n = 2: log V (eps + (1 + 1/L) / (eps (N - 1))), in
    nats per token, at its least over 0 < eps <= 1, which is at eps = sqrt((1 + 1/L) / (N - 1)).
    Infinite for N = 1.
    """
    if steps == 1:
        return math.inf
    width = (1 + 1 / length) / (steps - 1)
    first = min(1.0, math.sqrt(width))
    return math.log(vocab_size) * (first + width / first)


def information_drop(rows: pd.DataFrame) -> float | None:
    """f(0) - f(1) of the information curve at its greatest length, or None."""
    drops = of_kind(rows, PathAverage)
    drops = longest(drops[drops["metric"] == "information_drop"])
    return None if drops.empty else float(drops["value"].iloc[0])


def phase_points(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a random chain of the greatest length: branching, temperature, collision_constant,
    path_average_constant, and ratio, the first of them over the second."""
    points = of_kind(rows, PhasePoint)
    points = points[points["length"] == points["length"].max()]
    if points.empty:
        return points
    table = points.pivot(
        index=["branching", "temperature", "language"], columns="metric", values="value"
    ).reset_index()
    # independent tokens lose nothing by either measure
    ratio = table["collision_constant"] / table["path_average_constant"]
    return table.assign(ratio=ratio.where(table["path_average_constant"] > 0))


def slack_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """KL(q||p) of the law sampled over its path average, a line a random chain of the
    greatest length, schedule and N.

    Columns language, schedule, steps, branching, temperature, length, ratio. A chain of independent
    tokens has no ratio and is left out.
    """
    slacks = of_kind(rows, PathSlack)
    slacks = slacks[slacks["length"] == slacks["length"].max()]
    if slacks.empty:
        return slacks
    keys = ["branching", "temperature", "language", "schedule", "steps", "length"]
    table = slacks.pivot(index=keys, columns="estimator", values="value").reset_index()
    table = table[table["path average, exact"] > 0]
    return table.assign(ratio=table["exact law"] / table["path average, exact"])


def orders(rows: pd.DataFrame) -> pd.DataFrame:
    """SER of each order of reveals at the greatest length, with `is_exact`: computed rather than
    sampled."""
    laws = longest(of_kind(rows, Order)).sort_values("steps")
    return laws.assign(is_exact=laws["estimator"] == "exact")
