"""How samplers look in figures: masked diffusion in one colour, each kind of noise in its own."""

from typing import Any

from matplotlib.axes import Axes

from theory.tables.noise_rows import MASKED

STYLES = {
    MASKED: ("C0", "-", "o"),
    "masked, fixed count": ("C0", "--", "s"),
    "uniform noise, linear grid": ("C1", ":", "^"),
    "uniform noise, cosine grid": ("C1", "--", "D"),
    "uniform noise, geometric grid": ("C1", "-", "o"),
    "uniform noise, log-odds grid": ("C3", "-", "s"),
    "hybrid noise, linear grid": ("C2", ":", "^"),
    "hybrid noise, cosine grid": ("C2", "--", "D"),
    "hybrid noise, geometric grid": ("C2", "-", "o"),
}


def style_of(sampler: str) -> dict[str, Any]:
    """Colour, line and marker of a sampler."""
    colour, line, marker = STYLES.get(sampler, ("C4", "-.", "x"))
    return {"color": colour, "linestyle": line, "marker": marker}


def legend_below(axes: Axes) -> None:
    """The legend under the axes, where it hides no point."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14))
