"""Claim: the crossover comes later with more unique tokens, and earlier with larger models."""

import math
from collections.abc import Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import (
    BY_RULE,
    SOURCE,
    Cell,
    Cells,
    against,
    rows_by_hand,
    tested,
    units,
)
from theory.claims.rules import AtLeast, AtMost
from theory.tables.limited_data import PAIRINGS, Pairing, crossing_epochs, crossing_slopes

LATER = AtLeast(0.0, 0.0)
EARLIER = AtMost(0.0, 0.0)
SIZES = (("unique_tokens", "U", LATER), ("parameters", "N", EARLIER))


def slope(size: str, pairing: Pairing) -> str:
    """The name of a statistic."""
    return f"exponent of the crossing epoch in {size}, against {pairing.arm}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Slopes of the log of the crossing epoch, censored where it had not come by the last one."""
    judgements: list[Test] = []
    for pairing in PAIRINGS:
        for family, curve, samples in against(rows, pairing):
            slopes = crossing_slopes(crossing_epochs(curve))
            for column, size, rule in SIZES:
                table = slopes.assign(value=slopes[column].astype(float)).dropna(subset=["value"])
                judgements += tested(family, slope(size, pairing), table, samples, rule)
    return judgements


def crossings(varied: str) -> Cells:
    """Cells whose log crossing epochs have a wanted slope in one size, and the claimed sign in the
    other."""
    last = 2**20

    def cells(value: float) -> list[Cell]:
        in_unique = value if varied == "U" else 0.5
        in_parameters = value if varied == "N" else -0.5
        corners = []
        for unique in (1, 8):
            for parameters in (1, 8):
                log_epoch = 5 + in_unique * math.log(unique) + in_parameters * math.log(parameters)
                corners.append(Cell(unique, parameters, 1, 20 + log_epoch, 20.0))
                corners.append(
                    Cell(unique, parameters, last, 20 + log_epoch - math.log(last), 20.0)
                )
        return corners

    return cells


claim = Claim(
    id="data-crossover-timing",
    statement=(
        "Diffusion overtakes autoregression later with more unique data and earlier with larger "
        "models."
    ),
    source=SOURCE,
    prediction=(
        "The autoregressive model overfits at an epoch that grows with U and falls with N, and "
        "drags the crossing with it; in published figures the crossing is near epoch 35, 45 and 58 "
        "at 0.5, 1 and 1.5 billion unique tokens."
    ),
    rule=(
        f"Censored regression of the log of the crossing epoch on log U and log N: exponent in U "
        f"{LATER}; exponent in N {EARLIER}. Against AR0 in the stable phase, against AR* annealed. "
        f"{BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(slope(size, pairing), holds, fails, "exponent{s} {}")
        for pairing in PAIRINGS
        for size, holds, fails in (
            (
                "U",
                f"more unique tokens make the crossing with {pairing.arm} later",
                f"more unique tokens do not make the crossing with {pairing.arm} later",
            ),
            (
                "N",
                f"larger models make the crossing with {pairing.arm} earlier",
                f"larger models do not make the crossing with {pairing.arm} earlier",
            ),
        )
    ),
    examples=tuple(
        Example("trained", slope(size, pairing), rule, rows_by_hand(pairing, crossings(size)))
        for pairing in PAIRINGS
        for _, size, rule in SIZES
    ),
)
