"""Claim R2: a posterior logit becomes the leave-one-out one by subtracting a number."""

from collections.abc import Mapping, Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test, judged
from theory.claims.rules import AtMost
from theory.studies.kinds import Sweep
from theory.studies.profiles import Profile
from theory.tables.evidence import by_language, estimate, pick
from theory.tables.rows import longest

SAME = AtMost(1e-9, 1e-4)
METRIC = "leave_one_out_difference"
DIFFERENCE = "largest difference of q(x_i | y_-i), both ways"


def units(profile: Profile) -> Sequence[Unit]:
    """Enumerated noisy words of three random chains."""
    return profile.noise.sweeps()


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The largest difference over words, positions and symbols."""
    judgements = []
    for language, table in by_language(longest(pick(rows, Sweep, metric=METRIC))):
        for _, line in table.iterrows():
            judgements += judged("exact", language, DIFFERENCE, estimate(line), SAME)
    return judgements


def _rows(language: str, low: float, value: float, high: float) -> Sequence[Mapping[str, object]]:
    """The wanted difference."""
    common = {"kind": Sweep.kind, "language": language, "metric": METRIC}
    return [common | {"low": low, "value": value, "high": high}]


claim = Claim(
    id="leave-one-out",
    statement=(
        "Under uniform noise the leave-one-out prediction follows from the posterior: subtract "
        "log(1 + V (1 - eta)/eta) from the logit of the observed token."
    ),
    source="arXiv 2605.22765, equation 13, read in code",
    prediction="Exact, by Bayes' rule (theorem leave-one-out-posterior).",
    rule=(
        f"Largest absolute difference over all noisy words, positions and symbols, exact denoiser: "
        f"{SAME}. Fixed before its rows."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            DIFFERENCE,
            "the conversion gives the leave-one-out prediction",
            "the conversion gives something else than the leave-one-out prediction",
            "largest difference {}",
        ),
    ),
    examples=(Example("exact", DIFFERENCE, SAME, _rows),),
)
