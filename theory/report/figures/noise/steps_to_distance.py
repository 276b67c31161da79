"""Steps to a total variation against length on small languages: masks beside revising noise."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.distance_units import STANDARD_DISTANCES, TARGET
from theory.studies.kinds.least_steps_to_distance import distance_metric

METRIC = distance_metric("total_variation")
STYLES = {
    "bernoulli": ("masks in random order", "C0", "-", "o"),
    "fixed count": ("masks, fixed count", "C0", "--", "s"),
    "uniform noise, linear grid": ("uniform noise, linear grid", "C1", ":", "^"),
    "uniform noise, cosine grid": ("uniform noise, cosine grid", "C1", "--", "D"),
    "uniform noise, geometric grid": ("uniform noise, geometric grid", "C3", "-", "v"),
    "hybrid noise, geometric grid": ("hybrid noise, geometric grid", "C2", "-.", "P"),
}
TITLES = {study.language: study.title for study in STANDARD_DISTANCES}
COLUMNS = 4


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of languages at two lengths or more."""
    if not _languages(rows):
        return None
    return Plan(
        "least_steps_to_total_variation",
        "Small languages: steps to a total variation against length",
        "The least number of steps with which the law that the exact denoiser generates is within "
        f"{TARGET:g} of the language in total variation, against length: exact, by all sequences, "
        "and by looking at every number of steps from one on. Masks in random order have the "
        "uniform schedule, fixed count has equal sizes and is exact in L steps, geometric grids "
        "end at 0.01 / L, hybrid noise has a uniform share of 0.1. Axes are logarithmic: a "
        "straight line is a power of L.",
        draw,
    )


def _languages(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Languages at two lengths or more, with their finite rows."""
    table = rows[(rows["metric"] == METRIC) & np.isfinite(rows["value"])]
    table = table[table["target"] == TARGET] if len(table) else table
    groups = [(str(name), group) for name, group in table.groupby("language", sort=False)]
    return [(name, group) for name, group in groups if group["length"].nunique() > 1]


def draw(rows: pd.DataFrame) -> Figure:
    """One panel a language, steps against length on log axes, and one legend."""
    languages = _languages(rows)
    lines = -(-(len(languages) + 1) // COLUMNS)  # one place for the legend
    figure = Figure(figsize=(11.5, 3.1 * lines), layout="constrained")
    panels = figure.subplots(lines, COLUMNS, squeeze=False).flatten()
    for axes, (name, table) in zip(panels, languages):
        _draw(axes, table)
        axes.set_title(TITLES.get(name, name), loc="left", fontweight="bold")
    for axes in panels[len(languages) :]:
        axes.axis("off")
    handles = {
        label: line
        for axes in panels
        for line, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    panels[len(languages)].legend(handles.values(), handles.keys(), loc="center left")
    figure.supylabel(f"least steps N to a total variation of {TARGET:g}", fontsize=10)
    figure.supxlabel("length L, tokens", fontsize=10)
    return figure


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    for sampler, (label, colour, line, marker) in STYLES.items():
        curve = table[table["reveal"] == sampler].sort_values("length")
        axes.plot(
            curve["length"],
            curve["value"],
            label=label,
            color=colour,
            linestyle=line,
            marker=marker,
        )
    axes.set_xticks(sorted(table["length"].unique()))
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
