"""Rows by what they say, and tables that several claims read."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from synthetic.experiments.kinds import (
    AutoregressiveError,
    NoisyTrainedError,
    OracleError,
    SamplingSeconds,
    TrainedError,
)
from synthetic.experiments.unit import Unit
from synthetic.quantities import Estimate
from theory.studies.kinds import LeastSteps, SampledLeastSteps
from theory.studies.noise_grids import LAST_NOISE
from theory.tables.closed_forms import closed_least_steps
from theory.tables.rows import longest
from theory.tables.statistics import crossing, difference

GAP = "token_error_rate_gap"
PATH_BOUND = "path bound"  # an upper bound on a TER gap: what simulations measure of it
ONE_AT_A_TIME = "fixed count"  # at N >= L
WINDOWS = "window_divergence"
WINDOWS_OF_TWO = "Jensen-Shannon of windows of 2, jackknife"
WINDOWS_OF_THREE = "Jensen-Shannon of windows of 3, jackknife"
NOISY_ORACLE, NOISY_NETWORK = "noisy oracle", "noisy network, leave-one-out"
LOW_NOISE_LAST = "low noise last"  # of networks of noisy tokens, how their training ended


def pick(rows: pd.DataFrame, *kinds: type[Unit], **columns: object) -> pd.DataFrame:
    """The rows of some kinds with the given values in the given columns."""
    if not {"kind", *columns} <= set(rows):
        return rows.iloc[:0]
    fits = rows["kind"].isin([kind.kind for kind in kinds]).to_numpy(dtype=bool)
    if not fits.any():
        return rows.iloc[:0]
    for name, value in columns.items():
        fits = fits & (rows[name] == value).to_numpy(dtype=bool)
    return rows[fits]


def by_language(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each language, in the order of the table."""
    for language, part in table.groupby("language", sort=False):
        yield str(language), part


