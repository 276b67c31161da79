"""Token and sequence error rate against denoising steps, in the manner of 2502.09622."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.style import COLOURS, caption, draw_series, legend_handles, plain_ticks

PANELS = (
    ("token_error_rate", "path bound", "token error rate (perplexity), path bound"),
    ("token_error_rate", "generative over valid samples", "generative perplexity of valid samples"),
    ("sequence_error_rate", None, "sequence error rate"),
)


def draw(rows: pd.DataFrame) -> Figure:
    """Three panels against steps for the rows of one language: TER, generative TER, SER.

    The level of the language itself and that of the autoregressive model are horizontal lines;
    the share of impossible samples stands at each point of the generative panel.
    """
    figure = Figure(figsize=(11.5, 4.4), layout="constrained")
    panels = figure.subplots(1, 3)
    curves = rows[rows["denoiser"].isin(["oracle", "masked-diffusion"])]
    length = int(rows["length"].iloc[0])
    for axes, (metric, estimator, label) in zip(panels, PANELS, strict=True):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel("denoising steps N")
        axes.set_ylabel(label)
        chosen = curves[curves["metric"] == metric]
        if estimator is not None:
            chosen = chosen[chosen["estimator"] == estimator]
        # a mean of one sample has an interval without ends and says nothing
        chosen = chosen[np.isfinite(chosen["high"])]
        axes.set_xlim(2**-0.5, curves["steps"].max() * 2**0.5)
        for (denoiser, reveal), series in chosen.groupby(["denoiser", "reveal"], sort=False):
            draw_series(axes, series, "steps", colour=COLOURS[str(denoiser)], reveal=str(reveal))
        _draw_levels(axes, rows, metric, estimator)
        axes.axvline(length, linewidth=0.8, linestyle=":", color="grey", zorder=0)
        plain_ticks(axes)
    _print_impossible_share(panels[1], curves)
    panels[0].set_title(f"{rows['language'].iloc[0]}, L = {length}", loc="left", fontweight="bold")
    panels[2].set_title("dotted line: N = L", loc="right")
    figure.legend(handles=legend_handles(rows), loc="outside lower center", ncols=3)
    figure.suptitle(caption(rows), fontsize=8, x=0.005, ha="left")
    return figure


def _draw_levels(axes: Axes, rows: pd.DataFrame, metric: str, estimator: str | None) -> None:
    """Horizontal lines: perplexity of the language itself, level of the autoregressive model."""
    if metric == "token_error_rate":
        table = rows[rows["metric"] == "language_perplexity"]
        if len(table):
            axes.axhline(table["value"].iloc[0], color=COLOURS["oracle"], linewidth=1, alpha=0.7)
    wanted = "exact chain rule" if estimator == "path bound" else estimator
    level = rows[(rows["denoiser"] == "autoregressive") & (rows["metric"] == metric)]
    if wanted is not None:
        level = level[level["estimator"] == wanted]
    if len(level):
        value, low, high = level[["value", "low", "high"]].iloc[0]
        colour = COLOURS["autoregressive"]
        if value > 0:
            axes.axhline(value, color=colour, linestyle=(0, (1, 1)), linewidth=1.6)
        if low > 0 and np.isfinite(high):
            axes.axhspan(low, high, color=colour, alpha=0.15, linewidth=0)
        elif value == 0:
            axes.axhline(high, color=colour, linestyle=(0, (1, 4)), linewidth=1.6)


def _print_impossible_share(axes: Axes, curves: pd.DataFrame) -> None:
    """Above each point of the Bernoulli curves, the share of samples that the point leaves out."""
    bernoulli = curves[curves["reveal"] == "bernoulli"]
    shares = bernoulli[bernoulli["metric"] == "sequence_error_rate"]
    points = bernoulli[bernoulli["estimator"] == "generative over valid samples"]
    if not len(points):
        return
    names = list(dict.fromkeys(points["denoiser"]))
    for place, denoiser in enumerate(reversed(names)):
        share = shares[shares["denoiser"] == denoiser].sort_values("steps")
        height = 0.98 - 0.055 * place
        for steps, value in zip(share["steps"], share["value"], strict=True):
            axes.annotate(
                f"{100 * value:.0f}",
                (steps, height),
                xycoords=("data", "axes fraction"),
                ha="center",
                va="top",
                fontsize=7,
                color=COLOURS[denoiser],
            )
    axes.set_title("top: % impossible, Bernoulli", loc="right")
