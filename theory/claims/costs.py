"""What masked diffusion costs at a target, over what autoregression costs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from synthetic.experiments.kinds import SamplingSeconds, TrainedError
from synthetic.quantities import Estimate
from theory.tables.evidence import (
    above_own_level,
    autoregressive,
    estimate,
    expected_evaluations,
    least_steps_by_language,
    longest,
    pick,
    trained_curves,
)
from theory.tables.statistics import ratio

COSTS = {"calls": "evaluations", "FLOPs": "flops", "seconds": "seconds_per_sequence"}


@dataclass(frozen=True)
class Goal:
    """An error to reach: a metric and its target; for trained models a TER gap is counted above
    their own level at one token a step."""

    metric: Literal["token_error_rate_gap", "sequence_error_rate"]
    target: float

    def __str__(self) -> str:
        name = "TER gap" if self.metric == "token_error_rate_gap" else "SER"
        return f"{name} <= {self.target:g}"


def calls_of_exact(rows: pd.DataFrame, goal: Goal) -> Iterator[tuple[str, Estimate]]:
    """Sequential calls of the exact denoiser at the least N that reaches a goal, over the L calls
    of autoregression, at the longest length of each language; Bernoulli reveal."""
    for language, table in least_steps_by_language(rows, goal.metric, goal.target):
        last = longest(expected_evaluations(table)).iloc[0]
        yield language, estimate(last, 1 / last["length"], "calls over L")


def cost_ratios(rows: pd.DataFrame, goal: Goal, cost: str) -> Iterator[tuple[str, Estimate]]:
    """Measured cost of a trained model at the least N of its curve that reaches a goal and keeps
    it, over that of the autoregressive model of the same size, at the longest length; Bernoulli.

    Infinite where no N of the curve reaches it, or none certainly does for the upper end. A
    language is left out for SER where the autoregressive model does not reach the goal either.
    """
    metric = COSTS[cost]
    for language, length, curve in _longest_curves(rows, goal):
        reference = autoregressive(rows, language, length, metric)
        if reference is None:
            continue
        if goal.metric == "sequence_error_rate":
            own = autoregressive(rows, language, length, goal.metric)
            if own is None or own["value"] > goal.target:
                continue
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
        samples = int(curve["samples"].min())
        yield (
            language,
            Estimate(
                ratios[1].value,
                min(part.low for part in ratios),
                max(part.high for part in ratios),
                samples,
                f"{cost} over autoregressive",
            ),
        )


def _longest_curves(rows: pd.DataFrame, goal: Goal) -> Iterator[tuple[str, int, pd.DataFrame]]:
    if goal.metric == "token_error_rate_gap":
        curves = above_own_level(rows)
    else:
        curves = trained_curves(rows, goal.metric, "bernoulli")
    by_language = {
        language: (language, length, curve)
        for language, length, curve in sorted(curves, key=lambda one: one[1])
    }
    yield from by_language.values()


def _least(curve: pd.DataFrame, end: str, target: float) -> int | None:
    """The least N from which on one end of the curve stays at or below the target, or None."""
    least = None
    for _, row in curve.sort_values("steps", ascending=False).iterrows():
        if row[end] > target:
            break
        least = int(row["steps"])
    return least


def _ratio_at(costs: pd.DataFrame, steps: int | None, reference: pd.Series) -> Estimate:
    if steps is None or costs[costs["steps"] == steps].empty:
        return Estimate(math.inf, math.inf, math.inf, 1, "never reached")
    return ratio(costs[costs["steps"] == steps].iloc[0], reference, "ratio of costs")