def least_steps_by_language(
    rows: pd.DataFrame, metric: str, target: float, reveal: str = "bernoulli"
) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each language the least N of the exact denoiser at every length, exact law first.

    The exact law is for Bernoulli reveal. Where a language has both, the law alone counts. For a
    TER gap those alone that have a law or a closed form; for its path bound the simulations.
    """
    bound = metric == PATH_BOUND
    name = f"least_steps_{GAP if bound else metric}"
    wanted = {"metric": name, "target": target, "reveal": reveal}
    law = pick(rows, LeastSteps, **wanted)
    if len(law):
        law = law[law["estimator"] != "collision law"]
    simulated = pick(rows, SampledLeastSteps, **wanted)
    if not bound:
        simulated = simulated[~simulated["language"].isin(law["language"].unique())]
    if metric == GAP:
        simulated = closed_least_steps(simulated)
    for table in (simulated,) if bound else (law, simulated):
        for language, part in by_language(table):
            yield language, part.sort_values("length")


def trained_curves(
    rows: pd.DataFrame, metric: str, reveal: str
) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """For each language and length the trained model's metric against steps; `PATH_BOUND` is that
    on its TER gap."""
    wanted = (
        {"metric": GAP, "estimator": PATH_BOUND} if metric == PATH_BOUND else {"metric": metric}
    )
    curves = pick(rows, TrainedError, reveal=reveal, **wanted)
    for (language, length), part in curves.groupby(["language", "length"], sort=False):
        yield str(language), int(str(length)), part.sort_values("steps")


def noisy_curves(
    rows: pd.DataFrame,
    kind: type[Unit],
    sampler: str,
    metric: str = "sequence_error_rate",
    *,
    low_noise: bool = False,
) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """For each language and length SER of a denoiser of noisy tokens against steps, or another
    metric; of divergences of windows that of three tokens.

    `sampler` is a noise and a grid without its last level, which is 0.01 / L, "uniform noise,
    geometric grid". Of the exact denoiser, or of networks in leave-one-out form: with `low_noise`
    of those whose training ended at low noise, else of those that were trained once.
    """
    name = NOISY_NETWORK if kind is NoisyTrainedError else NOISY_ORACLE
    denoiser = f"{name}, {LOW_NOISE_LAST}" if low_noise else name
    wanted = {"estimator": WINDOWS_OF_THREE} if metric == WINDOWS else {}
    curves = pick(rows, kind, metric=metric, denoiser=denoiser, **wanted)
    curves = curves[sampler_names(curves) == sampler]
    for (language, length), part in curves.groupby(["language", "length"], sort=False):
        yield str(language), int(str(length)), part.sort_values("steps")


def sampler_names(rows: pd.DataFrame) -> pd.Series:
    """The noise and grid of each row, a last level left out where it is 0.01 / L, as in all
    studies."""
    ends = [f":{LAST_NOISE / length:g} grid" for length in rows["length"]]
    names = zip(rows["reveal"].astype(str), ends, strict=True)
    return pd.Series([name.replace(end, " grid") for name, end in names], rows.index, dtype=object)


def above_own_level(rows: pd.DataFrame) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """For each language and length the path bound on the trained model's TER gap, less that of its
    own, revealed one token at a time in random order: what is lost to parallel reveal, Bernoulli,
    against steps."""
    levels = own_levels(rows)
    for language, length, curve in trained_curves(rows, PATH_BOUND, "bernoulli"):
        level = levels.get((language, length))
        if level is not None:
            points = curve[["value", "low", "high", "samples"]].iterrows()
            lost = [difference(point, level, PATH_BOUND) for _, point in points]
            ends = {end: [getattr(one, end) for one in lost] for end in ("value", "low", "high")}
            yield language, length, curve.assign(**ends)


def own_levels(rows: pd.DataFrame) -> dict[tuple[str, int], "pd.Series"]:
    """The path bound on the TER gap of each trained model, by language and length, revealed one
    token at a time in random order."""
    return {
        (language, length): curve.iloc[-1]
        for language, length, curve in trained_curves(rows, PATH_BOUND, ONE_AT_A_TIME)
    }


def least_lost(rows: pd.DataFrame, language: str, length: int) -> dict[int, float]:
    """By steps the least that a trained model's TER gap, Bernoulli, can be above its own level:
    KL(q || p) is at least -log(1 - SER), and the level at most its path bound. In nats per token,
    from the ends of their intervals."""
    level = float(own_levels(rows)[language, length]["high"])
    with np.errstate(divide="ignore"):  # SER 1 is any divergence
        return {
            int(point["steps"]): float(-np.log1p(-float(point["low"])) / length - level)
            for name, at, curve in trained_curves(rows, "sequence_error_rate", "bernoulli")
            if (name, at) == (language, length)
            for _, point in curve[["steps", "low"]].iterrows()
        }


def crossings(curves: Iterator[tuple[str, int, pd.DataFrame]], target: float) -> pd.DataFrame:
    """The steps at which each trained curve reaches a target: language, length, value, low, high,
    samples."""
    lines = []
    for language, length, curve in curves:
        steps = crossing(curve, target)
        if steps is not None:
            lines.append(
                {
                    "language": language,
                    "length": length,
                    "value": steps.value,
                    "low": steps.low,
                    "high": steps.high,
                    "samples": steps.samples,
                }
            )
    columns = ["language", "length", "value", "low", "high", "samples"]
    return pd.DataFrame(lines, columns=columns)


def expected_evaluations(table: pd.DataFrame) -> pd.DataFrame:
    """Least steps N as the evaluations N (1 - (1 - 1/N)^L) that they cost under Bernoulli reveal
    where a step that reveals nothing calls nothing; it grows with N, up to L."""
    length = table["length"].to_numpy(float)

    def calls(steps: np.ndarray) -> np.ndarray:
        finite = np.where(np.isfinite(steps) & (steps > 1), steps, 2.0)
        many = -finite * np.expm1(length * np.log1p(-1 / finite))
        return np.where(steps <= 1, 1.0, np.where(np.isfinite(steps), many, length))

    return table.assign(
        **{end: calls(table[end].to_numpy(float)) for end in ("value", "low", "high")}
    )


def autoregressive(
    rows: pd.DataFrame, language: str, length: int, metric: str
) -> "pd.Series | None":
    """The row of the autoregressive model of a language and length, or None."""
    kind = SamplingSeconds if metric == "seconds_per_sequence" else AutoregressiveError
    levels = pick(
        rows, kind, language=language, length=length, metric=metric, denoiser="autoregressive"
    )
    return None if levels.empty else levels.iloc[0]


def exact_curve(rows: pd.DataFrame, metric: str, reveal: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each language the exact denoiser's metric against steps, by simulation; `PATH_BOUND` is
    that on its TER gap."""
    wanted = (
        {"metric": GAP, "estimator": PATH_BOUND} if metric == PATH_BOUND else {"metric": metric}
    )
    curves = pick(rows, OracleError, reveal=reveal, **wanted)
    for language, part in by_language(longest(curves)):
        yield language, part.sort_values("steps")


def at_steps(curve: pd.DataFrame, steps: int) -> "pd.Series | None":
    """The row at a number of steps, or None."""
    points = curve[curve["steps"] == steps]
    return None if points.empty else points.iloc[0]


def estimate(row: "pd.Series", scale: float = 1.0, name: str | None = None) -> Estimate:
    """A row's value and interval, scaled by a positive number."""
    return Estimate(
        float(row["value"]) * scale,
        float(row["low"]) * scale,
        float(row["high"]) * scale,
        int(row["samples"]),
        str(row["estimator"]) if name is None else name,
    )
