"""Claim: accuracy keeps improving after the model has begun to overfit."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, SOURCE, tested, units, units_by_hand
from theory.claims.rules import AtLeast
from theory.tables.limited_data import PLAIN, TUNED, change_after_best, of_arm

RISES = AtLeast(0.0, -0.01)
ARMS = (PLAIN, TUNED)
AFTER = 4


def change(arm: str) -> str:
    """The name of a statistic."""
    return f"multiple-choice accuracy of {arm} at {AFTER} times its best epoch less that at it"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The change of accuracy from the epoch of least KL to four times it, on the same questions."""
    judgements: list[Test] = []
    for arm in ARMS:
        for family, group in of_arm(rows, "multiple_choice_accuracy", arm):
            samples = int(group["samples"].min())
            judgements += tested(
                family, change(arm), change_after_best(group, AFTER), samples, RISES
            )
    return judgements


def of_change(arm: str, metric: str) -> Callable[..., list[Mapping[str, object]]]:
    """Rows by hand of a metric that changes by a wanted value after the best epoch."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for epoch, divergence, level in ((1, 0.1, 0.4), (AFTER, 0.5, 0.4 + value)):
            shared = {"denoiser": arm, "unique_sequences": 8, "epoch": epoch, "annealed": True}
            yield {**shared, "value": divergence}
            yield {**shared, "metric": metric, "value": level}

    return units_by_hand(unit)


claim = Claim(
    id="data-accuracy-after-overfitting",
    statement=("Downstream accuracy keeps improving after the validation loss has begun to rise."),
    source=SOURCE,
    prediction=(
        "Published figures show it for autoregression at the largest of their data sets alone. "
        "Where the law is known an overfitted model is further from it, and scores by likelihood "
        "should get worse."
    ),
    rule=(
        f"Accuracy in multiple choice, one ending of the language against three of other prefixes, "
        f"at {AFTER} times the epoch of least KL less that at it, all annealed, as a share of "
        f"questions: {RISES}. AR0 and AR*. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            change(arm),
            f"the accuracy of {arm} keeps improving after its best epoch",
            f"the accuracy of {arm} falls after its best epoch",
            "change{s} of {}",
        )
        for arm in ARMS
    ),
    examples=tuple(
        Example("trained", change(arm), RISES, of_change(arm, "multiple_choice_accuracy"))
        for arm in ARMS
    ),
)
