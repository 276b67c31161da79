"""Claim: informed correctors beat uninformed ones at equal calls, which are worse than none."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from synthetic.experiments.kinds import AncestralError
from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test, judged
from theory.claims.rules import AtLeast, AtMost
from theory.studies.noise_units import CORRECTED, CORRECTED_GRIDS
from theory.studies.profiles import Profile
from theory.tables.evidence import by_language, pick
from theory.tables.rows import longest
from theory.tables.statistics import ratio

LESS, MORE = AtMost(1.0, 1.0), AtLeast(1.0, 1.0)
SETTINGS = tuple((grid, calls) for grid in CORRECTED_GRIDS for calls in (15, 31))
NONE, RANDOM, MARGIN, CONFIDENCE = "none", "random", "margin", "confidence"
ERROR = "sequence_error_rate"


def informed(grid: str, calls: int) -> str:
    """The statistic of an informed corrector beside an uninformed one."""
    return f"SER with margin corrector over SER with random one, {grid} grid, {calls} calls"


def surest(grid: str, calls: int) -> str:
    """The same of the other informed corrector."""
    return f"SER with confidence corrector over SER with random one, {grid} grid, {calls} calls"


def uninformed(grid: str, calls: int) -> str:
    """The statistic of an uninformed corrector beside none."""
    return f"SER with random corrector over SER without, {grid} grid, {calls} calls"


def units(profile: Profile) -> Sequence[Unit]:
    """Uniform noise without a corrector and with each, in the same number of calls."""
    return list(profile.noise.corrected())


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Ratios of SER at equal calls that really run, for each grid and number of calls."""
    judgements = []
    for language, table in by_language(longest(pick(rows, AncestralError, metric=ERROR))):
        for grid, calls in SETTINGS:
            at = {
                name: _error(table, grid, calls, name)
                for name in (NONE, RANDOM, MARGIN, CONFIDENCE)
            }
            for name, above, below, rule in (
                (informed, MARGIN, RANDOM, LESS),
                (surest, CONFIDENCE, RANDOM, LESS),
                (uninformed, RANDOM, NONE, MORE),
            ):
                first, second = at[above], at[below]
                if first is not None and second is not None:
                    share = ratio(first, second, "SER over SER")
                    decides = name is not surest
                    statistic = name(grid, calls)
                    judgements += judged("exact", language, statistic, share, rule, decides=decides)
    return judgements


def _error(rows: pd.DataFrame, grid: str, calls: int, corrector: str) -> "pd.Series | None":
    """The row of a corrector in so many calls, one sweep after each step but the last."""
    steps = calls if corrector == NONE else (calls + 1) // 2
    swept = "" if corrector == NONE else f", {corrector} corrector of {CORRECTED}"
    line = pick(rows, AncestralError, reveal=f"uniform noise, {grid} grid{swept}", steps=steps)
    return None if line.empty else line.iloc[0]


def _rows(
    grid: str, calls: int, of: str, language: str, low: float, value: float, high: float
) -> Sequence[Mapping[str, object]]:
    """SER 0.2 of what is compared with, and of the other ratio what supports."""
    ends = dict(zip(("low", "value", "high"), (0.2 * low, 0.2 * value, 0.2 * high), strict=True))
    fixed = {"low": 0.2, "value": 0.2, "high": 0.2}
    least, most = dict.fromkeys(fixed, 0.01), dict.fromkeys(fixed, 0.9)
    errors = {NONE: fixed, RANDOM: ends, MARGIN: least}
    if of == MARGIN:
        errors = {NONE: least, RANDOM: fixed, MARGIN: ends}
    swept = {name: f", {name} corrector of {CORRECTED}" for name in (RANDOM, MARGIN, CONFIDENCE)}
    return [
        {
            "kind": AncestralError.kind,
            "language": language,
            "metric": ERROR,
            "denoiser": "noisy oracle",
            "reveal": f"uniform noise, {grid} grid{swept.get(corrector, '')}",
            "steps": calls if corrector == NONE else (calls + 1) // 2,
            **error,
        }
        for corrector, error in (errors | {CONFIDENCE: most}).items()
    ]


claim = Claim(
    id="informed-correctors",
    statement=(
        "At equal numbers of calls informed correctors make fewer errors than uninformed ones, and "
        "an uninformed corrector is worse than none."
    ),
    source="arXiv 2407.21243, second-hand; the correctors are our form",
    prediction=(
        "A corrector that looks for the least likely tokens finds the faults. A random one spends "
        "its call on tokens that are right; without it the grid could have had twice the steps."
    ),
    rule=(
        f"SER with the margin corrector over SER with the random one: {LESS}. SER with the random "
        f"one over SER without a corrector: {MORE}. Exact denoiser, uniform noise, one sweep of "
        "four positions after each step but the last, against as many calls. Every grid and number "
        "of calls decides; the confidence corrector stands beside. SER cannot see a corrector that "
        "moves mass inside the support: the divergence of windows in the rows does. Fixed before "
        "its rows."
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(name(grid, calls), f"{good} on the {grid} grid in {calls} calls", bad, "ratio{s} {}")
        for grid, calls in SETTINGS
        for name, good, bad in (
            (
                informed,
                "the margin corrector beats the random one",
                f"the margin corrector does not beat the random one on the {grid} grid in {calls} "
                "calls",
            ),
            (
                uninformed,
                "the random corrector is worse than none",
                f"the random corrector is no worse than none on the {grid} grid in {calls} calls",
            ),
        )
    ),
    examples=tuple(
        Example("exact", name(grid, calls), rule, partial(_rows, grid, calls, of))
        for grid, calls in SETTINGS
        for name, of, rule in ((informed, MARGIN, LESS), (uninformed, RANDOM, MORE))
    ),
)
