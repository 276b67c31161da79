"""Claim: overconfidence explains the rising loss of a model that overfits."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.data_accuracy import AFTER, ARMS
from theory.claims.limited_data import BY_RULE, SOURCE, tested, units, units_by_hand
from theory.claims.rules import AtLeast
from theory.tables.limited_data import of_arm
from theory.tables.repeated_data import after_best, share_of_rise

SURE = AtLeast(0.0, 0.0)
MOSTLY = AtLeast(0.5, 0.3)


def confidence(arm: str) -> str:
    """The name of a statistic."""
    return f"largest probability less that of the symbol in the language, {arm}"


def share(arm: str) -> str:
    """The name of a statistic."""
    return f"share of the rise of KL that one refitted temperature takes back, {arm}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """At four times the best epoch."""
    judgements: list[Test] = []
    for arm in ARMS:
        for family, group in of_arm(rows, "signed_confidence", arm):
            samples = int(group["samples"].min())
            judgements += tested(family, confidence(arm), after_best(group, AFTER), samples, SURE)
        for family, group in of_arm(rows, "divergence_after_temperature_refit", arm):
            samples = int(group["samples"].min())
            judgements += tested(family, share(arm), share_of_rise(group, AFTER), samples, MOSTLY)
    return judgements


def by_hand(metric: str, arm: str) -> Callable[..., list[Mapping[str, object]]]:
    """Rows of a metric that is as wanted at four times the best epoch; KL rises by one nat."""
    refit = metric == "divergence_after_temperature_refit"

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for epoch, divergence in ((1, 0.1), (AFTER, 1.1)):
            shared = {"denoiser": arm, "unique_sequences": 8, "epoch": epoch, "annealed": True}
            yield {**shared, "value": divergence}
            yield {**shared, "metric": metric, "value": divergence - value if refit else value}

    return units_by_hand(unit)


claim = Claim(
    id="data-overconfidence",
    statement=(
        "The validation loss rises because the model is overconfident, not because it knows less."
    ),
    source=SOURCE,
    prediction=(
        "An overfitted model is surer than the language is; how much of the rise that explains is "
        "what one temperature for all its predictions takes back. A finer question, whether few "
        "contexts carry it, is not measured."
    ),
    rule=(
        f"At {AFTER} times the epoch of least KL, annealed, AR0 and AR*. Mean of the model's "
        f"largest probability less that of the same symbol in the language: {SURE}. Share of the "
        f"rise of KL since the best epoch that the best single temperature takes back: {MOSTLY}. "
        f"{BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        phrase
        for arm in ARMS
        for phrase in (
            Phrase(
                confidence(arm),
                f"{arm} is overconfident after its best epoch",
                f"{arm} is not overconfident after its best epoch",
                "by {}",
            ),
            Phrase(
                share(arm),
                f"one temperature takes back half of what {arm} loses after its best epoch",
                f"one temperature takes back little of what {arm} loses after its best epoch",
                "share{s} of {}",
            ),
        )
    ),
    examples=tuple(
        example
        for arm in ARMS
        for example in (
            Example("trained", confidence(arm), SURE, by_hand("signed_confidence", arm)),
            Example(
                "trained",
                share(arm),
                MOSTLY,
                by_hand("divergence_after_temperature_refit", arm),
            ),
        )
    ),
)
