"""Claim: the any-order objective is what diffusion gains by on repeated data."""

from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, SOURCE, gap_by_hand, gap_recovered
from theory.claims.rules import AtLeast
from theory.studies.profiles import Profile
from theory.tables.limited_data import PLAIN

CAUSAL = "causal, all orders"
BIDIRECTIONAL = "bidirectional, all orders"
ARMS = (PLAIN, CAUSAL, BIDIRECTIONAL)
RECOVERED = "share of the gap of AR0 to diffusion at the last epoch that causal any order recovers"
MOST = AtLeast(0.8, 0.2)


def units(profile: Profile) -> Sequence[Unit]:
    """The three arms of the factorial that decide."""
    return [unit for unit in profile.data.factorial_units() if unit.arm in ARMS]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Of the cells in which AR0 ends above diffusion with its settings, in the stable phase."""
    return gap_recovered(rows, RECOVERED, ARMS, MOST)


claim = Claim(
    id="data-any-order",
    statement=(
        "What diffusion gains on repeated data comes from its any-order objective: a causal model "
        "that is trained on all orders gains it too."
    ),
    source=SOURCE,
    prediction=(
        "Published as a cause beside bidirectional attention, without an experiment that parts the "
        "two. All orders are many views of one sequence, which no attention gives by itself."
    ),
    rule=(
        "Share of the difference in KL between AR0 and masked diffusion of the same learning rate "
        "and weight decay at the last epoch, in the stable phase and where AR0 is the worse, that "
        "a causal model trained on all orders, and told the order, recovers when it is read from "
        f"left to right: {MOST}. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            RECOVERED,
            "a causal model trained on all orders keeps what diffusion gains on repeated data",
            "a causal model trained on all orders does not keep what diffusion gains on repeated "
            "data",
            "share{s} recovered {}",
        ),
    ),
    examples=(Example("trained", RECOVERED, MOST, gap_by_hand(ARMS)),),
)
