"""Claim: the any-order objective is what diffusion gains by on repeated data."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, SOURCE, tested, units_by_hand
from theory.claims.rules import AtLeast
from theory.studies.profiles import Profile
from theory.tables.limited_data import PLAIN, families
from theory.tables.repeated_data import recovered

CAUSAL = "causal, all orders"
BIDIRECTIONAL = "bidirectional, all orders"
RECOVERED = "share of the gap of AR0 to diffusion at the last epoch that causal any order recovers"
MOST = AtLeast(0.8, 0.2)
SAME_SIZE = 1.02  # the most parameters of an arm over those of AR0


def units(profile: Profile) -> Sequence[Unit]:
    """The three arms of the factorial that decide."""
    arms = (PLAIN, CAUSAL, BIDIRECTIONAL)
    return [unit for unit in profile.data.factorial_units() if unit.arm in arms]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Of the cells in which AR0 ends above diffusion with its settings, in the stable phase."""
    judgements: list[Test] = []
    for family, group in families(rows):
        table = recovered(last_of(group), PLAIN, CAUSAL, BIDIRECTIONAL)
        if not table.empty:
            judgements += tested(family, RECOVERED, table, int(group["samples"].min()), MOST)
    return judgements


def last_of(group: pd.DataFrame) -> pd.DataFrame:
    """The stable phase, each model in the cell of the AR0 that it has the size of.

    A model that is told the order has 1% more parameters.
    """
    stable = group[~group["annealed"].astype(bool)]
    sizes = sorted(stable.loc[stable["arm"] == PLAIN, "parameters"].unique())
    cell = {
        size: next((plain for plain in sizes if plain <= size <= SAME_SIZE * plain), size)
        for size in stable["parameters"].unique()
    }
    return stable.assign(parameters=stable["parameters"].map(cell))


def by_hand(language: str, low: float, value: float, high: float) -> list[Mapping[str, object]]:
    """Rows with AR0 one nat above diffusion."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        arms = ((PLAIN, 100, 1.5), (CAUSAL, 101, 1.5 - value), (BIDIRECTIONAL, 100, 0.5))
        for arm, parameters, divergence in arms:
            yield {
                "denoiser": arm,
                "unique_sequences": 8,
                "parameters": parameters,
                "epoch": 4,
                "annealed": False,
                "value": divergence,
            }

    return units_by_hand(unit)(language, low, value, high)


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
    examples=(Example("trained", RECOVERED, MOST, by_hand),),
)
