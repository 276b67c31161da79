"""What the order of reveals does to SER: at random it falls as L / N, by bisection it is soon 0."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.law_rows import orders

# colour, line, marker, its size: optimal schedules differ little and lie inside the others
STYLES = {
    "bernoulli": ("C0", "-", "o", 9),
    "bernoulli, optimal schedule": ("C3", "--", "o", 4),
    "fixed count": ("C1", "-", "s", 9),
    "fixed count, optimal sizes": ("C4", "--", "s", 4),
    "bisection": ("C2", "-", "D", 6),
}


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a chain on which several orders were computed or sampled."""
    table = orders(rows)
    if table.empty:
        return None
    language, length = rows["language"].iloc[0], int(table["length"].iloc[0])
    sampled = table[~table["is_exact"]]
    drawn = (
        "Everything is exact, nothing is sampled."
        if sampled.empty
        else "Exact without sampling, but for points with bars: fixed counts out of reach of the "
        f"exact law, a share of {int(sampled['samples'].iloc[0]):,} samples with its 95% interval; "
        "an open triangle is the upper end where no sample was impossible."
    )
    return Plan(
        f"order_of_reveals_{language}",
        f"{language}: the order of reveals",
        f"SER of the exact denoiser at L = {length} against steps. Bernoulli reveal: each token at "
        "a random step. Fixed count: L/N random positions a step. Optimal: the schedule and the "
        "sizes that are best for the path average at that N. Bisection: each step reveals the "
        "middle of every gap; with ceil(log2(L + 1)) steps any two tokens of one step have a "
        f"revealed one between them, so SER is 0. {drawn} Points on the bottom line are 0 "
        "exactly.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """SER against steps on log axes, with a line at the bottom for what is 0 exactly."""
    table = orders(rows)
    length = int(table["length"].iloc[0])
    positive = pd.concat([table["value"], table["high"]])
    bottom = float(positive[positive > 1e-12].min()) / 4
    figure = Figure(figsize=(8.2, 5.6), layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.axhline(bottom, color="grey", linewidth=0.8, zorder=0)
    axes.axvline(length, color="grey", linewidth=0.8, linestyle=":", zorder=0)
    for reveal, group in table.groupby("reveal", sort=False):
        _draw_order(axes, group, str(reveal), bottom)
    axes.set_ylim(bottom / 1.5, 1.5)
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
    axes.text(
        0.01, bottom, " 0 exactly", transform=axes.get_yaxis_transform(), va="bottom", fontsize=9
    )
    axes.set_xlabel("denoising steps N (dotted line: N = L)")
    axes.set_ylabel("sequence error rate")
    axes.set_title(
        f"{rows['language'].iloc[0]}, L = {length}: order removes the linear law",
        loc="left",
        fontweight="bold",
    )
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.12))
    return figure


def _draw_order(axes: Axes, table: pd.DataFrame, reveal: str, bottom: float) -> None:
    """One way to reveal: a line through all that is known, bars and triangles where sampled."""
    colour, line, marker, size = STYLES[reveal]
    zero = table["is_exact"] & (table["high"] == 0)
    line_of = table[zero | (table["value"] > 0)]
    heights = line_of["value"].where(line_of["value"] > 0, bottom)
    axes.plot(
        line_of["steps"],
        heights,
        color=colour,
        linestyle=line,
        marker=marker,
        markersize=size,
        markerfacecolor="none" if size == 9 else colour,
        label=reveal,
    )
    drawn = table[~table["is_exact"]]
    seen = drawn[drawn["value"] > 0]
    axes.errorbar(
        seen["steps"],
        seen["value"],
        yerr=[seen["value"] - seen["low"], seen["high"] - seen["value"]],
        color=colour,
        linestyle="none",
        capsize=3,
    )
    unseen = drawn[drawn["value"] == 0]
    axes.plot(
        unseen["steps"],
        unseen["high"],
        color=colour,
        linestyle="none",
        marker="v",
        markersize=size + 1,
        markerfacecolor="none",
    )
