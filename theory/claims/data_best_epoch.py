"""Claim: the epoch of least loss comes later with more unique data, by a known exponent."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, tested, units, units_by_hand
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED, crossing_slopes, families
from theory.tables.repeated_data import best_epochs

PUBLISHED, AWAY = 0.39, 0.15
LATER = AtLeast(0.0, 0.0)
NOT_LESS, NOT_MORE = (
    AtLeast(PUBLISHED - AWAY, PUBLISHED - AWAY),
    AtMost(PUBLISHED + AWAY, PUBLISHED + AWAY),
)
TESTED: tuple[tuple[str, str, Rule], ...] = (
    *((arm, "sign", LATER) for arm in (PLAIN, TUNED)),
    (DIFFUSION, "at least", NOT_LESS),
    (DIFFUSION, "at most", NOT_MORE),
)


def exponent(arm: str, asked: str) -> str:
    """The name of a statistic: one for each margin."""
    return f"exponent of the epoch of least KL in U, {arm}, {asked}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Slopes of the log of the epoch of least KL, censored where that is the last one."""
    judgements: list[Test] = []
    by_family = list(families(rows))
    for arm, asked, rule in TESTED:
        for family, models in by_family:
            of_one_arm = models[(models["arm"] == arm) & models["annealed"].astype(bool)]
            slopes = crossing_slopes(best_epochs(of_one_arm))
            table = slopes.assign(value=slopes["unique_tokens"].astype(float))
            table = table.dropna(subset=["value"])
            if not table.empty:
                samples = int(of_one_arm["samples"].min())
                judgements += tested(family, exponent(arm, asked), table, samples, rule)
    return judgements


def by_hand(arm: str) -> Callable[..., list[Mapping[str, object]]]:
    """Rows whose log epoch of least KL has a wanted slope in log U; no epoch is an integer here."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for unique in (1, 8):
            best = math.exp(5 + value * math.log(unique))
            for epoch, divergence in ((best, 0.1), (2**20, 0.5)):
                yield {
                    "denoiser": arm,
                    "unique_sequences": unique,
                    "epoch": epoch,
                    "annealed": True,
                    "value": divergence,
                }

    return units_by_hand(unit)


claim = Claim(
    id="data-overfitting-epoch",
    statement=(
        f"A model overfits at an epoch that rises with its unique data, for diffusion as "
        f"U^{PUBLISHED:g}."
    ),
    source=f"The fit of arXiv 2510.03280 to the epoch of least loss. {LIMITED_DATA}",
    prediction=(
        f"Published: an exponent of {PUBLISHED:g} in U, and of -0.55 in the number of parameters. "
        "If models memorise in updates in proportion to their data, it is 0."
    ),
    rule=(
        f"Censored regression of the log of the epoch of least KL, annealed, on log U. Diffusion: "
        f"{NOT_LESS}; {NOT_MORE}. AR0 and AR*: {LATER}. Not of the number of parameters, which the "
        f"study does not vary. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        *(
            Phrase(
                exponent(arm, "sign"),
                f"{arm} overfits at a later epoch with more data",
                f"{arm} overfits at an earlier epoch with more data",
                "exponent{s} {}",
            )
            for arm in (PLAIN, TUNED)
        ),
        Phrase(
            exponent(DIFFUSION, "at least"),
            "the epoch at which diffusion overfits rises with its data at least as published",
            "the epoch at which diffusion overfits rises with its data less than published",
            "exponent{s} {}",
        ),
        Phrase(
            exponent(DIFFUSION, "at most"),
            "the epoch at which diffusion overfits rises with its data at most as published",
            "the epoch at which diffusion overfits rises with its data more than published",
            "exponent{s} {}",
        ),
    ),
    examples=tuple(
        Example("trained", exponent(arm, asked), rule, by_hand(arm)) for arm, asked, rule in TESTED
    ),
)
