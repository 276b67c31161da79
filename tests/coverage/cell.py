"""One cell of the battery: a way to draw an interval of a number that is known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from synthetic.mean_interval import Array, Ends
from synthetic.quantities import Estimate

LEAST_COVERAGE = 0.93  # of nominal 95%
OPEN_SHARE = 0.5  # of its intervals, beyond which a cell counts as given up
MOST_GIVEN_UP = 0.15  # of the cells


@dataclass(frozen=True)
class Cell:
    """Intervals of one kind of number, from `samples` draws each, against its true value.

    `draw(chance, repeats)` gives that many independent intervals. `repeats` is the most that the
    whole battery asks for, `share` the part of them that a quick run takes.
    """

    kind: str
    case: str
    samples: int
    truth: float
    draw: Callable[[np.random.Generator, int], Ends]
    repeats: int = 2000


@dataclass(frozen=True)
class Outcome:
    """What a cell showed: the share of intervals that hold the truth, of those that miss it on
    either side, and of those with an open end."""

    cell: Cell
    repeats: int
    covered: float
    above: float
    below: float
    open: float

    @property
    def given_up(self) -> bool:
        """Whether most of its intervals are bounds on one side only."""
        return self.open > OPEN_SHARE

    def holds(self, deviations: float) -> bool:
        """Whether the share covered is at least 93%, but for so many standard deviations."""
        doubt = (LEAST_COVERAGE * (1 - LEAST_COVERAGE) / self.repeats) ** 0.5
        return self.covered >= LEAST_COVERAGE - deviations * doubt


def outcome(cell: Cell, repeats: int, seed: int) -> Outcome:
    """Draws the intervals of a cell and counts; a function of its arguments."""
    low, high = cell.draw(np.random.default_rng([seed, cell.samples]), repeats)
    slack = 1e-12 * (1 + abs(cell.truth))  # rounding
    above, below = low > cell.truth + slack, high < cell.truth - slack
    return Outcome(
        cell,
        len(low),
        1 - float(above.mean() + below.mean()),
        float(above.mean()),
        float(below.mean()),
        float((np.isinf(low) | np.isinf(high)).mean()),
    )


def ends(estimates: Iterable[Estimate]) -> Ends:
    """The ends of estimates."""
    pairs: Array = np.array([(one.low, one.high) for one in estimates])
    return Ends(pairs[:, 0], pairs[:, 1])
