"""Claim: diffusion gets more than three times as much out of unique data as autoregression."""

import math
from collections.abc import Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import (
    BY_RULE,
    SOURCE,
    Cell,
    against,
    rows_by_hand,
    tested,
    units,
)
from theory.claims.rules import AtLeast
from theory.tables.limited_data import PAIRINGS, Pairing, data_potential

THREE_TIMES = AtLeast(math.log(3), math.log(3))


def ratio(pairing: Pairing) -> str:
    """The name of a statistic."""
    return f"log of U_AR / U at equal least KL, against {pairing.arm}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """How many times the unique tokens each autoregressive arm needs for what diffusion reaches."""
    judgements: list[Test] = []
    for pairing in PAIRINGS:
        for family, curve, samples in against(rows, pairing):
            judgements += tested(
                family, ratio(pairing), data_potential(curve), samples, THREE_TIMES
            )
    return judgements


def cells(value: float) -> list[Cell]:
    """Two sizes at which the autoregressive KL falls like 1 / U, and diffusion is ahead by a wanted
    factor in U."""
    return [Cell(unique, 100, 1, math.exp(-value) / unique, 1 / unique) for unique in (8, 8000)]


claim = Claim(
    id="data-potential",
    statement=(
        "Masked diffusion extracts more than three times as much as autoregression from the same "
        "unique data."
    ),
    source=SOURCE,
    prediction=(
        "Published: diffusion on 0.5 billion unique tokens is about autoregression on 1.5 billion. "
        "What is learned from U unique tokens is read here at the best epoch of each."
    ),
    rule=(
        f"Log of the ratio of unique tokens at equal least KL to the language: {THREE_TIMES}, the "
        f"log of 3, mean over the sizes of corpus up to a third of the largest. Sizes beyond those "
        f"measured count as bounds. Against AR0 in the stable phase, against AR* annealed. "
        f"{BY_RULE} Version 2, changed after rows were seen: version 1 took larger corpora too, of "
        "which only small ratios can be read off."
    ),
    version=2,
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            ratio(pairing),
            f"diffusion is worth more than three times the unique data beside {pairing.arm}",
            f"diffusion is not worth three times the unique data beside {pairing.arm}",
            "log ratio{s} {}",
        )
        for pairing in PAIRINGS
    ),
    examples=tuple(
        Example("trained", ratio(pairing), THREE_TIMES, rows_by_hand(pairing, cells))
        for pairing in PAIRINGS
    ),
)
