"""SER of one chain against N / L at several lengths: one curve, and how far they are from it."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import ordered_colours, plain_numbers
from theory.tables.law_rows import collapse, collision_row, largest_deviation

MARKERS = ("o", "s", "D", "^", "v", "P", "X")


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a chain whose rows hold c and SER at one N / L of several lengths."""
    table = collapse(rows)
    if table.empty:
        return None
    worst = largest_deviation(table)
    lengths = ", ".join(f"{length:g}" for length in table["length"].unique())
    return Plan(
        f"collapse_{rows['language'].iloc[0]}",
        f"{rows['language'].iloc[0]}: SER against N/L, one curve for all lengths",
        f"Above: exact sequence error rate (SER) of the exact denoiser at L = {lengths}, Bernoulli "
        "reveal, uniform schedule; no sampling, the proved error is smaller than the points. The "
        "line is the collision law 1 - exp(-c L/N), its constant c computed from the language "
        "alone and not fitted. Below: exact minus law. The largest deviation is "
        f"{worst['deviation']:+.4f}, at L = {worst['length']:g}, N = {worst['steps']:g}.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """SER above, its deviation from the collision law below, a colour and marker a length."""
    table = collapse(rows)
    constant = collision_row(rows)
    assert constant is not None
    figure = Figure(figsize=(7.2, 6.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    smooth = np.geomspace(table["ratio"].min() / 1.2, table["ratio"].max() * 1.2, 200)
    above.plot(
        smooth,
        -np.expm1(-constant["value"] / smooth),
        color=mpl.rcParams["text.color"],
        linewidth=1,
        label=f"1 - exp(-c L/N), c = {constant['value']:.5f}",
    )
    below.axhline(0, color=mpl.rcParams["text.color"], linewidth=1)
    lengths = table["length"].unique()
    for place, (length, colour) in enumerate(
        zip(lengths, ordered_colours(len(lengths)), strict=True)
    ):
        group = table[table["length"] == length]
        marker = MARKERS[place % len(MARKERS)]
        below.plot(group["ratio"], group["deviation"], color=colour, marker=marker, linewidth=0.8)
        above.plot(
            group["ratio"],
            group["value"],
            color=colour,
            linestyle="none",
            marker=marker,
            # those of short sequences stand out behind those of long ones
            markersize=5 + 2 * (len(lengths) - 1 - place),
            label=f"L = {length}, exact",
        )
    above.set_xscale("log", base=2)
    plain_numbers(above.xaxis)
    above.set_ylim(0, 1.02)
    above.set_ylabel("sequence error rate")
    below.set_ylabel("exact - law")
    below.set_xlabel("denoising steps per token N/L")
    worst = largest_deviation(table)
    longest = table[table["length"] == lengths.max()]["deviation"].abs().max()
    above.set_title(
        f"{rows['language'].iloc[0]}: SER becomes a function of N/L alone",
        loc="left",
        fontweight="bold",
    )
    below.set_title(
        f"largest deviation {worst['deviation']:+.4f} at L = {worst['length']:g}, "
        f"N = {worst['steps']:g}; at L = {lengths.max()} at most {longest:.4f}",
        loc="left",
    )
    above.legend(loc="upper right")
    return figure
