"""Does the collision constant of random order say how many rounds a good order needs?"""

import pandas as pd
from matplotlib.figure import Figure

from theory.report.figures.formal.class_and_steps import COLOURS, MARKERS, class_of, lengths
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.kinds.order_depth import CONSTANT, DEPTH
from theory.tables.rows import longest

ORDERS = ("left to right", "bisection", "best order")


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure, where there are rows of two languages or more."""
    rows = longest(rows)
    names = rows["language"].unique()
    if len(names) < 2:
        return None
    return Plan(
        "order_depth",
        "Collision constant of random order and rounds without error in three orders",
        f"{len(names)} languages at L = {lengths(rows)}. Left: the collision constant c_L, the "
        "limit of N SER / L in random order. Right: the fewest rounds in which the exact denoiser "
        "makes no error where the order of the positions is fixed in advance and each round "
        "reveals the next few: from left to right, by bisection (the middles of all gaps, level "
        "by level), and in the best of all orders; thin marks are L, a token a round. All are "
        "exact but hollow points on the left, estimates with their 95% interval. Languages from "
        "the least constant to the largest; colours and shapes on the left are classes of the set "
        "of all words.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """The constant and the three depths of each language, by constant."""
    rows = longest(rows)
    constants = rows[rows["metric"] == CONSTANT].sort_values(["value", "language"])
    names = [str(name) for name in constants["language"]]
    height = max(4.0, 0.2 * len(names) + 1)
    figure = Figure(figsize=(10, height), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    shown: set[str] = set()
    ends = zip(*(constants[end] for end in ("value", "low", "high")), strict=True)
    for place, (name, (value, low, high)) in enumerate(zip(names, ends, strict=True)):
        kind = class_of(name)
        estimated = high - low > 1e-6  # exact values have the error of their rounding
        inside = "none" if estimated else COLOURS[kind]
        label = None if kind in shown or estimated else kind
        shown.update([label] if label else [])
        left.plot(
            value, place, MARKERS[kind], color=COLOURS[kind], label=label, markerfacecolor=inside
        )
        if estimated:
            left.hlines(place, low, high, color=COLOURS[kind])
    depths = rows[rows["metric"] == DEPTH].set_index(["reveal", "language"])["value"]
    places = range(len(names))
    right.plot(constants["length"], places, "|", color="0.5", label="L")
    for order, look, size in zip(ORDERS, ("D", "s", "o"), (8, 5.5, 3)):
        values = depths[order].loc[names]
        hollow = None if order == "best order" else "none"
        right.plot(values, places, look, label=order, markersize=size, markerfacecolor=hollow)
    left.set_xlabel("collision constant $c_L$ of random order")
    right.set_xlabel("rounds without error")
    right.set_xscale("log", base=2)
    plain_numbers(right.xaxis)
    left.set_yticks(places, names)
    left.legend(title="class of all words")
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=4)  # not among the points
    for axes in (left, right):
        axes.grid(axis="y", visible=False)
    left.set_title("Random order and the best order", loc="left", fontweight="bold")
    return figure
