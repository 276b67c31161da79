"""Claim: on few unique tokens diffusion overtakes autoregression when trained for more epochs."""

from collections.abc import Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import (
    BY_RULE,
    SOURCE,
    Cell,
    against,
    in_most_cells,
    rows_by_hand,
    units,
)
from theory.claims.rules import AtMost
from theory.tables.limited_data import (
    NEVER_STOPPED,
    STOPPED,
    last_difference,
    least_difference,
)

BELOW = AtMost(-0.01, -0.01)  # nats per token
LAST = "KL of diffusion less that of AR0 at the last epoch, nats per token"
LEAST = "least KL of diffusion less that of AR*, nats per token"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Against AR0 at the last epoch in the stable phase, against AR* both annealed at best."""
    judgements: list[Test] = []
    for family, curve, samples in against(rows, NEVER_STOPPED):
        judgements += in_most_cells(family, LAST, last_difference(curve), samples, BELOW)
    for family, curve, samples in against(rows, STOPPED):
        judgements += in_most_cells(family, LEAST, least_difference(curve), samples, BELOW)
    return judgements


claim = Claim(
    id="data-crossover",
    statement=(
        "With limited unique data masked diffusion overtakes autoregression when both are trained "
        "for more epochs."
    ),
    source=SOURCE,
    prediction=(
        "Against a model that is never stopped diffusion is ahead in the end, since it overfits "
        "later; against one that is regularised, stopped early and annealed there the question is "
        "open."
    ),
    rule=(
        f"KL(language || model) per token, diffusion less autoregression, in at least 80% of the "
        f"cells of U and N: {BELOW}. Against AR0 at the last epoch, against AR* both annealed at "
        f"their best epoch. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            LAST,
            "diffusion ends below an autoregressive model that is never stopped",
            "diffusion does not end below an autoregressive model that is never stopped",
            "{} nats a token",
        ),
        Phrase(
            LEAST,
            "diffusion at its best is below a regularised autoregressive model at its best",
            "diffusion at its best is not below a regularised autoregressive model at its best",
            "{} nats a token",
        ),
    ),
    examples=tuple(
        Example(
            "trained",
            statistic,
            BELOW,
            rows_by_hand(pairing, lambda value: [Cell(8, 100, 1, 1 + value, 1.0)]),
        )
        for pairing, statistic in ((NEVER_STOPPED, LAST), (STOPPED, LEAST))
    ),
)
