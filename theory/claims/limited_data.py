"""What the claims about few unique tokens and many epochs share: pairings, cells and rows by hand.

A cell is a corpus size U and a model size N. A statistic of a family of languages is the mean over
draws of the language and seeds, on which the arms are paired; fewer than three draws with three
seeds each are inconclusive by rule.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from synthetic.experiments.kinds import LimitedData
from synthetic.quantities import Estimate
from theory.claims.claim import Test
from theory.claims.rules import Rule
from theory.studies.profiles import Profile
from theory.tables.limited_data import (
    CELL,
    DIFFUSION,
    ENOUGH,
    Pairing,
    curves,
    enough,
    families,
    over_units,
)
from theory.tables.repeated_data import recovered, stable_phase

SOURCE = (
    "Ni et al., arXiv 2511.03276 (Diffusion language models are super data learners), read off its "
    "figures; beside it arXiv 2507.15857"
)
FEWER = (
    f"Fewer than {ENOUGH} draws of a language with {ENOUGH} seeds each are inconclusive by rule."
)
BY_RULE = f"{FEWER} All tests decide."


def units(profile: Profile) -> Sequence[LimitedData]:
    """Every arm on every corpus size of the profile, one kind of language after another."""
    return [unit for sizes in (profile.data, *profile.other_data) for unit in sizes.units()]


def against(rows: pd.DataFrame, pairing: Pairing) -> Iterator[tuple[str, pd.DataFrame, int]]:
    """Each family with the curves of a pairing, and the least number of words behind a point."""
    for family, group in families(rows):
        curve = curves(group, pairing)
        if not curve.empty:
            yield family, curve, int(group["samples"].min())


def tested(
    family: str, statistic: str, table: pd.DataFrame, samples: int, rule: Rule
) -> list[Test]:
    """The test of the mean of a table's values over draws and seeds."""
    return _test(family, statistic, over_units(table, samples), table, rule)


def in_most_cells(
    family: str, statistic: str, table: pd.DataFrame, samples: int, rule: Rule
) -> list[Test]:
    """The test of what holds in at least 80% of the cells: the ends are those that as many
    intervals keep to, the value is the median."""
    means = [over_units(group, samples) for _, group in table.groupby(CELL)]
    cells = [one for one in means if one is not None]
    if not cells:
        return []
    last = -(-4 * len(cells) // 5) - 1
    low = sorted((one.low for one in cells), reverse=True)[last]
    high = sorted(one.high for one in cells)[last]
    value = np.median([one.value for one in cells])
    estimate = Estimate(float(value), low, high, samples, "80% of cells")
    return _test(family, statistic, estimate, table, rule)


def gap_recovered(
    rows: pd.DataFrame, statistic: str, arms: tuple[str, str, str], rule: Rule
) -> list[Test]:
    """The test of the share of the KL between the first and the last of three arms that the second
    makes up at the last epoch, in the stable phase and the cells where the first is the worse."""
    judgements: list[Test] = []
    for family, group in families(rows):
        table = recovered(stable_phase(group), *arms)
        judgements += tested(family, statistic, table, int(group["samples"].min()), rule)
    return judgements


def _test(
    family: str, statistic: str, mean: Estimate | None, table: pd.DataFrame, rule: Rule
) -> list[Test]:
    if mean is None:
        return []
    ends = mean.value, mean.low, mean.high
    test = Test("trained", family, statistic, *ends, mean.samples, rule)
    return [replace(test, enough=enough(table))]


class Cell(NamedTuple):
    """A cell at one epoch: unique sequences of one token, parameters, and the KL of both arms."""

    unique: int
    parameters: int
    epoch: int
    diffusion: float
    autoregressive: float


Cells = Callable[[float], Sequence[Cell]]


def rows_by_hand(pairing: Pairing, cells: Cells) -> Callable[..., list[Mapping[str, object]]]:
    """Rows of both arms of a pairing whose statistic has a wanted interval.

    `cells` gives the cells of a unit, a draw and a seed, from its value of the statistic.
    """

    def unit(value: float) -> Iterator[Mapping[str, object]]:
        for cell in cells(value):
            both = ((DIFFUSION, cell.diffusion), (pairing.arm, cell.autoregressive))
            for arm, divergence in both:
                yield {
                    "denoiser": arm,
                    "unique_sequences": cell.unique,
                    "parameters": cell.parameters,
                    "epoch": cell.epoch,
                    "annealed": pairing.annealed,
                    "value": divergence,
                }

    return units_by_hand(unit)


def gap_by_hand(arms: tuple[str, str, str]) -> Callable[..., list[Mapping[str, object]]]:
    """Rows of three arms, the first one nat above the last, whose share has a wanted interval."""

    def unit(share: float) -> Iterator[Mapping[str, object]]:
        for arm, divergence in zip(arms, (1.5, 1.5 - share, 0.5), strict=True):
            yield {
                "denoiser": arm,
                "unique_sequences": 8,
                "epoch": 4,
                "annealed": False,
                "value": divergence,
            }

    return units_by_hand(unit)


def units_by_hand(
    unit: Callable[[float], Iterable[Mapping[str, object]]],
) -> Callable[..., list[Mapping[str, object]]]:
    """Rows of three draws with three seeds whose statistic has a wanted interval.

    `unit` gives those of one draw and seed from its value of the statistic, less what all share.
    """

    def rows(language: str, low: float, value: float, high: float) -> list[Mapping[str, object]]:
        made: list[Mapping[str, object]] = []
        for place, spread in enumerate(_spread((high - low) / 2)):
            draw, seed = divmod(place, ENOUGH)
            shared = {
                "kind": LimitedData.kind,
                "language": f"{language},seed={draw}",
                "seed": seed,
                "metric": "chain_rule_divergence",
                "length": 1,
                "parameters": 100,
                "fresh": False,
                "samples": 100,
            }
            made += [{**shared, **row} for row in unit(value + spread)]
        return made

    return rows


def _spread(reach: float) -> list[float]:
    """Nine values about zero whose interval reaches so far."""
    pattern = [float(place - 4) for place in range(9)]
    return [reach / _unit_reach() * one for one in pattern]


@cache
def _unit_reach() -> float:
    pattern = [(*divmod(place, ENOUGH), float(place - 4)) for place in range(9)]
    mean = over_units(pd.DataFrame(pattern, columns=["draw", "seed", "value"]), 1)
    assert mean is not None
    return mean.high - mean.value
