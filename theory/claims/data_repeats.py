"""Claim: four epochs of autoregression and a hundred of diffusion are as good as new data."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from theory.claims.claim import Claim, Example, Phrase, Test
from theory.claims.limited_data import BY_RULE, tested, units, units_by_hand
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED
from theory.tables.repeated_data import above_new, with_new

MARGIN = 0.01
AS_GOOD = AtMost(MARGIN, MARGIN)
WORSE = AtLeast(MARGIN, MARGIN)
TESTED: tuple[tuple[str, int, Rule], ...] = (
    (PLAIN, 4, AS_GOOD),
    (TUNED, 4, AS_GOOD),
    (PLAIN, 16, WORSE),
    (TUNED, 16, WORSE),
    (DIFFUSION, 128, AS_GOOD),
)


def above(arm: str, epochs: int) -> str:
    """The name of a statistic."""
    return f"KL of {arm} after {epochs} epochs less that on new data, nats"


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Beside as many updates on new data, annealed both."""
    judgements: list[Test] = []
    for arm, epochs, rule in TESTED:
        for family, group, new in with_new(rows, arm):
            table, samples = above_new(group, new, epochs), int(group["samples"].min())
            judgements += tested(family, above(arm, epochs), table, samples, rule)
    return judgements


def by_hand(arm: str, epochs: int) -> Callable[..., list[Mapping[str, object]]]:
    """Rows that are so much above those on new data."""

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        shared = {"denoiser": arm, "unique_sequences": 8, "annealed": True, "epoch": epochs}
        yield {**shared, "value": 0.3 + value}
        yield {**shared, "value": 0.3, "fresh": True}

    return units_by_hand(unit)


claim = Claim(
    id="data-repeats",
    statement=(
        "Four epochs over the same data are as good as new data for autoregression, and a hundred "
        "for diffusion."
    ),
    source=f"arXiv 2305.16264 and 2507.15857. {LIMITED_DATA}",
    prediction=(
        "Published: losses that cannot be told apart up to 4 and up to 100 epochs, and worse ones "
        "at 16 for autoregression."
    ),
    rule=(
        "KL after so many epochs less KL after as many updates on new data, annealed, over the "
        f"corpus sizes where both are measured. After 4 epochs, AR0 and AR*: {AS_GOOD}. After 16: "
        f"{WORSE}. Diffusion after 128, the power of two above a hundred: {AS_GOOD}. {BY_RULE}"
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            above(arm, epochs),
            f"{epochs} epochs of {arm} are "
            + ("as good as" if rule is AS_GOOD else "worse than")
            + " new data",
            f"{epochs} epochs of {arm} are "
            + ("worse than" if rule is AS_GOOD else "as good as")
            + " new data",
            "{} nats",
        )
        for arm, epochs, rule in TESTED
    ),
    examples=tuple(
        Example("trained", above(arm, epochs), rule, by_hand(arm, epochs))
        for arm, epochs, rule in TESTED
    ),
)
