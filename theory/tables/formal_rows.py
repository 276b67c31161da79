"""Statistics of the languages of the catalogue, from simulations at few numbers of steps."""

import math
from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from synthetic.quantities import Estimate
from theory.studies.kinds import ClassAndSteps
from theory.tables.evidence import PATH_BOUND, at_steps, estimate, expected_evaluations, pick
from theory.tables.statistics import crossing, difference, growth_exponent, ratio

ERROR, GAP = "sequence_error_rate", "token_error_rate_gap"
CURVE = ["language", "length", "steps", "value", "low", "high", "samples"]
ENOUGH = 40  # wrong sequences at N = L: then SER / 4 at 4L is told from SER / 2 by 95% intervals


def formal_curves(rows: pd.DataFrame, metric: str) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """For each language and length SER, or the path bound on the TER gap, against steps; exact
    denoiser, Bernoulli reveal."""
    wanted = {"estimator": PATH_BOUND} if metric == GAP else {}
    curves = pick(rows, ClassAndSteps, metric=metric, reveal="bernoulli", **wanted)[CURVE]
    for (language, length), group in curves.groupby(["language", "length"], sort=False):
        yield str(language), int(str(length)), group.sort_values("steps")


def formal_steps(
    rows: pd.DataFrame, metric: str, target: float
) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each language the steps to a target at each length, a power law between measured numbers
    of them, and `most`, the last of these."""
    points: dict[str, list[dict[str, object]]] = {}
    for language, length, curve in formal_curves(rows, metric):
        steps = crossing(curve, target)
        if steps is not None:
            most = int(curve["steps"].max())
            points.setdefault(language, []).append(
                {**asdict(steps), "length": length, "most": most}
            )
    for language, group in points.items():
        yield language, pd.DataFrame(group)


def formal_exponents(
    rows: pd.DataFrame, metric: str, target: float
) -> Iterator[tuple[str, Estimate]]:
    """For each language of two lengths or more the exponent in L of the steps to a target."""
    for language, table in formal_steps(rows, metric, target):
        slope = growth_exponent(table, "length")
        if slope is not None:
            yield language, slope


def formal_call_exponents(
    rows: pd.DataFrame, metric: str, target: float
) -> Iterator[tuple[str, Estimate]]:
    """The same of the calls that remain where steps that reveal nothing are skipped."""
    for language, table in formal_steps(rows, metric, target):
        slope = growth_exponent(_calls(table), "length")
        if slope is not None:
            yield language, slope


def formal_calls(rows: pd.DataFrame, metric: str, target: float) -> Iterator[tuple[str, Estimate]]:
    """For each language the calls at the steps to a target over L, at the longest length at which
    the measured steps reach it, else at the shortest: there L calls, from those of the last steps
    on."""
    for language, table in formal_steps(rows, metric, target):
        reached = table[table["value"] < math.inf]
        at = reached.nlargest(1, "length") if len(reached) else table.nsmallest(1, "length")
        line = _calls(at).iloc[0]
        yield language, estimate(line, 1 / line["length"], "calls over L")


def _calls(table: pd.DataFrame) -> pd.DataFrame:
    """Steps as calls; more steps than the last measured are at least as many calls."""
    return expected_evaluations(table.assign(low=table[["low", "most"]].min(axis=1)))


def formal_differences(
    rows: pd.DataFrame, error: float, gap: float
) -> Iterator[tuple[str, Estimate]]:
    """For each language the exponent by SER less that by the path bound on the TER gap."""
    by_gap = dict(formal_exponents(rows, GAP, gap))
    for language, slope in formal_exponents(rows, ERROR, error):
        if language in by_gap:
            first, second = pd.Series(asdict(slope)), pd.Series(asdict(by_gap[language]))
            yield language, difference(first, second, "difference of slopes")


def formal_falls(rows: pd.DataFrame) -> Iterator[tuple[str, Estimate, bool]]:
    """For each language SER at 4L steps over that at L, both rounded up to a power of two, at the
    longest length that has both; and whether enough sequences are wrong at L."""
    falls: dict[str, tuple[int, Estimate, bool]] = {}
    for language, length, curve in formal_curves(rows, ERROR):
        steps = 2 ** (length - 1).bit_length()
        before, after = at_steps(curve, steps), at_steps(curve, 4 * steps)
        if before is None or after is None or before["value"] == 0:
            continue
        enough = bool(before["value"] * before["samples"] >= ENOUGH)
        if length > falls.get(language, (0,))[0]:
            falls[language] = length, ratio(after, before, "ratio of shares"), enough
    for language, (_, fall, enough) in falls.items():
        yield language, fall, enough
