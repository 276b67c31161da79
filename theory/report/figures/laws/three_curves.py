"""Three curves that are often taken for one another, and the bounds above them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.law_rows import collision_row, gap_slope, information_drop, three_curves

DASHED = (0, (5, 2))
DOTTED = (0, (1, 1.5))


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a chain whose rows hold path average, TER gap and SER at the same steps."""
    table = three_curves(rows)
    if table.empty or collision_row(rows) is None or information_drop(rows) is None:
        return None
    language, length = rows["language"].iloc[0], int(table["length"].iloc[0])
    return Plan(
        f"three_curves_{language}",
        f"{language}: path average, TER gap of the law sampled, and SER per token",
        f"Exact denoiser at L = {length}, Bernoulli reveal, uniform schedule. The path average is "
        "exact, from the information curve f. The TER gap is that of the law actually sampled: "
        "p(x) is exact for each word, the average over words is estimated from "
        f"{int(table['samples'].iloc[0]):,} words (bars: 95% intervals). -log(1 - SER)/L is exact. "
        "Lines: c/N with the collision constant c, (f(0) - f(1))/(2N), and two bounds: log V / N, "
        "and Theorem 4.2 of 2502.09622 in our statement with constants, log V (eps + (1 + 1/L) / "
        "(eps (N - 1))), at the best eps for each N. The legend says how many times the TER "
        "gap each is at the largest N.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """The three curves and their bounds against steps; the legend has their ratios at the end."""
    table = three_curves(rows)
    constant, drop = collision_row(rows), information_drop(rows)
    assert constant is not None
    assert drop is not None
    figure = Figure(figsize=(11.5, 5.8), layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    steps = table["steps"]
    lines = (
        ("Theorem 4.2, our statement", table["two_phase"], "C4", "-."),
        ("log V / N", table["log_vocabulary"], "C3", "-."),
        ("path average, exact", table["path_average"], "C1", "s"),
        ("(f(0) - f(1)) / (2N)", drop / (2 * steps), "C1", DASHED),
        ("c / N", constant["value"] / steps, "C0", DOTTED),
        ("-log(1 - SER) / L, exact", table["per_token"], "C2", "D"),
    )
    for label, values, colour, style in lines:
        shown = np.isfinite(values) & (values > 0)
        label = f"{label}: {_times(values, table)}"
        if style in ("s", "D"):
            axes.plot(steps[shown], values[shown], color=colour, marker=style, label=label)
        else:
            axes.plot(steps[shown], values[shown], color=colour, linestyle=style, label=label)
    _draw_gap(axes, table)
    axes.set_xlabel("denoising steps N")
    axes.set_ylabel("nats per token")
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
    axes.set_title(
        f"{rows['language'].iloc[0]}, L = {int(table['length'].iloc[0])}: "
        + ("three curves, two constants" if constant["value"] > 0 else "no impossible word, c = 0"),
        loc="left",
        fontweight="bold",
    )
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        title=f"at N = {steps.iloc[-1]:,}, in units of the TER gap",
        alignment="left",
        labelspacing=1,
    )
    return figure


def _draw_gap(axes: Axes, table: pd.DataFrame) -> None:
    """The TER gap of the law sampled with its intervals; an interval to zero has no lower end."""
    low = table["low"].where(table["low"] > 0, table["gap"])
    axes.errorbar(
        table["steps"],
        table["gap"],
        yerr=[table["gap"] - low, table["high"] - table["gap"]],
        color="C0",
        marker="o",
        capsize=2,
        elinewidth=1,
        label=f"TER gap of the law sampled: 1{_slope(table)}",
    )


def _slope(table: pd.DataFrame) -> str:
    """The slope of the gap at the end, where there are two points."""
    return f"\nslope {gap_slope(table):.3f} between the last two" if len(table) > 1 else ""


def _times(values: "pd.Series[float]", table: pd.DataFrame) -> str:
    """How many times the TER gap a curve is at the largest N."""
    return f"{values.iloc[-1] / table['gap'].iloc[-1]:,.3g}"
