"""Statistics of the languages of the catalogue, from simulations at few numbers of steps."""

from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from synthetic.quantities import Estimate
from theory.studies.kinds import ClassAndSteps
from theory.tables.evidence import at_steps, pick
from theory.tables.statistics import crossing, difference, growth_exponent, ratio

ERROR, GAP = "sequence_error_rate", "token_error_rate_gap"
ENOUGH = 40  # wrong sequences at N = L: then SER / 4 at 4L is told from SER / 2 by 95% intervals


def formal_curves(rows: pd.DataFrame, metric: str) -> Iterator[tuple[str, int, pd.DataFrame]]:
    """For each language and length SER, or the path bound on the TER gap, against steps; exact
    denoiser, Bernoulli reveal."""
    curves = pick(rows, ClassAndSteps, metric=metric, reveal="bernoulli")
    for (language, length), group in curves.groupby(["language", "length"], sort=False):
        yield str(language), int(str(length)), group.sort_values("steps")


def formal_exponents(
    rows: pd.DataFrame, metric: str, target: float
) -> Iterator[tuple[str, Estimate]]:
    """For each language of two lengths or more the exponent in L of the steps to a target, a power
    law between measured numbers of them."""
    points: dict[str, list[dict[str, object]]] = {}
    for language, length, curve in formal_curves(rows, metric):
        steps = crossing(curve, target)
        if steps is not None:
            points.setdefault(language, []).append({**asdict(steps), "length": length})
    for language, group in points.items():
        slope = growth_exponent(pd.DataFrame(group), "length")
        if slope is not None:
            yield language, slope


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
