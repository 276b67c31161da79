"""Claim: denser compute is what diffusion gains by on repeated data."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import FEWER, SOURCE, gap_by_hand, tested
from theory.claims.rules import AtLeast
from theory.studies.data_sizes import LOOPED, LOOPS
from theory.studies.profiles import Profile
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED, families
from theory.tables.repeated_data import least, recovered, stable_phase, with_larger

ARMS = (PLAIN, TUNED)
LARGER = ", larger"
PART = AtLeast(0.25, 0.05)
MARGIN = 0.01  # nats per token: a smaller gap at the best epoch is none


def share(arm: str, denser: str = LOOPED, epoch: str = "last") -> str:
    """The name of a statistic."""
    return (
        f"share of the gap of {arm} to diffusion at the {epoch} epoch that {arm}{denser} recovers"
    )


def units(profile: Profile) -> Sequence[Unit]:
    """The looped arms beside all others; there are none without the first."""
    looped = profile.data.looped_units()
    return (*profile.data.units(), *looped) if looped else ()


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Of the cells in which an arm was looped and ends above diffusion; looped arms at the last
    epoch decide."""
    return [
        replace(test, decides=(denser, epoch) == (LOOPED, "last"))
        for family, group in families(rows)
        for arm in ARMS
        for denser in (LOOPED, LARGER)
        for epoch in ("last", "best")
        for test in _tested(family, group, arm, denser, epoch)
    ]


def _tested(family: str, group: pd.DataFrame, arm: str, denser: str, epoch: str) -> list[Test]:
    looped = group.loc[group["arm"] == arm + LOOPED, "unique_tokens"]
    models = with_larger(group[group["unique_tokens"].isin(looped)], arm, arm + LARGER)
    arms = (arm, arm + denser, DIFFUSION)
    if epoch == "last":
        table = recovered(stable_phase(models), *arms)
    else:
        table = recovered(least(models), *arms, margin=MARGIN)
    return tested(family, share(arm, denser, epoch), table, int(group["samples"].min()), PART)


claim = Claim(
    id="data-compute",
    statement=(
        "What diffusion gains on repeated data comes from its denser compute: an autoregressive "
        "model that spends several times the operations on each token gains a part of it too."
    ),
    source=SOURCE,
    prediction=(
        "Published as a cause: diffusion needs at least 100 times the operations, and uses them. "
        "Here an update costs both kinds of model the same, so that at one epoch they are matched "
        f"already. Layers applied {LOOPS} times add operations and nothing else."
    ),
    rule=(
        "Share of the difference in KL between an autoregressive arm and diffusion at the last "
        "epoch, in the stable phase and where the arm is the worse, that the same arm recovers "
        f"with its layers applied {LOOPS} times with the same weights, about {LOOPS} times the "
        f"operations at equal parameters: {PART}. AR0 and AR* decide. Shown beside them: the "
        "share of a model with four times the parameters and so of the operations, whose rows were "
        "there when the rule was written, and shares of the difference in least KL, annealed, "
        f"where the arm is the worse by more than {MARGIN:g} nats. {FEWER}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            share(arm),
            f"{arm} of {LOOPS} times the operations makes up a part of its gap to diffusion",
            f"{arm} of {LOOPS} times the operations does not make up its gap to diffusion",
            "share{s} recovered {}",
        )
        for arm in ARMS
    ),
    examples=tuple(
        Example("trained", share(arm), PART, gap_by_hand((arm, arm + LOOPED, DIFFUSION)))
        for arm in ARMS
    ),
)
