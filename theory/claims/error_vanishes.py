"""Claim 3: the sequence error rate goes to zero with enough steps, under any schedule."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.rules import AtMost
from theory.studies.claim_units import all_trained_units, oracle_curves
from theory.studies.profiles import Profile
from theory.tables.evidence import at_steps, estimate, exact_curve, trained_curves
from theory.tables.statistics import ratio

HALF_FIRST = "bernoulli, half first"
FALL = AtMost(0.5, 0.9)
FLOOR = AtMost(0.05, 0.1)
UNIFORM = "SER at 4L steps over SER at L steps, uniform schedule"
CONCENTRATED = "SER at 4L steps over SER at L steps, half of the tokens in the first"
TRAINED_FLOOR = "SER at one token a step"


def units(profile: Profile) -> Sequence[Unit]:
    """The uniform curves, two points under the concentrated schedule, and the trained curves."""
    concentrated = []
    for name in profile.languages:
        curve = profile.oracle_curve(name, "bernoulli")
        concentrated += [
            replace(unit, reveal=HALF_FIRST)
            for unit in curve
            if unit.steps in (curve[-1].steps // profile.steps_per_token, curve[-1].steps)
        ]
    return [*oracle_curves(profile), *concentrated, *all_trained_units(profile)]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """How SER falls from N = L to 4L under two schedules, and what a trained model is left with."""
    judgements = []
    for reveal, statistic in (("bernoulli", UNIFORM), (HALF_FIRST, CONCENTRATED)):
        for language, curve in exact_curve(rows, "sequence_error_rate", reveal):
            last = curve.iloc[-1]
            before = at_steps(curve, int(last["steps"]) // 4)
            if before is not None and before["value"] > 0:
                fall = ratio(last, before, "ratio of shares")
                judgements += judged("exact", language, statistic, fall, FALL)
    floors = {
        language: estimate(curve.iloc[-1])  # the longest length comes last
        for language, _, curve in sorted(
            trained_curves(rows, "sequence_error_rate", "fixed count"), key=lambda one: one[1]
        )
    }
    for language, floor in floors.items():
        judgements += judged("trained", language, TRAINED_FLOOR, floor, FLOOR)
    return judgements


claim = Claim(
    id="sequence-error-vanishes",
    statement=(
        "The sequence error rate can be driven to zero with enough steps, under any schedule, if "
        "the learning error is small."
    ),
    source="arXiv 2502.09622, Theorem 4.3 (recalled)",
    prediction=(
        "SER tends to 0 as N grows, like 1/N for a uniform schedule; a schedule whose first step "
        "keeps a fixed share of the tokens keeps its collisions there, whatever N."
    ),
    rule=(
        f"SER at 4L steps over SER at L steps, uniform and with half of the tokens in the first "
        f"step: {FALL}. Trained, one token a step: {FLOOR}. All tests decide, one that fails "
        "refutes the claim as stated."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            CONCENTRATED,
            "more steps lower SER even where the first one reveals half of the tokens",
            "more steps do not lower SER where the first one reveals half of the tokens",
            "SER at 4L steps is {} of that at L",
        ),
        Phrase(
            UNIFORM,
            "under the uniform schedule more steps lower SER",
            "under the uniform schedule more steps do not lower SER",
            "SER at 4L steps is {} of that at L",
        ),
        Phrase(
            TRAINED_FLOOR,
            "one token a step leaves next to no impossible sequences",
            "one token a step leaves impossible sequences",
            "SER {}",
        ),
    ),
)
