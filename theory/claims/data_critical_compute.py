"""Claim: the compute at which diffusion overtakes grows as the 2.17th power of unique data."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.data_crossover_timing import crossings
from theory.claims.limited_data import (
    BY_RULE,
    Cell,
    against,
    rows_by_hand,
    tested,
    units,
)
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import NEVER_STOPPED, crossing_epochs, crossing_slopes

PUBLISHED, AWAY = 2.174, 0.3
SIZES = 6
NOT_LESS = AtLeast(PUBLISHED - AWAY, PUBLISHED - AWAY)
NOT_MORE = AtMost(PUBLISHED + AWAY, PUBLISHED + AWAY)
ENDS: tuple[tuple[str, Rule], ...] = (("at least", NOT_LESS), ("at most", NOT_MORE))


def exponent(end: str) -> str:
    """The name of a statistic: one for each margin."""
    return f"exponent of the compute of the crossing in U, against AR0, {end}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """One more than the exponent of the crossing epoch: an epoch takes FLOPs in proportion to U."""
    judgements: list[Test] = []
    for family, curve, samples in against(rows, NEVER_STOPPED):
        slopes = crossing_slopes(crossing_epochs(curve))
        table = slopes.assign(value=1 + slopes["unique_tokens"].astype(float))
        table = table.dropna(subset=["value"])
        sizes = curve["unique_tokens"].nunique()
        for end, rule in ENDS:
            of_family = tested(family, exponent(end), table, samples, rule)
            judgements += [
                replace(test, enough=test.enough and sizes >= SIZES) for test in of_family
            ]
    return judgements


def cells(value: float) -> list[Cell]:
    """Cells of six sizes whose crossing epochs have an exponent of one less."""
    corners = crossings("U")(value - 1)
    first = [cell for cell in corners if cell.unique == 1]
    rest = [
        replaced
        for unique in (2, 4, 8, 16, 32)
        for replaced in (
            cell._replace(unique=unique, diffusion=cell.diffusion + (value - 1) * math.log(unique))
            for cell in first
        )
    ]
    return [*first, *rest]


claim = Claim(
    id="data-critical-compute",
    statement=(
        f"The compute at which diffusion overtakes autoregression grows as U^{PUBLISHED:g} with "
        "the unique data U."
    ),
    source=f"arXiv 2507.15857, its fit of the critical compute. {LIMITED_DATA}",
    prediction=(
        f"Published: 2.12 x 10^1.956 x U^{PUBLISHED:g}; the crossings that it was measured at have "
        "an exponent of about 1.45."
    ),
    rule=(
        f"One more than the exponent in U of the epoch of the crossing with AR0 in the stable "
        f"phase: {NOT_LESS}; {NOT_MORE}. Fewer than {SIZES} sizes of data are inconclusive by "
        f"rule. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            exponent("at least"),
            "the compute of the crossing with AR0 grows with the data at least as published",
            "the compute of the crossing with AR0 grows less with the data than published",
            "exponent{s} {}",
        ),
        Phrase(
            exponent("at most"),
            "the compute of the crossing with AR0 grows with the data at most as published",
            "the compute of the crossing with AR0 grows more with the data than published",
            "exponent{s} {}",
        ),
    ),
    examples=tuple(
        Example("trained", exponent(end), rule, rows_by_hand(NEVER_STOPPED, cells))
        for end, rule in ENDS
    ),
)
