"""Does the class of a language in the Chomsky hierarchy say how many steps it needs?"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthetic.languages import catalogue
from synthetic.languages.language import CHOMSKY
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers

CONSTANT, ERROR = "collision_constant_at_length", "sequence_error_rate"
COLOURS = dict(zip(CHOMSKY, ("C0", "C1", "C2", "C3")))


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure, where there are rows of two languages or more."""
    names = rows["language"].unique()
    if len(names) < 2:
        return None
    return Plan(
        "class_and_steps",
        "Class in the Chomsky hierarchy and denoising steps",
        f"Exact denoiser, {len(names)} languages at L = {_lengths(rows)}, "
        f"{int(rows['samples'].max()):,} sequences each. Left: SER in random order (Bernoulli "
        "reveal) against steps. Right: the collision constant c_L, the limit of N SER / L in "
        "random order, with its 95% interval, against the SER of bisection, which reveals the "
        "middle of every gap in about log2 L rounds. Colours are classes of the set of all words; "
        "where they mix, the class says nothing.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """SER against steps, and random order against bisection, coloured by class."""
    figure = Figure(figsize=(12, 5.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    shown: set[str] = set()
    names: dict[tuple[float, float], list[str]] = {}
    for name, own in rows.groupby("language", sort=False):
        kind = catalogue.load(str(name)).chomsky
        label = None if kind in shown else kind
        shown.add(kind)
        curve = own[(own["metric"] == ERROR) & (own["reveal"] == "bernoulli")]
        left.plot(curve["steps"], curve["value"], marker="o", color=COLOURS[kind], label=label)
        names.setdefault(_point(right, own, COLOURS[kind]), []).append(str(name))
    for place, together in names.items():
        words = ", ".join(together)
        right.annotate(
            words, place, (3, 4), textcoords="offset points", fontsize=7, rotation=40, va="bottom"
        )
    right.margins(y=0.3)
    left.set_xscale("log", base=2)
    left.set_xlabel("denoising steps N in random order")
    left.set_ylabel("sequence error rate")
    left.legend(title="class of all words")
    right.set_xlabel("collision constant $c_L$ of random order")
    right.set_ylabel("sequence error rate of bisection")
    for axis in (left.xaxis, left.yaxis):
        plain_numbers(axis)
    left.set_title("Class of a language and denoising steps", loc="left", fontweight="bold")
    return figure


def _point(axes: Axes, rows: pd.DataFrame, colour: str) -> tuple[float, float]:
    """Draws one language, the constant with its interval and the error of bisection; the place."""
    constant = rows[rows["metric"] == CONSTANT].iloc[0]
    error = float(rows[rows["reveal"] == "bisection"].iloc[0]["value"])
    value, low, high = (float(constant[end]) for end in ("value", "low", "high"))
    width = [[value - min(value, low)], [max(value, high) - value]]
    axes.errorbar(value, error, xerr=width, marker="o", capsize=2, color=colour)
    return value, error


def _lengths(rows: pd.DataFrame) -> str:
    low, high = int(rows["length"].min()), int(rows["length"].max())
    return str(low) if low == high else f"{low} to {high}"
