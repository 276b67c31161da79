"""Claim 5: cheaper than autoregression by token error rate, not by sequence error rate."""

from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.costs import COSTS, Goal, calls_of_exact, cost_ratios
from theory.claims.rules import AtLeast, AtMost
from theory.studies.claim_units import (
    GAP_TARGET,
    LOW_ERROR_TARGET,
    all_trained_units,
    growth_units,
    law_units,
    low_error_units,
)
from theory.studies.profiles import Profile

TOKENS = Goal("token_error_rate_gap", GAP_TARGET)
SEQUENCES = Goal("sequence_error_rate", LOW_ERROR_TARGET)
CHEAPER = AtMost(0.5, 1.0)
NOT_CHEAPER = AtLeast(0.8, 0.5)


def statistic(cost: str, goal: Goal) -> str:
    """The name of the ratio of one cost at one goal."""
    return f"{cost} over autoregressive at {goal}"


def units(profile: Profile) -> Sequence[Unit]:
    """Least steps by law and by simulation, trained curves, and their seconds."""
    growth = profile.claims.growth
    return [
        *law_units(profile),
        *growth_units(growth, "bernoulli", TOKENS.metric, TOKENS.target),
        *low_error_units(profile),
        *all_trained_units(profile),
        *profile.timed_units(),
    ]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Sequential calls decide for the exact denoiser; calls at the TER goal and seconds at the SER
    goal for trained models. The other ratios are shown."""
    judgements = []
    for goal, rule in ((TOKENS, CHEAPER), (SEQUENCES, NOT_CHEAPER)):
        for language, value in calls_of_exact(rows, goal):
            judgements += judged("exact", language, statistic("calls", goal), value, rule)
        for cost in COSTS:
            decides = cost == ("calls" if goal is TOKENS else "seconds")
            for language, value in cost_ratios(rows, goal, cost):
                name = statistic(cost, goal)
                judgements += judged("trained", language, name, value, rule, decides=decides)
    return judgements


claim = Claim(
    id="efficiency-advantage",
    statement=(
        "Masked diffusion is cheaper than autoregression when judged by token error rate, and the "
        "advantage vanishes when judged by sequence error rate."
    ),
    source="arXiv 2502.09622, abstract",
    prediction=(
        "At the fewest steps to a TER gap of 0.05 nats per token the cost is a small share of L "
        "calls; at SER 0.1 it is about the L calls of autoregression with a key-value cache."
    ),
    rule=(
        f"Cost over that of autoregression, at {TOKENS}: {CHEAPER}; at {SEQUENCES}: {NOT_CHEAPER}. "
        "Sequential calls decide for the exact denoiser, calls at the TER goal and measured "
        "seconds at the SER goal for trained models."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            statistic("calls", TOKENS),
            "by calls masked diffusion is cheaper than autoregression at a TER gap of 0.05",
            "by calls masked diffusion is not cheaper than autoregression at a TER gap of 0.05",
            "{} of its calls",
        ),
        Phrase(
            statistic("calls", SEQUENCES),
            "by calls the advantage is gone at SER 0.1",
            "by calls an advantage remains at SER 0.1",
            "{} of the calls",
        ),
        Phrase(
            statistic("seconds", SEQUENCES),
            "by seconds the advantage is gone at SER 0.1",
            "by seconds an advantage remains at SER 0.1",
            "{} times the seconds",
        ),
        Phrase(
            statistic("FLOPs", TOKENS),
            "by FLOPs masked diffusion is cheaper at a TER gap of 0.05",
            "by FLOPs masked diffusion costs more even at a TER gap of 0.05",
            "{} times the FLOPs",
        ),
    ),
)
