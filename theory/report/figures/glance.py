"""Two small figures for the first screen: errors against steps, and steps against length."""

import math
from typing import Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from theory.report.figures.plan import Plan
from theory.report.figures.style import COLOURS, plain_ticks
from theory.studies.claim_units import ERROR_TARGET, GAP_TARGET
from theory.studies.kinds import LeastSteps
from theory.tables.closed_forms import CLOSED_FORM
from theory.tables.evidence import (
    GAP,
    PATH_BOUND,
    exact_curve,
    least_steps_by_language,
    trained_curves,
)
from theory.tables.rows import one_each

SIZE = (5.8, 3.0)  # inches
SHAPES = {"exact": "o", "trained": "s"}
METRICS = {PATH_BOUND: "path bound on the TER gap, nats", "sequence_error_rate": "SER"}
ERRORS_TEXT = (
    "Bernoulli reveal. A path bound is an upper bound on the TER gap, per token. Bands: 95% "
    "intervals; a point whose interval reaches 0 is left out."
)
LENGTHS_TEXT = (
    "Exact denoiser, Bernoulli reveal, a line a language. Filled points are exact laws and closed "
    "forms, open ones simulations. Right: the path bound on the TER gap, which takes more steps."
)


def glance_plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """Those of the two figures that the rows allow."""
    rows, plans = one_each(rows), []
    for language, curve in exact_curve(rows, "sequence_error_rate", "bernoulli"):
        group = rows[(rows["language"] == language) & (rows["length"] == curve["length"].iloc[0])]
        title = f"{language}: both errors against denoising steps"
        plans.append((Plan("glance_errors", title, ERRORS_TEXT, draw_errors), group))
        break
    if any(
        len(table) > 1
        for _, table in least_steps_by_language(rows, "sequence_error_rate", ERROR_TARGET)
    ):
        title = "Least denoising steps against length, by both metrics"
        plans.append((Plan("glance_lengths", title, LENGTHS_TEXT, draw_lengths), rows))
    return plans


def draw_errors(rows: pd.DataFrame) -> Figure:
    """Path bound and SER of one language against steps, exact denoiser and trained model."""
    figure = Figure(figsize=SIZE, layout="constrained")
    for axes, (metric, name) in zip(figure.subplots(1, 2), METRICS.items(), strict=True):
        for _, curve in exact_curve(rows, metric, "bernoulli"):
            _curve(axes, curve, "exact")
        for _, _, curve in trained_curves(rows, metric, "bernoulli"):
            _curve(axes, curve, "trained")
        axes.set_title(name, loc="left")
        axes.set_xlabel("denoising steps N")
        axes.set_xscale("log", base=4)
        axes.set_yscale("log")
        plain_ticks(axes)
    names = {"exact": "exact denoiser", "trained": "trained model"}
    handles = [
        Line2D([], [], color=_colour(name), marker=shape, label=names[name])
        for name, shape in SHAPES.items()
    ]
    language = str(rows["language"].iloc[0])
    figure.suptitle(
        f"{language}, L = {int(rows['length'].iloc[0])}", fontsize=10, x=0.01, ha="left"
    )
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _curve(axes: Axes, curve: pd.DataFrame, denoiser: str) -> None:
    shown = curve[curve["low"] > 0].sort_values("steps")
    colour = _colour(denoiser)
    axes.plot(shown["steps"], shown["value"], color=colour, marker=SHAPES[denoiser])
    axes.fill_between(
        shown["steps"], shown["low"], shown["high"], color=colour, alpha=0.18, linewidth=0
    )


def _colour(denoiser: str) -> str:
    return COLOURS["oracle" if denoiser == "exact" else "masked-diffusion"]


def draw_lengths(rows: pd.DataFrame) -> Figure:
    """Least N to SER 1/2 and to a TER gap of 0.05 against length, a line a language; that to its
    path bound on axes of its own."""
    figure = Figure(figsize=SIZE, layout="constrained")
    errors, bounds = figure.subplots(1, 2)
    wanted: tuple[tuple[Axes, str, float, str, Literal["-", "--", ":"], str, str], ...] = (
        (errors, "sequence_error_rate", ERROR_TARGET, "C0", "-", "o", f"SER {ERROR_TARGET:g}"),
        (errors, GAP, GAP_TARGET, "C1", "--", "s", f"TER gap {GAP_TARGET:g}"),
        (bounds, PATH_BOUND, GAP_TARGET, "C2", ":", "v", f"path bound {GAP_TARGET:g}"),
    )
    paper = mpl.rcParams["axes.facecolor"]
    handles = []
    for axes, metric, target, colour, line, marker, name in wanted:
        for _, table in least_steps_by_language(rows, metric, target):
            group = _finite(table)
            exact = (group["kind"] == LeastSteps.kind) | (group["estimator"] == CLOSED_FORM)
            axes.plot(
                group["length"],
                group["value"],
                color=colour,
                linestyle=line,
                linewidth=1.1,
                marker=marker,
                markerfacecolor=colour if exact.all() else paper,
            )
        handles.append(Line2D([], [], color=colour, linestyle=line, marker=marker, label=name))
    for axes, what in ((errors, "an error"), (bounds, "a path bound")):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        plain_ticks(axes)
        axes.set_xlabel("length L, tokens")
        axes.set_ylabel(f"least steps N to {what}")
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _finite(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["value"].map(math.isfinite)].sort_values("length")
