"""Grids that are best by KL on small languages, and what plain grids lose to them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.noise.samplers import legend_below, style_of
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.kinds.best_grid import LOG_ODDS, grid_metric
from theory.tables.rows import longest

BEST = "uniform noise, best by divergence grid"
GRIDS = ("linear", "cosine", "geometric", "log-odds")
COLOURS, LINES = 5, ("-", "--", ":")
DIVERGENCE = grid_metric("divergence")


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of rows with grids at two numbers of steps or more."""
    if losses(rows)["steps"].nunique() < 2:
        return None
    return Plan(
        "best_grid",
        "Grids of noise levels: the best by KL on small languages, and what plain ones lose",
        "Exact denoiser, uniform noise, all sequences of a small language enumerated. Left: the "
        "grid that minimises KL(q || p) at the largest number of steps, as log-odds of noise "
        "against the share of the steps that is done, one line a language. Right: KL of plain "
        "grids over that of the best one, against steps: the geometric mean over the languages, "
        "and from the best to the worst of them. Geometric and log-odds grids end at 0.01 / L.",
        draw,
    )


def losses(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns language, steps, grid, loss: KL of each plain grid over that of the best one, each
    language at its greatest length."""
    group = longest(rows[rows["metric"] == DIVERGENCE])
    # units that look for the best by another metric have the plain ones again
    keys = ["language", "steps", "reveal"]
    table = group.drop_duplicates(keys).pivot(index=keys[:2], columns="reveal", values="value")
    if BEST not in table:
        return pd.DataFrame(columns=["language", "steps", "grid", "loss"])
    shares = pd.DataFrame(
        {grid: table[f"uniform noise, {grid} grid"] / table[BEST] for grid in GRIDS}
    )
    table = shares.reset_index().melt(["language", "steps"], var_name="grid", value_name="loss")
    return table.dropna(subset=["loss"])


def draw(rows: pd.DataFrame) -> Figure:
    """Levels of the best grids on the left, losses of plain ones on the right."""
    figure = Figure(figsize=(11.5, 6.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    _levels(left, rows)
    _losses(right, losses(rows))
    return figure


def _levels(axes: Axes, rows: pd.DataFrame) -> None:
    table = longest(rows[(rows["metric"] == LOG_ODDS) & (rows["reveal"] == BEST)])
    table = table[table["steps"] == table["steps"].max()]
    for place, (language, levels) in enumerate(table.groupby("language", sort=False)):
        share = levels["target"] / levels["steps"]
        line = LINES[place // COLOURS % len(LINES)] + "o"
        axes.plot(share, levels["value"], line, color=f"C{place % COLOURS}", label=str(language))
    axes.set_xlabel("share of the steps done, k / N")
    axes.set_ylabel("log-odds of noise, log(η / (1 − η))")
    title = f"best by KL, N = {table['steps'].max():g}"
    axes.set_title(title, loc="left", fontweight="bold")
    legend_below(axes)


def _losses(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    for grid, group in table.groupby("grid", sort=False):
        by_steps = group.groupby("steps")["loss"]
        means = np.exp(group.assign(loss=np.log(group["loss"])).groupby("steps")["loss"].mean())
        look = style_of(f"uniform noise, {grid} grid")
        axes.plot(means.index, means, label=f"{grid} grid", **look)
        least, most = by_steps.min(), by_steps.max()
        axes.fill_between(means.index, least, most, color=look["color"], alpha=0.05)
    axes.axhline(1.0, color="0.5", linewidth=0.8)
    axes.set_xlabel("steps N")
    axes.set_ylabel("KL over that of the best grid")
    axes.set_title("what plain grids lose", loc="left", fontweight="bold")
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
    legend_below(axes)
