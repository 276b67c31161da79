"""Which languages lose the advantage: the collision constant over branching and temperature."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from theory.report.figures.plan import Plan
from theory.tables.law_rows import phase_points

PANELS = (
    ("collision_constant", "c: TER gap c/N, SER 1 - exp(-c L/N)"),
    ("path_average_constant", "(f(0) - f(1))/2: path average"),
    ("ratio", "ratio of c to the path average"),
)


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a grid of random chains."""
    table = phase_points(rows)
    if table.empty:
        return None
    chains = table.groupby(["branching", "temperature"]).size()
    count = f"{chains.min()}" if chains.min() == chains.max() else f"{chains.min()} or more"
    return Plan(
        "phase_diagram",
        "Which chains lose the advantage: branching and temperature",
        "Random Markov chains in which each token has as many successors as the branching says, "
        "their probabilities flatter at a higher temperature. Left: the collision constant c, "
        "computed with a proved error. Where c > 0 the steps to a target SER grow as c L: the "
        "advantage is lost, more so where c is larger. A chain whose branching is the whole "
        "vocabulary has full support, nothing is impossible, and c is 0 exactly (framed cells): "
        "it keeps the advantage by either metric. Middle: half of f(0) - f(1), what the path "
        "average predicts in place of c. Right: the first over the second. Nothing is sampled but "
        f"the chains: medians over {count} chains a cell.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """Three annotated heat maps of medians over chains; cells of 0 are empty and framed."""
    table = phase_points(rows)
    figure = Figure(figsize=(11.5, 4.6), layout="constrained")
    for axes, (column, title) in zip(figure.subplots(1, 3), PANELS, strict=True):
        medians = table.pivot_table(
            index="temperature", columns="branching", values=column, aggfunc="median"
        )
        _draw_map(axes, medians)
        axes.set_title(title, loc="left")
        axes.set_xlabel("branching, successors a token")
    figure.axes[0].set_ylabel("temperature")
    figure.suptitle(
        "Which chains lose the advantage: median over chains; framed: c = 0, no impossible word",
        x=0.005,
        ha="left",
        fontsize=10,
        fontweight="bold",
    )
    return figure


def _draw_map(axes: Axes, medians: pd.DataFrame) -> None:
    """One heat map, each cell with its number in black or white, whichever is read better."""
    axes.grid(visible=False)
    shown = medians.where(medians > 0)
    picture = axes.imshow(shown, origin="lower", aspect="auto", vmin=0)
    axes.set_xticks(range(len(medians.columns)), [f"{value:g}" for value in medians.columns])
    axes.set_yticks(range(len(medians.index)), [f"{value:g}" for value in medians.index])
    for line, values in enumerate(medians.to_numpy()):
        for place, value in enumerate(values):
            if value > 0:
                red, green, blue, _ = picture.to_rgba(value)
                dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
                axes.text(
                    place,
                    line,
                    f"{value:.2f}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if dark else "black",
                )
            elif value == 0:
                axes.text(place, line, "0", ha="center", va="center", fontsize=8)
                axes.add_patch(
                    Rectangle(
                        (place - 0.46, line - 0.46),
                        0.92,
                        0.92,
                        fill=False,
                        edgecolor=axes.xaxis.label.get_color(),
                        linewidth=0.8,
                    )
                )
