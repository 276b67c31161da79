"""Masked diffusion against noise that can revise tokens, by calls of the exact denoiser."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.noise.samplers import legend_below, style_of
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_ticks
from theory.tables.evidence import WINDOWS, WINDOWS_OF_TWO
from theory.tables.noise_rows import curves

RATE = "sequence_error_rate"


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a language with curves of both at one length."""
    noisy = curves(rows, RATE)["sampler"].str.contains("noise")
    if noisy.all() or not noisy.any():
        return None
    language = rows["language"].iloc[0]
    return Plan(
        f"masked_against_uniform_{language}",
        f"{language}: masked against uniform noise, exact denoiser",
        "Left: sequence error rate against the calls of the denoiser that really run on a sequence "
        "(masked diffusion calls nothing in a step that reveals nothing). Masked: Bernoulli reveal "
        "and fixed count in random order, uniform schedule; a revealed token stays. Uniform noise: "
        "ancestral sampling, which redraws every token at every step, along three grids of noise "
        "levels; the geometric one ends at level 0.01 / L. Right: what the sequence error rate "
        "cannot see, the Jensen-Shannon divergence of pairs of neighbouring tokens from those of "
        "the language, its bias taken away by jackknife. Bands: 95% intervals; open triangles are "
        "the upper end where the value is 0 or below.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """SER on the left, divergence of windows of two on the right, both against calls."""
    figure = Figure(figsize=(11.5, 6.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    rates, windows = curves(rows, RATE), curves(rows, WINDOWS)
    windows = windows[windows["estimator"] == WINDOWS_OF_TWO]
    for axes, table in ((left, rates), (right, windows)):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel("calls of the denoiser on a sequence")
        for sampler, group in table.groupby("sampler", sort=False):
            _draw(axes, str(sampler), group)
        plain_ticks(axes)
    left.set_ylabel("sequence error rate")
    right.set_ylabel("divergence of pairs of tokens, nats")
    length = int(rates["length"].iloc[0])
    title = f"{rows['language'].iloc[0]}, L = {length}, exact denoiser"
    left.set_title(title, loc="left", fontweight="bold")
    right.set_title("frequencies of pairs", loc="left", fontweight="bold")
    legend_below(left)
    return figure


def _draw(axes: Axes, sampler: str, table: pd.DataFrame) -> None:
    """One curve with its band; what is not above 0 as a triangle at the end of its interval."""
    look = style_of(sampler)
    positive = table[table["value"] > 0].sort_values("calls")
    axes.plot(positive["calls"], positive["value"], label=sampler, **look)
    band = positive[positive["low"] > 0]
    axes.fill_between(
        band["calls"], band["low"], band["high"], color=look["color"], alpha=0.15, linewidth=0
    )
    zero = table[(table["value"] <= 0) & (table["high"] > 0)]
    axes.plot(
        zero["calls"],
        zero["high"],
        linestyle="none",
        marker="v",
        color=look["color"],
        markerfacecolor="none",
    )
