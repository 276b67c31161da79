"""What masked diffusion costs at a target, over what autoregression costs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from synthetic.experiments.kinds import SamplingSeconds, TrainedError
from synthetic.quantities import Estimate
from theory.tables.evidence import (
    ONE_AT_A_TIME,
    PATH_BOUND,
    above_own_level,
    autoregressive,
    estimate,
    expected_evaluations,
    least_lost,
    least_steps_by_language,
    pick,
    trained_curves,
)
from theory.tables.statistics import ratio

COSTS = {"calls": "evaluations", "FLOPs": "flops", "seconds": "seconds_per_sequence"}
NAMES = {
    "token_error_rate_gap": "TER gap",
    PATH_BOUND: "path bound on the TER gap",
    "sequence_error_rate": "SER",
}
Curve = tuple[str, int, pd.DataFrame]  # language, length, and a line a number of steps


@dataclass(frozen=True)
class Goal:
    """An error to reach: a metric and its target; the path bound of trained models is counted above
    their own level at one token a step."""

    metric: Literal["token_error_rate_gap", "path bound", "sequence_error_rate"]
    target: float

    def __str__(self) -> str:
        return f"{NAMES[self.metric]} <= {self.target:g}"


class CostRatio(NamedTuple):
    """The cost of a trained model over that of autoregression, and whether the model reaches the
    goal at all, one token at a time."""

    language: str
    ratio: Estimate
    learned: bool


def calls_of_exact(
    rows: pd.DataFrame, goals: Sequence[Goal]
) -> Iterator[tuple[Goal, str, Estimate]]:
    """Sequential calls of the exact denoiser at the least N that reaches a goal, over the L calls
    of autoregression; Bernoulli reveal.

    One length for all goals of a language that any length has: that of its longest trained model,
    else the longest.
    """
    tables = [dict(least_steps_by_language(rows, goal.metric, goal.target)) for goal in goals]
    trained = pick(rows, TrainedError)
    for language in dict.fromkeys(name for table in tables for name in table):
        tables_of_language = [table[language] for table in tables if language in table]
        shared = set.intersection(*(set(table["length"]) for table in tables_of_language))
        learned = shared & set(trained.loc[trained["language"] == language, "length"])
        for goal, table in zip(goals, tables):
            if language in table and shared:
                at = table[language]
                at = at[at["length"] == max(learned or shared)]
                line = expected_evaluations(at).iloc[0]
                yield goal, language, estimate(line, 1 / line["length"], "calls over L")


def cost_ratios(
    rows: pd.DataFrame, goal: Goal, cost: str, curves: Sequence[Curve] | None = None
) -> Iterator[CostRatio]:
    """Measured cost of a trained model at the least N of its curve that reaches a goal and keeps
    it, over that of the autoregressive model of the same size, at the longest length; Bernoulli.

    At a path bound it is the cost at the bound, in an interval that holds the cost at the TER gap
    itself: from the least N that SER does not exclude (`least_lost`).

    Where no N of the curve reaches it, it is infinite, from the ratio at the last N on; where none
    certainly does, it has no upper end. A model has not learned the goal where its own SER at one
    token a step is above the target; a language is left out where that of autoregression is.
    `curves` are the `longest_curves` of the goal, where several costs are asked for.
    """
    metric = COSTS[cost]
    for language, length, curve in longest_curves(rows, goal) if curves is None else curves:
        reference = autoregressive(rows, language, length, metric)
        if reference is None or (cost == "FLOPs" and not _of_one_size(rows, language, length)):
            continue
        learned = True
        if goal.metric == "sequence_error_rate":
            autoregressive_rows = autoregressive(rows, language, length, goal.metric)
            if autoregressive_rows is None or autoregressive_rows["value"] > goal.target:
                continue
            learned = reaches_alone(rows, language, length, goal)
        costs = pick(
            rows,
            SamplingSeconds if cost == "seconds" else TrainedError,
            language=language,
            length=length,
            metric=metric,
            reveal="bernoulli",
            denoiser="masked-diffusion",
        )
        ratios = [
            _ratio_at(costs, _least(curve, end, goal.target), reference)
            for end in ("low", "value", "high")
        ]
        measured = Estimate(
            ratios[1].value,
            min(part.low for part in ratios),
            max(part.high for part in ratios),
            int(curve["samples"].min()),
            f"{cost} over autoregressive",
        )
        yield CostRatio(language, measured, learned)


def _of_one_size(rows: pd.DataFrame, language: str, length: int) -> bool:
    """Whether both models have one architecture: seconds are measured of no others."""
    timed = pick(rows, SamplingSeconds)
    return timed.empty or not pick(timed, SamplingSeconds, language=language, length=length).empty


def reaches_alone(rows: pd.DataFrame, language: str, length: int, goal: Goal) -> bool:
    """Whether a trained model reaches an SER at one token a step, where that was measured."""
    reached = [
        curve.iloc[-1]["value"]
        for name, at, curve in trained_curves(rows, goal.metric, ONE_AT_A_TIME)
        if (name, at) == (language, length)
    ]
    return not reached or reached[0] <= goal.target


def longest_curves(rows: pd.DataFrame, goal: Goal) -> list[Curve]:
    """The error of each trained model, in the metric of the goal, at its longest length."""
    if goal.metric == PATH_BOUND:
        curves = _gaps(rows)
    else:
        curves = trained_curves(rows, goal.metric, "bernoulli")
    return list({curve[0]: curve for curve in sorted(curves, key=lambda one: one[1])}.values())


def _gaps(rows: pd.DataFrame) -> Iterator[Curve]:
    """Path bounds above the models' own levels, their low ends the least that the gap can be."""
    for language, length, curve in above_own_level(rows):
        least = least_lost(rows, language, length)
        ends = [
            min(float(low), least.get(int(steps), -math.inf))
            for steps, low in zip(curve["steps"], curve["low"], strict=True)
        ]
        yield language, length, curve.assign(low=ends)


def _least(curve: pd.DataFrame, end: str, target: float) -> int | None:
    """The least N from which on one end of the curve stays at or below the target, or None."""
    least = None
    points = zip(curve["steps"].tolist(), curve[end].tolist(), strict=True)
    for steps, error in sorted(points, reverse=True):
        if error > target:
            break
        least = int(steps)
    return least


def _ratio_at(costs: pd.DataFrame, steps: int | None, reference: pd.Series) -> Estimate:
    if costs.empty:
        return Estimate(math.inf, 0.0, math.inf, 1, "not measured")
    if steps is None:  # beyond the last number of steps, and what that costs
        last = ratio(costs.sort_values("steps").iloc[-1], reference, "ratio of costs")
        return Estimate(math.inf, last.low, math.inf, last.samples, "beyond the last ratio")
    at = costs[costs["steps"] == steps]
    if at.empty:
        return Estimate(math.inf, 0.0, math.inf, 1, "not measured")
    return ratio(at.iloc[0], reference, "ratio of costs")
