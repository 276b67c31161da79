"""All cells, and a quick part of them."""

from collections.abc import Sequence
from itertools import chain

from tests.coverage import bounds, draws, estimates, means, statistics
from tests.coverage.cell import MOST_GIVEN_UP, Cell, Outcome, outcome

DEVIATIONS = 2.0  # below 93% that a cell of the whole battery may lie: its count is random


def all_cells() -> list[Cell]:
    """Every cell of the battery, by kind."""
    return list(
        chain.from_iterable(part.cells() for part in (means, bounds, estimates, statistics, draws))
    )


def measured(cells: Sequence[Cell], seed: int, most: int | None = None) -> list[Outcome]:
    """What each cell shows, from at most so many intervals."""
    return [
        outcome(cell, cell.repeats if most is None else min(most, cell.repeats), seed)
        for cell in cells
    ]


def given_up(outcomes: Sequence[Outcome]) -> float:
    """The share of the cells most of whose intervals are bounds on one side only."""
    return sum(one.given_up for one in outcomes) / len(outcomes)


def faults(outcomes: Sequence[Outcome], deviations: float = DEVIATIONS) -> list[str]:
    """A line for each cell that does not hold, and one where too many are given up."""
    lines = [
        f"{one.cell.kind}, {one.cell.case}, {one.cell.samples} samples: {one.covered:.3f} covered"
        for one in outcomes
        if not one.holds(deviations)
    ]
    if (share := given_up(outcomes)) > MOST_GIVEN_UP:
        lines.append(f"{share:.0%} of the cells are given up, allowed are {MOST_GIVEN_UP:.0%}")
    return lines
