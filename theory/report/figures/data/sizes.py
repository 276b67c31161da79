"""What more data does: the epoch of the crossing, the data potential, the time to memorise."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from theory.claims.data_memorisation import MEMORISED
from theory.report.figures.data.arms import ARMS
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.limited_data import (
    DIFFUSION,
    PAIRINGS,
    PLAIN,
    Pairing,
    crossing_epochs,
    curves,
    data_potential,
    families,
    memorisation_epochs,
    of_arm,
    over_units,
)

LOOKS = (("o", "-"), ("^", "--"), ("s", ":"), ("D", "-."))  # of models, small to large
CLAIMED = 3


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of one kind of language with models on several sizes of corpus."""
    family, group = next(families(rows), ("", rows.iloc[:0]))
    compared = [table for _, table in _compared(group)] if len(group) else []
    if not compared or group["unique_tokens"].nunique() < 2:
        return None
    return Plan(
        f"data_sizes_{family}",
        f"{family}: what more data does",
        "Left: the epoch from which diffusion stays below AR0, in the stable phase, or AR*, "
        "annealed; open where a draw or a seed had not crossed by its last epoch, which then "
        "stands for it. Middle: how many times the unique tokens an autoregressive model needs "
        "for the least KL of diffusion, at most that many at the smallest corpus, for corpora "
        f"up to a third of the largest; the grey line is the published {CLAIMED} times. Right: "
        f"the updates after which a model gives its training set {MEMORISED:g} more probability "
        "than the language does, open where some had not by their last; grey lines have slopes "
        "0 and 1. Means of logarithms over draws of the language and seeds, 95% intervals by "
        "Student's t of the draws. N is the number of parameters.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """Three panels against the number of unique tokens."""
    figure = Figure(figsize=(10.4, 5.0), layout="constrained")
    panels = crossing, potential, memorising = figure.subplots(1, 3)
    family, group = next(families(rows))
    for pairing, table in _compared(group):
        _lines(crossing, crossing_epochs(table), pairing.arm, f"against {pairing.arm}")
        _lines(potential, data_potential(table), pairing.arm, f"against {pairing.arm}")
    potential.axhline(CLAIMED, color="0.5", linestyle="-.")
    updates = [(arm, table) for arm in (PLAIN, DIFFUSION) for table in _memorised(rows, arm)]
    for arm, table in updates:
        _lines(memorising, table, arm, arm)
    if updates:
        _slopes(memorising, updates[0][1])
    names = ("epoch of the crossing", "data potential, $U_{AR}/U$", "updates to memorise")
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(name, loc="left", fontsize=9)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel("unique tokens U")
        axes.set_xticks(sorted(group["unique_tokens"].unique()))
        axes.tick_params(axis="x", rotation=45)
        plain_numbers(axes.xaxis)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        plain_numbers(axes.yaxis)
    entries = crossing.get_legend_handles_labels(), memorising.get_legend_handles_labels()
    figure.legend(*entries[0], loc="outside lower left", ncols=2)
    figure.legend(*entries[1], loc="outside lower right", ncols=2)
    figure.suptitle(family, x=0.005, ha="left", fontsize=9)
    return figure


def _compared(group: pd.DataFrame) -> Iterator[tuple[Pairing, pd.DataFrame]]:
    for pairing in PAIRINGS:
        table = curves(group, pairing)
        if len(table):
            yield pairing, table


def _memorised(rows: pd.DataFrame, arm: str) -> Iterator[pd.DataFrame]:
    """The log of the updates until an arm has memorised its training set."""
    for _, group in of_arm(rows, "memorisation_excess", arm):
        table = memorisation_epochs(group, MEMORISED)
        known = rows[rows["metric"] == "memorisation_excess"]
        tokens = known["unique_sequences"] * known["length"] * known["epoch"] / known["steps"]
        batch = float(tokens.astype(float).median())  # of an update; steps are rounded up
        yield table.assign(value=table["value"] + np.log(table["unique_tokens"] / batch))


def _lines(axes: Axes, table: pd.DataFrame, arm: str, label: str) -> None:
    """A line a size of model: the mean logarithm at each size of corpus with its interval."""
    colour, _ = ARMS[arm]
    sizes = table.groupby("parameters", sort=True)
    for (parameters, cells), (marker, line) in zip(sizes, LOOKS, strict=False):
        points = [(float(str(u)), _point(cell)) for u, cell in cells.groupby("unique_tokens")]
        axes.errorbar(
            [unique for unique, _ in points],
            [value for _, (value, _, _, _) in points],
            np.array([(low, high) for _, (_, low, high, _) in points]).T,
            color=colour,
            marker=marker,
            linestyle=line,
            capsize=2,
            label=f"{label}, N = {float(str(parameters)):,.0f}",
        )
        unfinished = [(unique, value) for unique, (value, _, _, beyond) in points if beyond]
        axes.plot(
            [unique for unique, _ in unfinished],
            [value for _, value in unfinished],
            color=colour,
            marker=marker,
            markerfacecolor=axes.get_facecolor(),
            linestyle="none",
            zorder=3,
        )


def _point(cell: pd.DataFrame) -> tuple[float, float, float, bool]:
    """The value of a cell, how far its interval reaches down and up, whether some is censored."""
    mean = over_units(cell, 1)
    assert mean is not None
    ends: Sequence[float] = [float(np.exp(one)) for one in (mean.value, mean.low, mean.high)]
    beyond = "censored" in cell and bool(cell["censored"].any())
    return ends[0], ends[0] - ends[1], ends[2] - ends[0], beyond


def _slopes(axes: Axes, table: pd.DataFrame) -> None:
    """Grey lines of slope 0 and 1 through the middle of what is drawn."""
    sizes = np.array([table["unique_tokens"].min(), table["unique_tokens"].max()])
    middle, level = float(np.sqrt(sizes.prod())), float(np.exp(table["value"].mean()))
    for slope, line in ((0, "-."), (1, "--")):
        label = f"slope {slope}"
        values = level * (sizes / middle) ** slope
        axes.plot(sizes, values, color="0.5", linestyle=line, linewidth=1, label=label, zorder=1)
