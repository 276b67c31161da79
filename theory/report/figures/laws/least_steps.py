"""The central claim in one figure: steps to a target SER grow as L, those to a TER gap do not."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.law_rows import LEAST_LENGTH, collision_row, least_steps_rows, slope

BEYOND = 4  # predictions reach this many times the longest length
MARKERS = ("o", "s", "D", "^")


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a chain whose rows hold c and the least steps to some target SER."""
    rates = least_steps_rows(rows, "sequence_error_rate")
    if rates.empty or collision_row(rows) is None:
        return None
    words = ", ".join(least_steps_rows(rows, "token_error_rate_gap")["estimator"].unique())
    language = rows["language"].iloc[0]
    return Plan(
        f"least_steps_{language}",
        f"{language}: least steps to a target, by sequence and by token",
        "The least N at which the exact denoiser reaches a target, Bernoulli reveal, uniform "
        "schedule. Left: sequence error rate (SER). Filled points are exact, without sampling; "
        "hollow ones are extrapolated by the collision law N = c L / -log(1 - target), drawn as a "
        f"dashed line. Slopes are fitted to log N against log L over the exact points with "
        f"L >= {LEAST_LENGTH}. Right, on the same axes: the TER gap log TER(p) - log TER(q), in "
        "nats per token, of the law actually sampled; p(x) is exact for each word, the average "
        f"over words is estimated ({words or 'not measured'}, the same words at every N). Dashed: "
        "N = c / target, the same c.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """Least N against L on the same log axes: SER on the left, TER gap on the right."""
    rates = least_steps_rows(rows, "sequence_error_rate")
    gaps = least_steps_rows(rows, "token_error_rate_gap")
    constant = collision_row(rows)
    assert constant is not None
    figure = Figure(figsize=(11.5, 6.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    left.set_xscale("log", base=2)
    left.set_yscale("log")
    longest = BEYOND * int(rates["length"].max())
    for place, (target, group) in enumerate(rates.groupby("target", sort=False)):
        per_token = constant["value"] / -np.log1p(-float(str(target)))
        _draw_rate(left, group, place, f"SER ≤ {target:g}", per_token, longest)
    shift = rates["target"].nunique()
    for place, (target, group) in enumerate(gaps.groupby("target", sort=False)):
        _draw_gap(right, group, place + shift, f"TER gap ≤ {target:g}", constant["value"])
    language = rows["language"].iloc[0]
    left.set_title(f"{language}, by sequence: N grows as L", loc="left", fontweight="bold")
    right.set_title("by token: N does not depend on L", loc="left", fontweight="bold")
    left.set_ylabel("least denoising steps N")
    for axes in (left, right):
        plain_numbers(axes.xaxis)
        plain_numbers(axes.yaxis)
        axes.set_xlabel("length L, tokens")
        axes.tick_params(labelleft=True)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper left", bbox_to_anchor=(0, -0.12))
    return figure


def _draw_rate(
    axes: Axes, table: pd.DataFrame, place: int, label: str, per_token: float, longest: int
) -> None:
    """Exact points of one target, filled, and those of N = per_token L beyond them, hollow."""
    colour, marker = f"C{place}", MARKERS[place % len(MARKERS)]
    last = table.iloc[-1]
    fitted = slope(table)
    fit = "" if fitted is None else f", slope {fitted:.4f}, {fitted - 1:+.4f} from 1"
    axes.plot(
        table["length"], table["steps"], color=colour, marker=marker, label=f"{label}, exact{fit}"
    )
    lengths = np.array([table["length"].min(), longest])
    axes.plot(lengths, per_token * lengths, color=colour, linestyle="--", linewidth=0.8)
    beyond = _doublings(int(last["length"]), longest)
    axes.plot(
        beyond,
        np.ceil(per_token * beyond),
        color=colour,
        linestyle="none",
        marker=marker,
        markerfacecolor="none",
        label=f"extrapolated by the collision law, which is {_off(last)}",
    )


def _draw_gap(axes: Axes, table: pd.DataFrame, place: int, label: str, constant: float) -> None:
    """Points of one target gap, and the level c / target."""
    colour, marker = f"C{place}", MARKERS[place % len(MARKERS)]
    fitted = slope(table)
    fit = "" if fitted is None else f", slope {fitted:.4f}"
    span = f", N = {table['steps'].min():g} to {table['steps'].max():g}{fit}"
    axes.plot(table["length"], table["steps"], color=colour, marker=marker, label=f"{label}{span}")
    axes.axhline(
        constant / table["target"].iloc[0],
        color=colour,
        linestyle="--",
        linewidth=0.8,
        label=f"collision law N = c / target, which is {_off(table.iloc[-1])}",
    )


def _off(last: "pd.Series[float]") -> str:
    """How far the law is off at the longest computed length."""
    off = last["predicted"] / last["steps"] - 1
    return f"off by {off:+.1%} at L = {last['length']:g}"


def _doublings(length: int, most: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """2 L, 4 L, .. up to `most`."""
    powers = np.arange(1, max(1, int(np.log2(most / length)) + 1))
    return length * 2**powers
