"""How much the path average exaggerates: its ratio to the law actually sampled, by enumeration."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.kinds.path_slack import SCHEDULES
from theory.tables.law_rows import slack_ratios

MARKERS = ("o", "s", "D", "^")
WIDTH = 0.24  # room of one schedule where neighbouring numbers of steps are 1 apart


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of random chains small enough to enumerate."""
    table = slack_ratios(rows)
    if table.empty:
        return None
    ratios = table["ratio"]
    return Plan(
        "path_slack",
        "How much of the path average is real",
        "KL(q||p) of the law actually sampled divided by its path average, both exact by "
        f"enumeration at L = {int(table['length'].iloc[0])}, exact denoiser, Bernoulli reveal. "
        "Every point is one random chain under one schedule; the bars are medians. By convexity "
        "the ratio is at most 1. The chains with full support have a ratio that goes to 0: their "
        "divergence falls as 1/N^2, its path average as 1/N. Two phase: a first step that reveals "
        f"a share of 1/N^2, the rest uniform. {len(table):,} ratios of "
        f"{table['language'].nunique():,} chains, median {ratios.median():.3f}, from "
        f"{ratios.min():.3g} to {ratios.max():.3g}.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """A panel a branching; strips of points against steps, a colour and marker a schedule."""
    table = slack_ratios(rows)
    branchings = sorted(table["branching"].unique())
    figure = Figure(figsize=(11.5, 4.8), layout="constrained")
    panels = figure.subplots(1, len(branchings), sharey=True, squeeze=False)[0]
    for axes, branching in zip(panels, branchings, strict=True):
        _draw_strips(axes, table[table["branching"] == branching])
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        plain_numbers(axes.yaxis)
        axes.axhline(1, color="grey", linewidth=0.8, zorder=0)
        axes.set_title(f"{branching:g} successors a token", loc="left", fontweight="bold")
        axes.set_xlabel("denoising steps N")
    panels[0].set_ylabel("KL of the law sampled / path average")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), markerscale=2)
    return figure


def _draw_strips(axes: Axes, table: pd.DataFrame) -> None:
    steps = sorted(table["steps"].unique())
    schedules = [name for name in SCHEDULES if name in set(table["schedule"])]
    for place, schedule in enumerate(schedules):
        shift = WIDTH * (place - (len(schedules) - 1) / 2)
        colour, marker = f"C{place}", MARKERS[place % len(MARKERS)]
        for column, number in enumerate(steps):
            group = table[(table["schedule"] == schedule) & (table["steps"] == number)]["ratio"]
            # in the order of the chains, so that a chain stands at the same place in every strip
            spread = np.linspace(-0.4, 0.4, len(group)) * WIDTH if len(group) > 1 else np.zeros(1)
            axes.plot(
                column + shift + spread,
                group,
                linestyle="none",
                marker=marker,
                markersize=3,
                color=colour,
                alpha=0.7,
                label=schedule if column == 0 else None,
            )
            ends = [column + shift - WIDTH / 2, column + shift + WIDTH / 2]
            axes.plot(ends, [group.median()] * 2, color=colour, linewidth=2.5)
    axes.set_xticks(range(len(steps)), [f"{number:g}" for number in steps])
