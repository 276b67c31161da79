"""Rows as units write them, made by hand so that a statistic lands where it is wanted."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd
from scipy.optimize import brentq

from synthetic.experiments.kinds import (
    AutoregressiveError,
    OracleReasoning,
    SamplingSeconds,
    TrainedError,
)
from synthetic.experiments.unit import Unit
from theory.claims.costs import COSTS, Goal
from theory.studies.kinds import ClassAndSteps, LeastSteps, SampledLeastSteps
from theory.tables.evidence import PATH_BOUND

SHORT, LONG = 16, 64  # lengths, a factor of four apart
GRID = tuple(2**power for power in range(11))  # numbers of steps of a curve
LEVEL = 0.5  # TER gap of a trained model at one token a step
COLUMNS = (
    *("unit", "kind", "language", "denoiser", "reveal", "steps", "length", "metric", "estimator"),
    *("value", "low", "high", "samples", "target", "epsilon", "bound", "masked", "prompted"),
    *("seed", "unique_sequences", "parameters", "fresh", "epoch", "annealed"),
)
Row = dict[str, Any]
USUAL: Row = {
    "unit": "by hand", "denoiser": "oracle", "reveal": "bernoulli", "steps": 0, "length": LONG,
    "estimator": "", "samples": 100,
}  # fmt: skip


class Ends(NamedTuple):
    """A value between the ends of its interval."""

    low: float
    value: float
    high: float

    def through(self, function: Any) -> "Ends":
        """The same after a growing function."""
        return Ends(*(float(function(end)) for end in self))


def exactly(value: float) -> Ends:
    """An interval without width."""
    return Ends(value, value, value)


def between(low: float, high: float) -> Ends:
    """An interval with its value in the middle."""
    return Ends(low, (low + high) / 2, high)


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows with all columns, their strings stored in the way that is faster for few rows."""
    with pd.option_context("mode.string_storage", "python"):
        return pd.DataFrame(list(rows), columns=list(COLUMNS))


def row(kind: type[Unit], language: str, metric: str, ends: Ends, **columns: object) -> Row:
    """One row; what is not given is that of the exact denoiser under Bernoulli reveal."""
    given = {"kind": kind.kind, "language": language, "metric": metric, **ends._asdict()}
    return {**USUAL, "unit": f"{kind.kind} of {language}", **given, **columns}


def least(
    language: str, metric: str, target: float, ends: Ends, length: int = LONG, **columns: object
) -> Row:
    """The least steps of the exact denoiser at one length."""
    name = f"least_steps_{metric}"
    columns = {"length": length, "target": target, **columns}
    return row(SampledLeastSteps, language, name, ends, **columns)


def lawful(rows: Iterable[Row]) -> list[Row]:
    """The same as rows of an exact law."""
    return [{**one, "kind": LeastSteps.kind} for one in rows]


def formal(
    language: str,
    metric: str,
    target: float,
    crossing: Ends,
    length: int,
    grid: Iterable[int] = GRID,
    **columns: object,
) -> list[Row]:
    """An error in proportion to 1/N of a language of the catalogue, which crosses its target."""
    columns = {"estimator": PATH_BOUND} | columns if metric == "token_error_rate_gap" else columns
    return [
        row(
            ClassAndSteps,
            language,
            metric,
            crossing.through(lambda at, n=steps: target * at / n),
            steps=steps,
            length=length,
            **columns,
        )
        for steps in grid
    ]


def growing_formal(language: str, metric: str, target: float, slope: Ends) -> list[Row]:
    """The same at two lengths, the crossings with an exponent."""
    return [
        *formal(language, metric, target, exactly(8), SHORT),
        *formal(language, metric, target, powered(8, slope), LONG),
    ]


def growing(language: str, metric: str, target: float, slope: Ends, **columns: object) -> list[Row]:
    """Least steps at two lengths whose exponent has the given ends."""
    return [
        least(language, metric, target, exactly(8), SHORT, **columns),
        least(language, metric, target, powered(8, slope), LONG, **columns),
    ]


def powered(start: float, slope: Ends) -> Ends:
    """What `start` at `SHORT` grows to at `LONG`."""
    return slope.through(lambda exponent: start * (LONG / SHORT) ** exponent)


