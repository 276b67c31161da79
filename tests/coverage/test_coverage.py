"""A quick part of the battery of `make coverage`, which refuses intervals that do not hold."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from synthetic.mean_interval import NORMAL_QUANTILE, Array, Ends, mean_interval
from tests.coverage import bounds, draws, estimates, means, statistics
from tests.coverage.__main__ import MARK, PAGE, page
from tests.coverage.battery import faults, given_up, measured
from tests.coverage.cell import Outcome

INTERVALS = 200  # of each mean of values, all at once
FEW = 60  # of each other cell
DEVIATIONS = 4.5  # a cell that covers 93% is refused once in 100,000
SLOW = {"TER gap, exact p(x)", "rank correlation"}  # the whole battery alone has these


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    others = [*bounds.cells(), *estimates.cells(), *statistics.cells(), *draws.cells()]
    quick = [cell for cell in others if cell.kind not in SLOW and cell.samples <= 500]
    return [
        *measured([cell for cell in means.cells() if cell.samples <= 1000], 2, INTERVALS),
        *measured(quick, 2, FEW),
    ]


def test_every_cell_holds(outcomes: list[Outcome]) -> None:
    """At most 90 cells, each refused wrongly once in 100,000 runs: one false alarm in 1,000."""
    assert 50 < len(outcomes) < 90
    assert faults(outcomes, DEVIATIONS) == []


def test_intervals_give_up_where_they_must_and_not_elsewhere(outcomes: list[Outcome]) -> None:
    assert 0.02 < given_up(outcomes) < 0.15
    hopeless = [one for one in outcomes if one.cell.case == "two repeated words"]
    assert hopeless
    assert all(one.given_up for one in hopeless)
    assert not any(one.given_up for one in outcomes if "normal" in one.cell.case)


def normal_interval(values: Array) -> Ends:
    """1.96 standard errors to either side of the mean of values (..., n)."""
    mean, error = values.mean(-1), stats.sem(values, axis=-1)
    return Ends(mean - NORMAL_QUANTILE * error, mean + NORMAL_QUANTILE * error)


def test_broken_twin_normal_intervals_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Means of long tails, points where nothing was met."""
    monkeypatch.setattr(means, "mean_interval", normal_interval)
    cells = [cell for cell in means.cells() if cell.samples <= 1000]
    lines = faults(measured(cells, seed=2, most=INTERVALS), DEVIATIONS)
    assert any("gamma, skewness 20, 200" in line for line in lines)
    assert any("events, skewness 30, 200" in line for line in lines)
    assert any("normal, 2 samples" in line for line in lines)


def test_broken_twin_an_interval_that_gives_up_everywhere_is_refused() -> None:
    def open_ends(chance: np.random.Generator, repeats: int) -> Ends:
        low, _ = mean_interval(chance.standard_normal((repeats, 50)))
        return Ends(low, np.full(repeats, np.inf))

    cells = [replace(cell, draw=open_ends) for cell in means.cells()]
    assert any("given up" in line for line in faults(measured(cells, 2, 20), DEVIATIONS))


def test_the_page_has_the_table_of_the_whole_battery(outcomes: list[Outcome]) -> None:
    text = PAGE.read_text()
    head, _, written = text.partition(MARK)
    assert written.count("\n|") > 40
    assert all(f"| {one.cell.kind} | {one.cell.case} |" in written for one in outcomes)
    again = page(text, outcomes)
    assert again.startswith(head + MARK)
    assert f"{len(outcomes)} cells" in again
