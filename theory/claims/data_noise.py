"""Claim: noise in the inputs of autoregression does not close its gap to diffusion."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, tested, units, units_by_hand
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtMost
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED, families
from theory.tables.repeated_data import recovered

RECOVERED = "share of the gap of AR0 to diffusion at the last epoch that AR* recovers"
LITTLE = AtMost(0.8, 1.0)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Of the cells in which AR0 ends above diffusion, in the stable phase."""
    judgements: list[Test] = []
    for family, group in families(rows):
        last = group[~group["annealed"].astype(bool)]
        table = recovered(last, PLAIN, TUNED, DIFFUSION)
        if not table.empty:
            judgements += tested(family, RECOVERED, table, int(group["samples"].min()), LITTLE)
    return judgements


def by_hand(language: str, low: float, value: float, high: float) -> list[Mapping[str, object]]:
    """Rows with AR0 one nat above diffusion."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for arm, divergence in ((PLAIN, 1.5), (TUNED, 1.5 - value), (DIFFUSION, 0.5)):
            yield {
                "denoiser": arm,
                "unique_sequences": 8,
                "epoch": 4,
                "annealed": False,
                "value": divergence,
            }

    return units_by_hand(unit)(language, low, value, high)


claim = Claim(
    id="data-noise-in-inputs",
    statement=(
        "Noise in the inputs of an autoregressive model does not give it what diffusion gets out "
        "of repeated data."
    ),
    source=f"{LIMITED_DATA}; against it the regularised models of arXiv 2510.04071",
    prediction=(
        "Published both ways: a few points from masked inputs, more from weight decay and dropout. "
        "AR* here has all three, as tuned."
    ),
    rule=(
        "Share of the difference in KL between AR0 and diffusion at the last epoch, in the stable "
        "phase and where AR0 is the worse, that AR* with masked inputs, weight decay and dropout "
        f"recovers: {LITTLE}. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            RECOVERED,
            "a regularised autoregressive model with masked inputs stays behind diffusion at the "
            "last epoch",
            "a regularised autoregressive model with masked inputs is no worse than diffusion at "
            "the last epoch",
            "share{s} recovered {}",
        ),
    ),
    examples=(Example("trained", RECOVERED, LITTLE, by_hand),),
)
