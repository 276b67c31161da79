"""Claim R3: a Gibbs corrector leaves the law of noisy words unchanged, whatever it selects by."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test, judged
from theory.claims.rules import AtMost
from theory.studies.kinds import Sweep
from theory.studies.kinds.sweep import SELECTIONS
from theory.studies.profiles import Profile
from theory.tables.evidence import by_language, estimate, pick
from theory.tables.rows import longest

STAYS = AtMost(1e-9, 1e-3)
METRIC = "sweep_total_variation"


def moved(selection: str) -> str:
    """The name of the statistic for one selection."""
    return f"TV moved by a sweep, {selection} selection"


def units(profile: Profile) -> Sequence[Unit]:
    """Enumerated sweeps of three random chains."""
    return profile.noise.sweeps()


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """What one sweep of one position moves, for each selection."""
    judgements = []
    for language, table in by_language(longest(pick(rows, Sweep, metric=METRIC))):
        for selection in SELECTIONS:
            for _, line in pick(table, Sweep, reveal=f"{selection} selection").iterrows():
                judgements += judged("exact", language, moved(selection), estimate(line), STAYS)
    return judgements


def _rows(
    selection: str, language: str, low: float, value: float, high: float
) -> Sequence[Mapping[str, object]]:
    """The wanted total variation of one selection."""
    common = {"kind": Sweep.kind, "language": language, "metric": METRIC}
    return [common | {"reveal": f"{selection} selection", "low": low, "value": value, "high": high}]


claim = Claim(
    id="corrector-invariance",
    statement=(
        "A Gibbs corrector at a noise level leaves the law of noisy words at that level unchanged, "
        "whatever rule selects the positions."
    ),
    source="docstring of a deployed scheduler, read in code (our wording)",
    prediction=(
        "True where the position is chosen at random. A rule that looks at the words redraws some "
        "edges of the space of words in one direction more than in the other."
    ),
    rule=(
        f"Total variation between the law of noisy words and that law after one sweep of one "
        f"position, exact denoiser, all words enumerated: {STAYS}. Every selection decides. Fixed "
        "before its rows; that margin selection moves two bits had been proved "
        "(gibbs-margin-moves)."
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            moved(selection),
            f"{selection} selection leaves the law of noisy words unchanged",
            f"{selection} selection moves the law of noisy words",
            "total variation {}",
        )
        for selection in SELECTIONS
    ),
    examples=tuple(
        Example("exact", moved(selection), STAYS, partial(_rows, selection))
        for selection in SELECTIONS
    ),
)
