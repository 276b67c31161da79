"""The figure of best grids: losses and levels of rows by hand."""

import numpy as np
import pandas as pd
import pytest

from theory.report.figures.noise.best_grid import BEST, DIVERGENCE, GRIDS, losses, plan
from theory.report.figures.style import LIGHT, themed
from theory.studies.kinds import GridOptimum
from theory.studies.kinds.best_grid import LOG_ODDS


def by_hand() -> pd.DataFrame:
    rows = []
    for language, factor in (("one", 2.0), ("other", 8.0)):
        for steps in (4, 8):
            common = {"kind": GridOptimum.kind, "language": language, "steps": steps, "length": 4}
            rows.append(common | {"metric": DIVERGENCE, "reveal": BEST, "value": 0.5 / steps})
            for grid in GRIDS:
                reveal = f"uniform noise, {grid} grid"
                value = factor * 0.5 / steps
                rows.append(common | {"metric": DIVERGENCE, "reveal": reveal, "value": value})
            for k in range(1, steps):
                level = {"metric": LOG_ODDS, "reveal": BEST, "value": -float(k), "target": k}
                rows.append(common | level)
    return pd.DataFrame(rows)


def test_losses_are_ratios_to_the_best_grid() -> None:
    table = losses(by_hand())
    assert len(table) == 2 * 2 * len(GRIDS)
    assert set(table.loc[table["language"] == "one", "loss"]) == {2.0}
    assert set(table.loc[table["language"] == "other", "loss"]) == {8.0}
    one = by_hand()
    assert plan(one[one["steps"] == 4]) is None
    assert plan(one[one["reveal"] != BEST]) is None


def test_means_and_levels_are_drawn() -> None:
    made = plan(by_hand())
    assert made is not None
    with themed(LIGHT):
        figure = made.draw(by_hand())
        figure.draw_without_rendering()
    levels, shares = figure.axes
    means = {line.get_label(): line.get_ydata() for line in shares.lines}
    assert means["cosine grid"] == pytest.approx([4, 4])
    first = np.asarray(levels.lines[0].get_xydata())
    assert first.tolist() == [[k / 8, -k] for k in range(1, 8)]
