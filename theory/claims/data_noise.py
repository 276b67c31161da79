"""Claim: noise in the inputs of autoregression does not close its gap to diffusion."""

from collections.abc import Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, gap_by_hand, gap_recovered, units
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtMost
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED

RECOVERED = "share of the gap of AR0 to diffusion at the last epoch that AR* recovers"
ARMS = (PLAIN, TUNED, DIFFUSION)
LITTLE = AtMost(0.8, 1.0)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Of the cells in which AR0 ends above diffusion, in the stable phase."""
    return gap_recovered(rows, RECOVERED, ARMS, LITTLE)


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
    examples=(Example("trained", RECOVERED, LITTLE, gap_by_hand(ARMS)),),
)
