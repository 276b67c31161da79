"""Claim: the time to memorise grows in proportion to the data set, counted in updates."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, tested, units, units_by_hand
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import (
    DIFFUSION,
    PLAIN,
    crossing_slopes,
    memorisation_epochs,
    of_arm,
)

MEMORISED = 0.1
NOT_SLOWER, NOT_FASTER = AtLeast(0.8, 0.8), AtMost(1.2, 1.2)
RULES: tuple[tuple[str, Rule], ...] = (("least", NOT_SLOWER), ("most", NOT_FASTER))
ARMS = (PLAIN, DIFFUSION)


def exponent(arm: str, end: str) -> str:
    """The name of a statistic: one for each margin."""
    return f"exponent of the updates to memorise in U, {arm}, at {end}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """One more than the exponent of epochs: an epoch is U / batch updates."""
    judgements: list[Test] = []
    for arm in ARMS:
        for family, group in of_arm(rows, "memorisation_excess", arm):
            slopes = crossing_slopes(memorisation_epochs(group, MEMORISED))
            table = slopes.assign(value=1 + slopes["unique_tokens"].astype(float))
            table, samples = table.dropna(subset=["value"]), int(group["samples"].min())
            for end, rule in RULES:
                judgements += tested(family, exponent(arm, end), table, samples, rule)
    return judgements


def by_hand(arm: str) -> Callable[..., list[Mapping[str, object]]]:
    """Rows whose excess passes the level at epochs of a wanted exponent in U, less one."""
    last = 2**20

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for unique in (1, 8):
            log_epoch = 5 + (value - 1) * math.log(unique)
            for epoch in (1, last):
                shared = {
                    "denoiser": arm, "unique_sequences": unique, "epoch": epoch, "annealed": True,
                }  # fmt: skip
                excess = MEMORISED + (math.log(epoch) - log_epoch) / 100
                yield {**shared, "value": 0.1}
                yield {**shared, "metric": "memorisation_excess", "value": excess}

    return units_by_hand(unit)


claim = Claim(
    id="data-memorisation-time",
    statement=(
        "The time to memorise a training set grows in proportion to its size in updates, so not at "
        "all in epochs."
    ),
    source=f"arXiv 2505.16959; against it the epochs of arXiv 2510.03280. {LIMITED_DATA}",
    prediction=(
        "An exponent of 1 in updates; the fit of arXiv 2510.03280 to the epoch of least loss has "
        "0.39 more."
    ),
    rule=(
        f"Exponent in U of the updates after which the annealed model gives its training set "
        f"{MEMORISED:g} more probability than the language does: {NOT_SLOWER}; {NOT_FASTER}. Runs "
        f"that had not memorised by their last epoch are censored. AR0 and diffusion. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        phrase
        for arm in ARMS
        for phrase in (
            Phrase(
                exponent(arm, "least"),
                f"the updates in which {arm} memorises grow at least in proportion to its data",
                f"the updates in which {arm} memorises grow more slowly than its data",
                "exponent{s} {}",
            ),
            Phrase(
                exponent(arm, "most"),
                f"the updates in which {arm} memorises grow no faster than its data",
                f"the updates in which {arm} memorises grow faster than its data",
                "exponent{s} {}",
            ),
        )
    ),
    examples=tuple(
        Example("trained", exponent(arm, end), rule, by_hand(arm))
        for arm in ARMS
        for end, rule in RULES
    ),
)
