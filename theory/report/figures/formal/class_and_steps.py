"""Does the class of a language in the Chomsky hierarchy say how many steps it needs?"""

from functools import cache

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthetic.languages import catalogue
from synthetic.languages.language import CHOMSKY
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers

CONSTANT, ERROR = "collision_constant_at_length", "sequence_error_rate"
COLOURS = dict(zip(CHOMSKY, ("C0", "C1", "C2", "C3")))
MARKERS = dict(zip(CHOMSKY, "os^D"))


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure, where there are rows of two languages or more."""
    rows = at_one_length(rows)
    names = rows["language"].unique()
    if len(names) < 2:
        return None
    return Plan(
        "class_and_steps",
        "Class in the Chomsky hierarchy and denoising steps",
        f"Exact denoiser, {len(names)} languages at L = {lengths(rows)}, "
        f"{counts(rows)} sequences each. Left: SER in random order (Bernoulli "
        "reveal) against steps. Middle: the collision constant c_L, the limit of N SER / L in "
        "random order. Right: the SER of bisection, which reveals the middle of every gap in about "
        "log2 L rounds. Bars: 95% intervals. Colours and shapes are classes of the set of all "
        "words; where they mix, the class says nothing.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """SER against steps; constant and error of bisection of each language; coloured by class."""
    rows = at_one_length(rows)
    height = max(5.4, 0.2 * rows["language"].nunique() + 1)
    figure = Figure(figsize=(12, height), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=(5, 3, 3))
    shown: set[str] = set()
    places = sorted(rows.groupby("language"), key=lambda one: _value(one[1], CONSTANT))
    for place, (name, group) in enumerate(places):
        kind = class_of(str(name))
        label = None if kind in shown else kind
        shown.add(kind)
        error = group["metric"] == ERROR
        curve = group[error & (group["reveal"] == "bernoulli")]
        left.plot(
            curve["steps"], curve["value"], marker=MARKERS[kind], color=COLOURS[kind], label=label
        )
        _interval(middle, group[group["metric"] == CONSTANT].iloc[0], place, kind)
        _interval(right, group[(group["reveal"] == "bisection") & error].iloc[0], place, kind)
    left.set_xscale("log", base=2)
    left.set_xlabel("denoising steps N in random order")
    left.set_ylabel("sequence error rate")
    left.legend(title="class of all words")
    middle.set_xlabel("collision constant $c_L$")
    right.set_xlabel("SER of bisection")
    middle.set_yticks(range(len(places)), [str(name) for name, _ in places])
    right.set_yticks(range(len(places)), [""] * len(places))
    right.sharey(middle)
    for axes in (left, middle, right):
        axes.grid(axis="y", visible=axes is left)
    plain_numbers(left.xaxis)
    plain_numbers(left.yaxis)
    left.set_title("Class of a language and denoising steps", loc="left", fontweight="bold")
    return figure


@cache
def class_of(language: str) -> str:
    """The class in the Chomsky hierarchy of all words of a language of the catalogue."""
    return catalogue.load(language).chomsky


def at_one_length(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of each language at its length that is nearest to the middle one of all."""
    near = rows.assign(away=(rows["length"] - rows["length"].median()).abs())
    near = near.sort_values(["away", "length"], kind="stable")
    chosen = near.groupby("language")["length"].transform("first")
    return rows[rows["length"] == chosen.reindex(rows.index)]


def _value(rows: pd.DataFrame, metric: str) -> float:
    return float(rows[rows["metric"] == metric]["value"].iloc[0])


def _interval(axes: Axes, row: "pd.Series", place: int, kind: str) -> None:
    value, low, high = (float(row[end]) for end in ("value", "low", "high"))
    width = [[value - min(value, low)], [max(value, high) - value]]
    axes.errorbar(value, place, xerr=width, fmt=MARKERS[kind], capsize=2, color=COLOURS[kind])


def counts(rows: pd.DataFrame) -> str:
    """The least and the greatest number of samples behind the rows, in words."""
    low, high = int(rows["samples"].min()), int(rows["samples"].max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def lengths(rows: pd.DataFrame) -> str:
    """The lengths in the rows, in words."""
    low, high = int(rows["length"].min()), int(rows["length"].max())
    return str(low) if low == high else f"{low} to {high}"
