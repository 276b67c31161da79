"""Figures of limited data over draws of a language: points by hand, no figure without rows."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from synthetic.experiments.kinds import LimitedData
from theory.report.figures.data import after_overfitting, sizes
from theory.report.figures.draw import data_plans
from theory.report.figures.plan import Plan
from theory.report.figures.style import LIGHT, themed
from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED

FAMILY = "ngram:order=2,vocab=8"
BATCH = 4  # sequences an update
EPOCHS = (1, 2, 4, 8)


def row(
    arm: str, unique: int, epoch: int, metric: str, value: float, **more: object
) -> dict[str, object]:
    return {
        "denoiser": arm,
        "unique_sequences": unique,
        "epoch": epoch,
        "steps": epoch * unique // BATCH,
        "metric": metric,
        "value": value,
        "annealed": True,
        **more,
    }


def rows() -> pd.DataFrame:
    """AR* falls as 1/U and stays; diffusion falls by epochs to what AR* has with twice the data;
    AR0 in the stable phase is crossed between epochs 2 and 4, and memorises at epoch 2."""
    made = []
    for unique in (16, 32, 64):
        for epoch in EPOCHS:
            least = 1 / unique
            diffusion = (least / 2) * 8 / epoch
            made += [
                row(DIFFUSION, unique, epoch, "chain_rule_divergence", diffusion),
                row(TUNED, unique, epoch, "chain_rule_divergence", least),
                row(PLAIN, unique, epoch, "chain_rule_divergence", least * epoch),
                row(PLAIN, unique, epoch, "memorisation_excess", 0.05 * epoch),
                row(PLAIN, unique, epoch, "option_gap", 1.0 * epoch),
                row(PLAIN, unique, epoch, "bayes_accuracy", 0.75),
                row(PLAIN, unique, epoch, "multiple_choice_accuracy", 0.25 + 0.5 / epoch),
            ]
            stable = {"annealed": False}
            made += [
                row(DIFFUSION, unique, epoch, "chain_rule_divergence", 4 / epoch, **stable),
                row(PLAIN, unique, epoch, "chain_rule_divergence", epoch / 2, **stable),
            ]
    everything = [
        {**one, "seed": seed, "language": f"{FAMILY},seed={draw}"}
        for one in made
        for seed in (0, 1)
        for draw in (0, 1)
    ]
    return pd.DataFrame(everything).assign(
        kind=LimitedData.kind, length=8, parameters=100, fresh=False, samples=9
    )


def with_tenths() -> pd.DataFrame:
    """AR0 as sure as it should be in the first tenths, too sure in the others."""
    tenths = [
        row(PLAIN, 32, 8, f"{name}_of_tenth", value, tenth=tenth)
        for tenth in (1, 2, 3)
        for name, value in (("confidence", 0.3 * tenth), ("truth", min(0.3 * tenth, 0.6)))
    ]
    table = pd.DataFrame(tenths).assign(
        seed=0,
        language=f"{FAMILY},seed=0",
        kind=LimitedData.kind,
        length=8,
        parameters=100,
        fresh=False,
        samples=9,
    )
    return pd.concat([rows(), table], ignore_index=True)


def drawn(plan: Plan | None, table: pd.DataFrame) -> Figure:
    assert plan is not None
    with themed(LIGHT):
        figure = plan.draw(table)
        figure.draw_without_rendering()
    return figure


def points(axes: Axes) -> dict[str, np.ndarray]:
    return {
        str(container.get_label()): np.asarray(container.lines[0].get_xydata())
        for container in axes.containers
        if isinstance(container, ErrorbarContainer)
    }


def test_crossing_potential_and_time_to_memorise_by_hand() -> None:
    figure = drawn(sizes.plan(rows()), rows())
    crossing, potential, memorising = (points(axes) for axes in figure.axes)
    stable, annealed = crossing["against AR0, N = 100"], crossing["against AR*, N = 100"]
    # 4/e against e/2: -1 + 2 .. between 2 and 4, by the difference linear in the log of the epoch
    assert stable[:, 1] == pytest.approx(2 * 2 ** (1 / (1 + 1)), rel=1e-9)
    assert stable[:, 0].tolist() == [128, 256, 512]
    assert ((annealed[:, 1] > 4 - 1e-9) & (annealed[:, 1] < 8)).all()
    twice = potential["against AR*, N = 100"]
    assert twice.tolist() == [[128, pytest.approx(2)]]  # up to a third of the largest corpus
    updates = memorising[f"{PLAIN}, N = 100"]
    assert updates[:, 1] == pytest.approx([2 * unique / BATCH for unique in (16, 32, 64)])
    grey = [line for line in figure.axes[2].lines if str(line.get_label()).startswith("slope")]
    for line, slope in zip(grey, (0, 1), strict=True):
        (first, low), (last, high) = np.asarray(line.get_xydata())
        assert math.log(high / low) == pytest.approx(slope * math.log(last / first))
    legends = [legend.get_window_extent() for legend in figure.legends]
    assert all(one.x0 >= 0 and one.x1 <= figure.bbox.width and one.y0 >= 0 for one in legends)


def test_what_has_not_come_by_the_last_epoch_is_open() -> None:
    late = rows()
    late.loc[late["metric"] == "memorisation_excess", "value"] = 0.01
    figure = drawn(sizes.plan(late), late)
    axes = figure.axes[2]
    (unfinished,) = (
        line
        for line in axes.lines
        if line.get_linestyle() == "None" and line.get_markerfacecolor() == axes.get_facecolor()
        and len(np.asarray(line.get_xydata()))
    )  # fmt: skip
    wanted = [[8 * unique, 8 * unique / BATCH] for unique in (16, 32, 64)]
    assert np.asarray(unfinished.get_xydata()) == pytest.approx(np.array(wanted))


def test_answers_and_gaps_are_those_of_the_middle_corpus() -> None:
    table = rows()
    table.loc[table["unique_sequences"] != 32, "value"] *= 7
    figure = drawn(after_overfitting.plan(table), table)
    accuracy, gap = figure.axes
    (line,) = (line for line in accuracy.lines if line.get_label() == PLAIN)
    assert np.asarray(line.get_xydata()) == pytest.approx(np.array([[e, 1 / e] for e in EPOCHS]))
    (line,) = (line for line in gap.lines if line.get_label() == PLAIN)
    assert np.asarray(line.get_xydata()) == pytest.approx(np.array([[e, e] for e in EPOCHS]))


def test_confidence_beside_truth_stands_where_it_was_measured() -> None:
    table = with_tenths()
    figure = drawn(after_overfitting.plan(table), table)
    _, _, calibration = figure.axes
    expected = np.array([[0.3, 0.3], [0.6, 0.6], [0.9, 0.6]])
    assert np.asarray(calibration.lines[0].get_xydata()) == pytest.approx(expected)


def test_one_figure_a_family_and_none_without_its_rows() -> None:
    names = [plan.name for plan, _ in data_plans(rows())]
    assert sum(name.startswith("data_sizes_") for name in names) == 1
    assert sum(name.startswith("after_overfitting_") for name in names) == 1
    assert sum(name.startswith("crossover_") for name in names) == 2
    table = rows()
    assert sizes.plan(table[table["unique_sequences"] == 16]) is None
    assert sizes.plan(table[table["denoiser"] == PLAIN]) is None
    assert after_overfitting.plan(table[table["metric"] == "chain_rule_divergence"]) is None
    assert data_plans(table.iloc[:0]) == []
