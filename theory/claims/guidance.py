"""Claim 10: guidance, when to prefer which model."""

from collections.abc import Iterator, Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from synthetic.quantities import Estimate
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.costs import Goal, cost_ratios
from theory.claims.efficiency import BOUND, SEQUENCES, TOKENS, statistic
from theory.claims.efficiency import units as efficiency_units
from theory.claims.rules import AtLeast, AtMost
from theory.studies.profiles import Profile
from theory.tables.evidence import expected_evaluations, least_steps_by_language
from theory.tables.statistics import ratio

SHRINKS = AtLeast(2.0, 1.2)
PREFER_DIFFUSION = AtMost(1.0, 1.0)
PREFER_AUTOREGRESSION = AtLeast(1.0, 1.0)
FACTORS = {goal: f"calls at {SEQUENCES} over calls at {goal}" for goal in (TOKENS, BOUND)}


def units(profile: Profile) -> Sequence[Unit]:
    """What the efficiency claim needs."""
    return efficiency_units(profile)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exact: calls at the SER goal over those at the TER goal. Trained: seconds at both goals."""
    judgements = []
    for goal, name in FACTORS.items():
        decides = goal == TOKENS
        for language, factor in _factors(rows, goal):
            judgements += judged("exact", language, name, factor, SHRINKS, decides=decides)
    for goal, rule in ((BOUND, PREFER_DIFFUSION), (SEQUENCES, PREFER_AUTOREGRESSION)):
        name = statistic("seconds", goal)
        for one in cost_ratios(rows, goal, "seconds"):
            judgements += judged(
                "trained", one.language, name, one.ratio, rule, learned=one.learned
            )
    return judgements


def _factors(rows: pd.DataFrame, goal: Goal) -> Iterator[tuple[str, Estimate]]:
    """Calls of the exact denoiser at the SER goal over those at another, at the longest length
    that has both."""
    single = dict(least_steps_by_language(rows, goal.metric, goal.target))
    for language, whole in least_steps_by_language(rows, SEQUENCES.metric, SEQUENCES.target):
        lengths = set(whole["length"]) & set(single.get(language, whole.iloc[:0])["length"])
        if lengths:
            above, below = (
                expected_evaluations(table[table["length"] == max(lengths)]).iloc[0]
                for table in (whole, single[language])
            )
            yield language, ratio(above, below, "ratio of calls")


claim = Claim(
    id="guidance",
    statement=(
        "Prefer masked diffusion where fluency counts (token error rate), autoregression where "
        "whole sequences must be correct (sequence error rate)."
    ),
    source="arXiv 2502.09622, abstract and conclusion",
    prediction=(
        "On one machine and at one model size masked diffusion takes less time than autoregression "
        "with a key-value cache at the TER goal, and no less at the SER goal."
    ),
    rule=(
        "Exact: calls at the SER goal over calls at the TER goal, by an exact law or a closed "
        f"form: {SHRINKS}; over calls at its path bound, which are more, shown. Trained, measured "
        f"seconds over autoregression: at the path bound {PREFER_DIFFUSION}, in an interval that "
        f"holds those at the gap; at the SER goal {PREFER_AUTOREGRESSION}. All else decides, but "
        "for models whose own SER at one token a step is above the target. Version 3: path bounds "
        "stood for gaps. Version 2: those counted as support, and a curve that ends above the "
        "target as one of infinite cost; it costs what its last point does, or more."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            statistic("seconds", BOUND),
            "in seconds masked diffusion beats autoregression at a path bound of 0.05",
            "in seconds masked diffusion does not beat autoregression at a path bound of 0.05",
            "{} times the seconds",
        ),
        Phrase(
            statistic("seconds", SEQUENCES),
            "in seconds masked diffusion does not beat autoregression at SER 0.1",
            "in seconds masked diffusion beats autoregression at SER 0.1",
            "{} times the seconds",
        ),
        *(
            Phrase(
                FACTORS[goal],
                f"the SER goal takes at least twice the calls of {name}",
                f"the SER goal takes hardly more calls than {name}",
                "{} times as many",
            )
            for goal, name in ((TOKENS, "the TER goal"), (BOUND, "its path bound"))
        ),
    ),
    version=3,
)
