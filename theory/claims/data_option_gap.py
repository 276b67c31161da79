"""Claim: the gap between right and wrong options widens long after the loss has risen."""

from collections.abc import Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.data_accuracy import AFTER, ARMS, of_change
from theory.claims.limited_data import BY_RULE, SOURCE, tested, units
from theory.claims.rules import AtLeast
from theory.tables.limited_data import change_after_best, of_arm

WIDENS = AtLeast(0.0, 0.0)
RISES = AtLeast(0.0, -1.0)  # a flat or falling area leaves overconfidence, and refutes nothing
METRICS = (("option_gap", WIDENS), ("option_area", RISES))
WORDS = {
    "option_gap": "gap between right and wrong endings of {}, nats",
    "option_area": "area under the curve of right against wrong endings of {}",
}


def change(metric: str, arm: str) -> str:
    """The name of a statistic."""
    return f"{WORDS[metric].format(arm)}, at {AFTER} times the best epoch less that at it"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The change of the gap, and of how well scores tell right from wrong endings."""
    judgements: list[Test] = []
    for arm in ARMS:
        for metric, rule in METRICS:
            for family, group in of_arm(rows, metric, arm):
                table, samples = change_after_best(group, AFTER), int(group["samples"].min())
                judgements += tested(family, change(metric, arm), table, samples, rule)
    return judgements


claim = Claim(
    id="data-option-gap",
    statement=(
        "The gap in log-probability between right and wrong options keeps growing after the "
        "validation loss has begun to rise, and with it what the model knows."
    ),
    source=SOURCE,
    prediction=(
        "The gap widens, since an overfitted model is surer of everything; whether scores tell "
        "right endings better is what the area under the curve says."
    ),
    rule=(
        f"Change from the epoch of least KL to {AFTER} times it, all annealed. Gap in nats: "
        f"{WIDENS}. Area under the curve of all options: {RISES}, which is out of reach: a wider "
        f"gap with a flat area is overconfidence and stays inconclusive. AR0 and AR*. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        phrase
        for arm in ARMS
        for phrase in (
            Phrase(
                change("option_gap", arm),
                f"the gap between right and wrong endings widens for {arm} after its best epoch",
                f"the gap between right and wrong endings narrows for {arm} after its best epoch",
                "{} nats",
            ),
            Phrase(
                change("option_area", arm),
                f"the scores of {arm} tell right endings better after its best epoch",
                f"the scores of {arm} tell right endings no more after its best epoch",
                "change{s} of {}",
            ),
        )
    ),
    examples=tuple(
        Example("trained", change(metric, arm), rule, of_change(arm, metric))
        for arm in ARMS
        for metric, rule in METRICS
    ),
)
