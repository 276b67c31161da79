"""Claim: diffusion does not saturate, however often its data are repeated."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, SOURCE, tested, units, units_by_hand
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import DIFFUSION, of_arm
from theory.tables.repeated_data import BEYOND_BEST, last_octave

ACCURACY = "change of multiple-choice accuracy of diffusion over the last doubling of epochs"
DIVERGENCE = "change of the KL of diffusion over the last doubling of epochs, nats"
IMPROVES = AtLeast(0.005, 0.0)
FALLS = AtMost(0.0, 10.0)  # a rising KL alone refutes nothing
TESTED: tuple[tuple[str, str, Rule], ...] = (
    ("multiple_choice_accuracy", ACCURACY, IMPROVES),
    ("chain_rule_divergence", DIVERGENCE, FALLS),
)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Slopes over the last octave of runs that go well beyond their best epoch."""
    judgements: list[Test] = []
    for metric, statistic, rule in TESTED:
        for family, group in of_arm(rows, metric, DIFFUSION):
            samples = int(group["samples"].min())
            judgements += tested(family, statistic, last_octave(group), samples, rule)
    return judgements


def by_hand(metric: str) -> Callable[..., list[Mapping[str, object]]]:
    """Rows of a metric that changes by a wanted value over the last doubling of epochs."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for epoch, divergence, level in ((1, 0.1, 0.4), (4, 99.0, 0.4), (8, 99.0, 0.4 + value)):
            shared = {
                "denoiser": DIFFUSION, "unique_sequences": 8, "epoch": epoch, "annealed": True,
            }  # fmt: skip
            changed = value if metric == "chain_rule_divergence" and epoch == 8 else 0.0
            yield {**shared, "value": divergence + changed}
            if metric != "chain_rule_divergence":
                yield {**shared, "metric": metric, "value": level}

    return units_by_hand(unit)


claim = Claim(
    id="data-no-saturation",
    statement=(
        "Diffusion still improves after hundreds of epochs over the same data, long after its loss "
        "was least."
    ),
    source=SOURCE,
    prediction=(
        "Published: 480 epochs over one billion tokens, accuracy still rising. A model that fits "
        "its training set ever better leaves the language in the end."
    ),
    rule=(
        f"Change over the last doubling of epochs, annealed, of runs that go on to at least "
        f"{BEYOND_BEST} times the epoch of least KL. Accuracy in multiple choice, as a share of "
        f"questions: {IMPROVES}. KL: {FALLS}, the second out of reach: a rising KL beside rising "
        f"accuracy is inconclusive. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            ACCURACY,
            "the accuracy of diffusion still rises at its last epochs",
            "the accuracy of diffusion no longer rises at its last epochs",
            "change{s} of {}",
        ),
        Phrase(
            DIVERGENCE,
            "the KL of diffusion still falls at its last epochs",
            "the KL of diffusion rises at its last epochs",
            "{} nats",
        ),
    ),
    examples=tuple(
        Example("trained", statistic, rule, by_hand(metric)) for metric, statistic, rule in TESTED
    ),
)