def curve(
    language: str, metric: str, target: float, crossing: Ends, length: int, reveal: str
) -> list[Row]:
    """A trained model's error in proportion to 1/N that crosses its target at the given steps.

    A TER gap lies that much above the model's own level, which comes with it.
    """
    gap = metric == "token_error_rate_gap"
    columns: Row = {"denoiser": "masked-diffusion", "length": length}
    columns["estimator"] = PATH_BOUND if gap else ""
    level = LEVEL if gap else 0.0
    rows = [
        row(
            TrainedError,
            language,
            metric,
            crossing.through(lambda at, n=steps: level + target * at / n),
            steps=steps,
            reveal=reveal,
            **columns,
        )
        for steps in GRID
    ]
    if not gap:
        return rows
    exact_level = exactly(LEVEL)
    return [
        *rows,
        row(TrainedError, language, metric, exact_level, reveal="fixed count", **columns),
    ]


def growing_curves(
    language: str, metric: str, target: float, slope: Ends, reveal: str = "bernoulli"
) -> list[Row]:
    """Curves at two lengths whose crossings have the given exponent."""
    return [
        *curve(language, metric, target, exactly(8), SHORT, reveal),
        *curve(language, metric, target, powered(8, slope), LONG, reveal),
    ]


def steps_of_calls(calls: float, length: int) -> float:
    """The N at which N (1 - (1 - 1/N)^L) evaluations remain, infinite from L on."""
    if calls >= length:
        return math.inf
    return float(brentq(lambda n: n * (1 - (1 - 1 / n) ** length) - calls, 1 + 1e-9, 1e9))


def priced(language: str, goal: Goal, cost: str, ratio: Ends) -> list[Row]:
    """A trained model that reaches a goal in two steps and not in one, what those cost, and the
    autoregressive model, which reaches it too. Other goals by SER are reached at ten times its
    cost: easier ones in one step, harder ones in four."""
    gap = goal.metric == PATH_BOUND
    own_metric = "token_error_rate_gap" if gap else goal.metric
    trained: Row = {"denoiser": "masked-diffusion", "estimator": PATH_BOUND if gap else ""}
    left_to_right: Row = {"denoiser": "autoregressive", "reveal": "left to right", "steps": LONG}
    level = LEVEL if gap else 0.0
    rows = [
        row(TrainedError, language, own_metric, exactly(level + error), steps=steps, **trained)
        for steps, error in _errors(goal)
    ]
    if gap:
        level_columns = {**trained, "reveal": "fixed count"}
        rows.append(row(TrainedError, language, own_metric, exactly(LEVEL), **level_columns))
        rows += [  # in one step all is wrong, which no small gap allows
            row(TrainedError, language, "sequence_error_rate", exactly(error), **columns)
            for error, columns in (
                (1.0, {**trained, "estimator": "", "steps": 1}),
                (0.0, {**trained, "estimator": "", "steps": 2}),
            )
        ]
    else:
        rows.append(row(AutoregressiveError, language, goal.metric, exactly(0.0), **left_to_right))
    timed = cost == "seconds"
    metric = COSTS[cost]
    parallel, other = (SamplingSeconds,) * 2 if timed else (TrainedError, AutoregressiveError)
    trained["estimator"] = ""
    rows += [
        row(parallel, language, metric, exactly(1e-3 if gap else 40.0), steps=1, **trained),
        row(parallel, language, metric, ratio.through(lambda share: 4 * share), steps=2, **trained),
        row(other, language, metric, exactly(4.0), **left_to_right),
    ]
    if len(_errors(goal)) > 2:
        rows.append(row(parallel, language, metric, exactly(40.0), steps=4, **trained))
    return rows


def _errors(goal: Goal) -> tuple[tuple[int, float], ...]:
    """Steps with the error above the model's own level: the goal is reached at two."""
    if goal.metric == PATH_BOUND:
        return ((1, 1.0), (2, 0.0))
    return ((1, 0.4), (2, 0.0)) if goal.target < 0.4 else ((1, 1.0), (2, 0.4), (4, 0.0))


def chain(
    language: str,
    metric: str,
    gain: Ends,
    *,
    prompted: bool = False,
    kind: type[Unit] = OracleReasoning,
) -> list[Row]:
    """Errors of a chain in one step, at L/4 and at 4L."""
    columns: Row = {"prompted": prompted}
    columns["denoiser"] = "oracle" if kind is OracleReasoning else "masked-diffusion"
    ends = ((1, exactly(1.0)), (LONG // 4, gain.through(lambda end: 0.1 + end)))
    last = (4 * LONG, exactly(0.1))
    return [
        row(kind, language, metric, error, steps=steps, **columns) for steps, error in (*ends, last)
    ]
