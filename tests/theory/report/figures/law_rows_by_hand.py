"""Rows of every exact law with numbers that are known."""

import math

import pandas as pd

from synthetic.experiments.unit import Unit, Value
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

C = 0.5


def row(kind: type[Unit], metric: str, value: float, **columns: Value) -> dict[str, Value]:
    """One row with the columns that figures read; low and high are the value unless given."""
    common: dict[str, Value] = {
        "kind": kind.kind,
        "language": "ngram2-v8",
        "denoiser": "oracle",
        "reveal": "bernoulli",
        "steps": 0,
        "length": 0,
        "metric": metric,
        "estimator": "exact law",
        "value": value,
        "low": value,
        "high": value,
        "samples": 1,
    }
    return common | columns


def rates() -> list[dict[str, Value]]:
    """SER off by -0.02 at L = 8 = N, by 0.001 at two other shared ratios; far off elsewhere."""
    law = {ratio: -math.expm1(-C / ratio) for ratio in (1, 2)}
    return [
        row(ChainError, "sequence_error_rate", value, length=length, steps=steps)
        for length, steps, value in (
            (8, 8, law[1] - 0.02),
            (16, 16, law[1] + 0.001),
            (8, 16, law[2] + 0.001),
            (16, 32, law[2]),
            (16, 1, 0.999),
        )
    ]


def least() -> list[dict[str, Value]]:
    """Steps 10, 20, 40 at L = 16, 32, 64 for the SER, and 100 at L = 8; 10 for the TER gap."""
    collected = []
    for metric, target, steps in (
        ("sequence_error_rate", 0.5, {8: 100, 16: 10, 32: 20, 64: 40}),
        ("token_error_rate_gap", 0.05, {16: 10, 32: 10}),
    ):
        for length, number in steps.items():
            for estimator, value in (
                ("mean over 7 words" if "gap" in metric else "exact law", number),
                ("collision law", 1.1 * number),
            ):
                collected.append(
                    row(
                        LeastSteps,
                        f"least_steps_{metric}",
                        value,
                        target=target,
                        length=length,
                        steps=round(value),
                        estimator=estimator,
                    )
                )
    return collected


def curves() -> list[dict[str, Value]]:
    """At L = 16 = N: path average 0.05, TER gap 0.025 in 0.02..0.04; f(0) - f(1) = 1.5."""
    rows = [row(PathAverage, "information_drop", 1.5, length=16)]
    for steps, path, gap, low, high in ((1, 0.8, 0.7, 0.6, 0.9), (16, 0.05, 0.025, 0.02, 0.04)):
        at: dict[str, Value] = {"length": 16, "steps": steps}
        estimator = "path average, exact"
        rows.append(row(PathAverage, "token_error_rate_gap", path, estimator=estimator, **at))
        ends: dict[str, Value] = {"low": low, "high": high, "samples": 7}
        rows.append(row(ChainTokenError, "token_error_rate_gap", gap, **at, **ends))
    return rows


def grids() -> list[dict[str, Value]]:
    """Ratios 0.5, 0.25 and 1 at branching 2, c = 0 at branching 8; slacks 0.5, 0.25, 0.75."""
    collected = []
    for place, (branching, c, half) in enumerate(
        ((2, 0.3, 0.6), (2, 0.2, 0.8), (2, 0.6, 0.6), (8, 0.0, 0.4))
    ):
        at: dict[str, Value] = {
            "language": f"chain {place}",
            "branching": branching,
            "temperature": 1.0,
        }
        collected.append(row(PhasePoint, "collision_constant", c, **at))
        collected.append(row(PhasePoint, "path_average_constant", half, **at))
    for place, gap in enumerate((0.05, 0.025, 0.075)):
        for estimator, value in (("exact law", gap), ("path average, exact", 0.1)):
            collected.append(
                row(
                    PathSlack,
                    "token_error_rate_gap",
                    value,
                    language=f"small chain {place}",
                    estimator=estimator,
                    schedule="linear",
                    branching=2,
                    temperature=1.0,
                    steps=4,
                    length=6,
                )
            )
    return collected


def order_of_reveals() -> list[dict[str, Value]]:
    """Bisection exactly 0 from 5 steps at L = 16, fixed count seen as 0 at 8, exactly 0 at 16."""
    ways = (
        ("bernoulli", 4, 0.8, 0.8, "exact"),
        ("bernoulli, optimal schedule", 4, 0.7, 0.7, "exact"),
        ("fixed count, optimal sizes", 4, 0.6, 0.65, "share of samples, Clopper-Pearson"),
        ("fixed count", 8, 0.0, 0.007, "share of samples, Clopper-Pearson"),
        ("fixed count", 16, 0.0, 0.0, "exact"),
        ("bisection", 4, 0.3, 0.3, "exact"),
        ("bisection", 5, 0.0, 0.0, "exact"),
        ("bisection", 6, 0.0, 0.0, "exact"),
    )
    return [
        row(
            Order,
            "sequence_error_rate",
            value,
            length=16,
            steps=steps,
            reveal=reveal,
            high=high,
            estimator=estimator,
            samples=1 if estimator == "exact" else 500,
        )
        for reveal, steps, value, high, estimator in ways
    ]


def law_rows() -> pd.DataFrame:
    """All of them."""
    constant = row(Collision, "collision_constant", C, low=C - 1e-3, high=C + 1e-3)
    return pd.DataFrame([constant, *rates(), *least(), *curves(), *grids(), *order_of_reveals()])
