"""Figures of limited data: curves that are the rows, levels of unlimited data, the factorial."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.container import ErrorbarContainer

from synthetic.experiments.kinds import LimitedData
from theory.report.figures.data import DATA_PLANS, crossover, orders
from theory.report.figures.draw import by_language
from theory.report.figures.style import LIGHT, themed
from theory.tables.limited_data import DIFFUSION, PLAIN
from theory.tables.rows import of_kind

LANGUAGE = "ngram:order=2,vocab=8,seed=1"


def rows() -> pd.DataFrame:
    cells = []
    for arm, base in ((PLAIN, 0.1), (DIFFUSION, 0.2)):
        for unique in (4, 8):
            for fresh in (False, True) if unique == 8 else (False,):
                for epoch in (1, 2):
                    for annealed in (False, True):
                        for seed in (0, 1):
                            value = base * epoch * unique * (1 + seed) / (2 if annealed else 1)
                            cells.append((arm, unique, fresh, epoch, annealed, seed, value))
    names = ["denoiser", "unique_sequences", "fresh", "epoch", "annealed", "seed", "value"]
    return pd.DataFrame(cells, columns=names).assign(
        kind=LimitedData.kind,
        language=LANGUAGE,
        length=8,
        parameters=100,
        metric="chain_rule_divergence",
        samples=9,
    )


def test_curves_are_means_over_seeds_and_levels_those_of_new_sequences() -> None:
    plan = crossover.plan(rows())
    assert plan is not None
    with themed(LIGHT):
        figure = plan.draw(rows())
        figure.draw_without_rendering()
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left") for axes in panels] == [
        "U = 32 tokens, N = 100",
        "U = 64 tokens, N = 100",
    ]
    lines = {str(line.get_label()): line for line in panels[1].lines}
    assert set(lines) == {
        f"{arm}{kind}" for arm in (PLAIN, DIFFUSION)
        for kind in ("", ", stable phase", ", new sequences")
    }  # fmt: skip
    assert np.asarray(lines[PLAIN].get_xydata()).tolist() == pytest.approx(
        np.array([[1, 0.6], [2, 1.2]])
    )
    assert np.asarray(lines[f"{DIFFUSION}, new sequences"].get_ydata()) == pytest.approx(2.4)
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.width


def test_rows_of_limited_data_are_drawn_and_others_are_not() -> None:
    ((plan, group),) = by_language(of_kind(rows(), LimitedData), DATA_PLANS)
    assert plan.title.startswith(LANGUAGE)
    assert len(group) == len(rows())
    assert crossover.plan(rows().assign(kind="other")) is None
    assert crossover.plan(rows()[rows()["fresh"]]) is None


def with_factorial() -> pd.DataFrame:
    """AR0 and the arms of the factorial at the larger corpus, beside what is compared."""
    plain = rows()
    plain = plain[(plain["denoiser"] == PLAIN) & (plain["unique_sequences"] == 8) & ~plain["fresh"]]
    arms = {
        "causal, 2 orders": 2.0,
        "causal, all orders, masked input": 3.0,
        "bidirectional, 1 order": 4.0,
        "ensemble of 2 causal, 2 orders": 5.0,
    }
    crossed = [
        plain.assign(denoiser=arm, value=factor * plain["value"], parameters=101)
        for arm, factor in arms.items()
    ]
    larger = plain.assign(parameters=400, value=77.0)
    return pd.concat([rows(), *crossed, larger], ignore_index=True)


def test_the_factorial_stands_in_a_figure_alone_beside_ar0() -> None:
    """At the last epoch in the stable phase, and the least annealed; means over two seeds."""
    assert orders.plan(rows()) is None
    together = with_factorial()
    plan = orders.plan(together)
    assert plan is not None
    with themed(LIGHT):
        left, right = plan.draw(together).axes
    for axes, value in ((left, 0.1 * 2 * 8 * 1.5), (right, 0.1 * 8 * 1.5 / 2)):
        curves = {
            str(container.get_label()): np.asarray(container.lines[0].get_xydata())
            for container in axes.containers
            if isinstance(container, ErrorbarContainer)
        }
        expected = {
            "causal": [[0, value], [1, 2 * value]],
            "causal, masked input": [[4, 3 * value]],
            "bidirectional": [[0, 4 * value]],
        }
        for name, points in expected.items():
            assert curves[name] == pytest.approx(np.array(points))
        assert len(curves["bidirectional, masked input"]) == 0
    with themed(LIGHT):
        panels = [axes for axes in crossover.draw(together).axes if axes.axison]
    labels = {str(line.get_label()) for axes in panels for line in axes.lines}
    assert not any("order" in label for label in labels)
    assert [axes.get_title(loc="left") for axes in panels] == [
        "U = 32 tokens, N = 100",
        "U = 64 tokens, N = 100",
        "U = 64 tokens, N = 400",
    ]
