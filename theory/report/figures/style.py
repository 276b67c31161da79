"""The one style of all figures: colour-blind safe, readable in print and in the dark."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from synthetic.experiments.durable import write_over
from synthetic.sampling.named import STRATEGIES

# places in the colour cycle of the theme
COLOURS = {"oracle": "C0", "masked-diffusion": "C1", "autoregressive": "C2"}
LABELS = {
    "oracle": "exact denoiser",
    "masked-diffusion": "masked diffusion, trained",
    "autoregressive": "autoregressive, trained",
}
OTHER_MARKERS = "^vPX<>ph"
DOTS_PER_INCH = 150
# the marker and the line of each strategy
LOOKS: dict[str, tuple[str, Literal["-", "--", ":", "-."]]] = {
    name: (OTHER_MARKERS[place % len(OTHER_MARKERS)], "-.") for place, name in enumerate(STRATEGIES)
}
LOOKS |= {"bernoulli": ("o", "-"), "fixed count": ("s", "--"), "left to right": ("D", ":")}


@dataclass(frozen=True)
class Theme:
    """Colours of paper, ink and grid, and the cycle of the curves."""

    name: str
    paper: str
    ink: str
    grid: str
    cycle: tuple[str, ...]
    ordered: tuple[float, float]  # the part of viridis that stands out from the paper


# blue, orange, green, vermilion and purple of seaborn's colour-blind palette, and lighter ones of
# the same hues
COLOURBLIND = tuple(sns.color_palette("colorblind", 5).as_hex())
LIGHT = Theme("light", "#ffffff", "#1b1f24", "#d9dde2", COLOURBLIND, (0.0, 0.8))
DARK = Theme(
    "dark",
    "#14171a",
    "#e8eaed",
    "#3a3f45",
    ("#56b4e9", "#f0a83c", "#3fcf9f", "#ff8a5c", "#e39fd6"),
    (0.4, 1.0),
)
for _theme in (LIGHT, DARK):
    mpl.colormaps.register(
        ListedColormap(mpl.colormaps["viridis"](np.linspace(*_theme.ordered, 256))),
        name=f"steplab-{_theme.name}",
        force=True,
    )


@contextmanager
def themed(theme: Theme) -> Iterator[None]:
    """Settings of matplotlib for one theme, restored on leaving."""
    settings: dict[Any, Any] = {
        **sns.axes_style("whitegrid"),
        **sns.plotting_context("paper"),
        "axes.prop_cycle": cycler(color=theme.cycle),
        "image.cmap": f"steplab-{theme.name}",
        "figure.facecolor": theme.paper,
        "axes.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.ink,
        "axes.titlesize": 10,
        "axes.titley": 1.0,  # else it is looked for at every drawing, a tenth of the time
        "axes.labelsize": 10,
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "axes.grid": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "font.family": "DejaVu Sans",
        "svg.hashsalt": "steplab",
    }
    with mpl.rc_context(settings):
        yield


def ordered_colours(count: int) -> list[tuple[float, float, float, float]]:
    """Colours of an ordered quantity, such as lengths, from small to large, in the theme."""
    colours = mpl.colormaps[mpl.rcParams["image.cmap"]]
    return [colours(place) for place in np.linspace(0, 1, count)]


def draw_series(axes: Axes, rows: pd.DataFrame, x: str, *, colour: str, reveal: str) -> None:
    """One curve of value against column `x` with its intervals as a band.

    On a log axis a value of zero has no place: its interval's upper end is drawn instead, as an
    open triangle pointing down.
    """
    rows = rows.sort_values(x)
    positive = rows[rows["value"] > 0]
    marker, line = LOOKS[reveal]
    axes.plot(positive[x], positive["value"], color=colour, linestyle=line, marker=marker)
    band = positive[(positive["low"] > 0) & np.isfinite(positive["high"])]
    axes.fill_between(band[x], band["low"], band["high"], color=colour, alpha=0.18, linewidth=0)
    zero = rows[rows["value"] == 0]
    axes.plot(
        zero[x], zero["high"], linestyle="none", marker="v", color=colour, markerfacecolor="none"
    )


def plain_numbers(axis: Axis) -> None:
    """Numbers instead of powers at the major ticks of one axis, nothing at the minor ones."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def plain_ticks(axes: Axes) -> None:
    """Numbers instead of powers on both axes, minor ones too where an axis spans little."""
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    low, high = axes.get_ylim()
    if high / low < 1.2:
        middle = (low * high) ** 0.5
        low, high = middle / 1.2, middle * 1.2
        axes.set_ylim(low, high)
    if high / low < 30:
        axes.yaxis.set_minor_locator(LogLocator(subs=(2, 3, 4, 6)))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axes.yaxis.set_minor_formatter(NullFormatter())


def legend_handles(rows: pd.DataFrame) -> list[Line2D]:
    """One entry for each denoiser and reveal among the rows."""
    pairs = rows[["denoiser", "reveal"]].drop_duplicates()
    handles = []
    for denoiser, reveal in pairs.itertuples(index=False):
        if denoiser not in LABELS or reveal not in LOOKS:
            continue
        marker, line = LOOKS[reveal]
        handles.append(
            Line2D(
                [],
                [],
                color=COLOURS[denoiser],
                linestyle=line,
                marker=marker,
                label=f"{LABELS[denoiser]}, {reveal} reveal",
            )
        )
    return handles


def caption(rows: pd.DataFrame) -> str:
    """Sample counts behind the curves, and what bands and triangles are."""
    rates = rows[rows["metric"] == "sequence_error_rate"]
    counts = [
        f"{LABELS[str(denoiser)]} {sorted({int(n) for n in group['samples']})[0]:,}"
        for denoiser, group in rates.groupby("denoiser", sort=False)
    ]
    return (
        f"samples a point: {'; '.join(counts)}. Bands: 95% intervals. "
        "Open triangles: upper end of the interval of a rate of 0."
    )


def save(figure: Figure, folder: Path, name: str, theme: Theme) -> list[Path]:
    """Writes a settled figure as PNG, and PDF for the light theme; same rows, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    light = theme == LIGHT
    picture = folder / f"{name}{'' if light else '-dark'}.png"
    write_over(picture, _bytes(figure, "png", {"Software": None}))
    written = [picture]
    if light:
        document = folder / f"{name}.pdf"
        nobody = {"CreationDate": None, "Producer": None, "Creator": None}
        write_over(document, _bytes(figure, "pdf", nobody))
        written.append(document)
    return written


def settle(figure: Figure, like: Figure | None = None) -> None:
    """Makes the layout once and for all, or takes that of a figure which differs in colours alone.

    Otherwise matplotlib makes it anew for each file, with one more drawing of the whole figure.
    """
    figure.set_dpi(DOTS_PER_INCH)
    if like is not None:
        for axes, other in zip(figure.axes, like.axes, strict=True):
            axes.set_position(other.get_position(original=True), which="original")
            axes.set_position(other.get_position(), which="active")
        for text, settled in zip(figure.texts, like.texts, strict=True):  # titles of the figure
            text.set_position(settled.get_position())
    elif layout := figure.get_layout_engine():
        layout.execute(figure)
    figure.set_layout_engine(None)


def _bytes(figure: Figure, kind: str, metadata: dict[str, None]) -> bytes:
    # whole before it is written: an interrupt leaves no half figure
    drawn = io.BytesIO()
    figure.savefig(drawn, format=kind, metadata=metadata, dpi=DOTS_PER_INCH)
    return drawn.getvalue()
