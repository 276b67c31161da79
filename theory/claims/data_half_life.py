"""Claim: repeated data keep their worth over thirty times as many epochs for diffusion."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, tested, units, units_by_hand
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import CELL, DIFFUSION, KEY, PLAIN, TUNED
from theory.tables.repeated_data import half_lives, with_new

TEN_TIMES = AtLeast(math.log(10), math.log(3))
AT_LEAST, AT_MOST = AtLeast(math.log(5), math.log(5)), AtMost(math.log(40), math.log(40))
ARMS = (PLAIN, TUNED)
ENDS: tuple[tuple[str, Rule], ...] = (("at least", AT_LEAST), ("at most", AT_MOST))


def ratio(arm: str) -> str:
    """The name of a statistic."""
    return f"log of R* of diffusion over R* of {arm}"


def half_life(arm: str, end: str) -> str:
    """The name of a statistic: one for each margin."""
    return f"log of R* of {arm}, {end}"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Half-lives of autoregression, and how many times longer that of diffusion is, in the cells
    where both can be read off."""
    lived = {
        arm: {
            family: (half_lives(group, new), int(group["samples"].min()))
            for family, group, new in with_new(rows, arm)
        }
        for arm in (DIFFUSION, *ARMS)
    }
    judgements: list[Test] = []
    for arm in ARMS:
        for family, (table, samples) in lived[arm].items():
            for end, rule in ENDS:
                judgements += tested(family, half_life(arm, end), table, samples, rule)
            if family in lived[DIFFUSION]:
                diffusion, _ = lived[DIFFUSION][family]
                both = table.merge(diffusion, on=[*CELL, *KEY], suffixes=("_", ""))
                both = both.assign(value=both["value"] - both["value_"])
                judgements += tested(family, ratio(arm), both, samples, TEN_TIMES)
    return judgements


def by_hand(arm: str, of_diffusion: bool) -> Callable[..., list[Mapping[str, object]]]:
    """Rows whose KL on new data is one over the tokens, and on repeated data as the formula has it,
    with R* of the arm as wanted, or that of diffusion over 10."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        wanted = {arm: value}
        if of_diffusion:
            wanted = {arm: math.log(10), DIFFUSION: math.log(10) + value}
        for name, log in wanted.items():
            shared = {"denoiser": name, "unique_sequences": 8, "annealed": True}
            for epoch in (1, 2, 4, 8, 16, 32):
                repeated = -math.exp(log) * math.expm1(-(epoch - 1) / math.exp(log))
                yield {**shared, "epoch": epoch, "value": 1 / (8 * (1 + repeated))}
                yield {**shared, "epoch": epoch, "value": 1 / (8 * epoch), "fresh": True}

    return units_by_hand(unit)


claim = Claim(
    id="data-half-life",
    statement=(
        "Repeated data keep their worth over far more epochs for diffusion, about 500, than for "
        "autoregression, about 15."
    ),
    source=f"arXiv 2507.15857, after the fit of arXiv 2305.16264. {LIMITED_DATA}",
    prediction=(
        "U tokens repeated R times are worth U (1 + R* (1 - exp(-R / R*))) new ones; published "
        "R* about 500 and 15. Here new tokens are at hand, so that their worth is read off."
    ),
    rule=(
        "R* of each corpus up to its best epoch, annealed, by least squares of the logarithm, from "
        "the new tokens on which as many updates as they allow give the same KL. Log of the ratio "
        f"of diffusion to autoregression: {TEN_TIMES}, the logs of 10 and 3. Log of R* of "
        f"autoregression: {AT_LEAST}; {AT_MOST}, the logs of 5 and 40. AR0 and AR*. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        phrase
        for arm in ARMS
        for phrase in (
            Phrase(
                ratio(arm),
                f"data keep their worth ten times as long for diffusion as for {arm}",
                f"data keep their worth less than three times as long for diffusion as for {arm}",
                "log ratio{s} {}",
            ),
            Phrase(
                half_life(arm, "at least"),
                f"data keep their worth over at least 5 repeats for {arm}",
                f"data keep their worth over fewer than 5 repeats for {arm}",
                "log{s} of R* {}",
            ),
            Phrase(
                half_life(arm, "at most"),
                f"data keep their worth over at most 40 repeats for {arm}",
                f"data keep their worth over more than 40 repeats for {arm}",
                "log{s} of R* {}",
            ),
        )
    ),
    examples=tuple(
        example
        for arm in ARMS
        for example in (
            Example("trained", ratio(arm), TEN_TIMES, by_hand(arm, True)),
            *(
                Example("trained", half_life(arm, end), rule, by_hand(arm, False))
                for end, rule in ENDS
            ),
        )
    ),
)
