"""Claim 6: skipping the calls of steps that reveal nothing does not rescue the cost."""

from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged, of_catalogue
from theory.claims.costs import Goal, cost_ratios
from theory.claims.rules import AtLeast
from theory.studies.claim_units import (
    ERROR_TARGET,
    all_trained_units,
    growth_units,
    law_units,
)
from theory.studies.profiles import Profile
from theory.tables.evidence import expected_evaluations, least_steps_by_language
from theory.tables.formal_rows import formal_call_exponents
from theory.tables.statistics import growth_exponent

GOAL = Goal("sequence_error_rate", ERROR_TARGET)
SLOPE = AtLeast(0.7, 0.4)
RATIO = AtLeast(1.0, 0.5)
EXPONENT = f"growth exponent of calls that remain with L, {GOAL}"
FORMAL_EXPONENT = f"{EXPONENT}, languages of the catalogue"
SECONDS = f"seconds with skipping over autoregressive, {GOAL}"


def units(profile: Profile) -> Sequence[Unit]:
    """Least steps by law and by simulation, trained curves, and their seconds."""
    growth = profile.claims.growth
    return [
        *law_units(profile),
        *growth_units(growth, "bernoulli", "sequence_error_rate", GOAL.target),
        *all_trained_units(profile),
        *profile.timed_units(),
        *profile.formal.units(),
    ]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exact: how the remaining calls grow with L, of the languages of the catalogue too, which are
    shown. Trained: their seconds over those of autoregression are shown."""
    judgements = []
    for language, table in least_steps_by_language(rows, GOAL.metric, GOAL.target):
        slope = growth_exponent(expected_evaluations(table), "length")
        judgements += judged("exact", language, EXPONENT, slope, SLOPE)
    formal = formal_call_exponents(rows, GOAL.metric, GOAL.target)
    judgements += of_catalogue(FORMAL_EXPONENT, formal, SLOPE)
    for one in cost_ratios(rows, GOAL, "seconds"):
        judgements += judged(
            "trained", one.language, SECONDS, one.ratio, RATIO, decides=False, learned=one.learned
        )
    return judgements


claim = Claim(
    id="caching-does-not-rescue",
    statement=(
        "Caching the prediction of a step that reveals nothing, and so skipping its call, does not "
        "rescue the cost of correct sequences."
    ),
    source="arXiv 2502.09622, experiments with the caching sampler (recalled)",
    prediction=(
        "N(1-(1-1/N)^L) calls remain of N; at the least N for SER 1/2, which is in proportion to "
        "L, these are in proportion to L."
    ),
    rule=(
        f"Exponent of the remaining calls in L: {SLOPE}. Trained, seconds over autoregression: "
        f"{RATIO}, shown, of models whose own SER at one token a step reaches the target. "
        "Version 2: FLOPs decided too, and could not have failed: a call computes all L positions, "
        "of which a cached call of autoregression computes one. The languages of the catalogue, "
        "simulated at N = 1, 2, 4, .. and up to three lengths, were added after the first rows and "
        "are shown."
    ),
    units=units,
    tests=tests,
    phrases=(
        *(
            Phrase(
                name,
                f"{simulated}with empty steps skipped, the calls to SER 1/2 still grow in "
                "proportion to length",
                f"{simulated}with empty steps skipped, the calls to SER 1/2 grow more slowly than "
                "length",
                "exponent{s} {}",
            )
            for name, simulated in ((EXPONENT, ""), (FORMAL_EXPONENT, "at a few N and "))
        ),
        Phrase(
            SECONDS,
            "these calls take no less time than autoregression",
            "these calls take less time than autoregression",
            "{} times the seconds",
        ),
    ),
    version=2,
)
