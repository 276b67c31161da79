"""How tight every bound is: bound against exact value by kind, and the ratio of each theorem."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan

KINDS = {
    "tight": ("C0", "o", "tight upper bounds"),
    "upper": ("C1", "^", "upper bounds"),
    "lower": ("C3", "v", "lower bounds"),
    "identity": ("C2", "s", "identities"),
    "asymptotic": ("C4", "D", "asymptotic laws, all sizes"),
}


def draw(rows: pd.DataFrame) -> Figure:
    """Rows of theorem, kind, case, bound, exact, ratio: the ratio of each theorem on the left, on
    the right a panel for each kind with all cases, those that decide the ratio with an edge."""
    names = rows["theorem"].nunique()
    figure = Figure(figsize=(9.0, 1.6 + 0.185 * names), layout="constrained")
    halves = figure.subfigures(1, 2, width_ratios=(1.55, 1), squeeze=False)
    left, right = halves[0]
    deciding = _deciding(rows)
    _draw_ratios(left.subplots(), deciding)
    present = [kind for kind in KINDS if (rows["kind"] == kind).any()]
    panels = np.atleast_1d(right.subplots(len(present), 1))
    for axes, kind in zip(panels, present, strict=True):
        _draw_cases(axes, rows[rows["kind"] == kind], deciding[deciding["kind"] == kind], kind)
    panels[-1].set_xlabel("bound, in the theorem's own unit")
    return figure


def _deciding(rows: pd.DataFrame) -> pd.DataFrame:
    """The case of each theorem whose ratio is the one to report."""
    chosen = []
    for _, group in rows.groupby("theorem", sort=False):
        # an identity that reads 0 = 0 has no ratio but this one
        group = group.assign(ratio=group["ratio"].fillna(1.0))
        kind = group["kind"].iloc[0]
        if kind == "asymptotic":
            chosen.append(group.iloc[-1])
        elif kind == "identity":
            chosen.append(group.iloc[int(np.argmax(np.abs(group["ratio"] - 1)))])
        else:
            chosen.append(group.iloc[int(np.argmax(group["ratio"]))])
    return pd.DataFrame(chosen)


def _draw_ratios(axes: Axes, deciding: pd.DataFrame) -> None:
    """A line for each theorem, grouped by kind, the loosest at the bottom of its group."""
    height, heights, labels = 0.0, [], []
    for kind, (colour, marker, label) in KINDS.items():
        group = deciding[deciding["kind"] == kind].assign(
            printed=lambda rows: rows["ratio"].round(4)  # what differs by rounding goes by name
        )
        group = group.sort_values(["printed", "theorem"], ascending=[False, True])
        places = height - np.arange(len(group))
        axes.hlines(places, 0, group["ratio"], color=colour, linewidth=0.8, alpha=0.5)
        axes.plot(
            group["ratio"], places, linestyle="none", marker=marker, color=colour, label=label
        )
        for place, ratio in zip(places, group["ratio"], strict=True):
            text = "1" if abs(ratio - 1) < 5e-7 else f"{ratio:.4f}"
            axes.annotate(
                text,
                (ratio, place),
                (7, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
                bbox={"facecolor": mpl.rcParams["axes.facecolor"], "edgecolor": "none", "pad": 0.5},
            )
        heights += places.tolist()
        labels += group["theorem"].tolist()
        height -= len(group) + 0.6
    axes.set_yticks(heights, labels, fontsize=7.5)
    axes.set_ylim(height + 1, 1)
    axes.set_xlim(0, 1.18)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.axvline(1, color=mpl.rcParams["text.color"], linewidth=0.8)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("largest ratio exact / bound (bound / exact for lower bounds)")
    axes.set_title("How tight each bound is over its family", loc="left", fontweight="bold")


def _draw_cases(axes: Axes, rows: pd.DataFrame, deciding: pd.DataFrame, kind: str) -> None:
    """Exact against bound on logarithmic axes, with the line where both are equal."""
    colour, marker, label = KINDS[kind]
    positive = rows[(rows["bound"] > 0) & (rows["exact"] > 0)]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.plot(
        positive["bound"],
        positive["exact"],
        linestyle="none",
        marker=marker,
        markersize=2.5,
        color=colour,
        alpha=0.35,
        markeredgewidth=0,
        rasterized=True,
    )
    edge = deciding[(deciding["bound"] > 0) & (deciding["exact"] > 0)]
    axes.plot(
        edge["bound"],
        edge["exact"],
        linestyle="none",
        marker=marker,
        markersize=5,
        markerfacecolor="none",
        markeredgecolor=mpl.rcParams["text.color"],
        markeredgewidth=0.8,
    )
    if len(positive):
        ends = positive["bound"].min() / 2, positive["bound"].max() * 2
        axes.plot(ends, ends, color=mpl.rcParams["text.color"], linewidth=0.8, zorder=1)
        # what lies far below its bound is not worth an axis that hides the rest
        low = max(positive["exact"].min(), ends[0] * 1e-3)
        axes.set_ylim(low / 2, max(positive["exact"].max(), ends[1]) * 1.5)
    axes.set_ylabel("exact value")
    count = rows["theorem"].nunique()
    axes.set_title(f"{label}\n{count} theorems, {len(rows)} cases", loc="left", fontsize=9)


PLAN = Plan(
    "tightness",
    "How tight every bound is",
    "Left: for each theorem the largest ratio of exact value to bound over a stated family of "
    "cases (bound to exact for lower bounds; for identities the ratio furthest from one; for "
    "asymptotic laws that at the largest size). Right: bound and exact value of every case, in the "
    "unit of its theorem; on the line both are equal, and open marks are the cases on the left.",
    draw,
)
