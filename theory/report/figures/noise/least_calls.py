"""Calls for correct sequences against length: masked L, and what noise that revises needs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.noise.samplers import legend_below, style_of
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.noise_rows import SHORTEST, growth, least_calls


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a language with searches under noise at two lengths or more."""
    table = least_calls(rows)
    if table.loc[table["sampler"].str.contains("noise"), "length"].nunique() < 2:
        return None
    language = rows["language"].iloc[0]
    return Plan(
        f"least_calls_{language}",
        f"{language}: calls for correct sequences against length",
        "The least number of calls of the exact denoiser with which the sequence error rate "
        "reaches a target, against length. Masked: Bernoulli reveal with a uniform schedule, and "
        "the calls that its least N makes on average (a step that reveals nothing calls nothing), "
        "by its exact law if the language is a chain. All else by simulation, bars from the least "
        "N whose own interval reaches the target to the least N whose whole interval does. The "
        "geometric grid ends at level 0.01 / L, a rule fixed beforehand. Exponents of L are fitted "
        f"to log N over L >= {SHORTEST}, with 95% intervals.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """One panel a target, calls against length on log axes."""
    table = least_calls(rows)
    targets = sorted(table["target"].unique(), reverse=True)
    figure = Figure(figsize=(5.75 * len(targets), 6.2), layout="constrained")
    panels = figure.subplots(1, len(targets), sharey=True, squeeze=False)[0]
    for axes, target in zip(panels, targets):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log", base=2)
        group = table[table["target"] == target]
        for sampler, line in group.groupby("sampler", sort=False):
            _draw(axes, str(sampler), line)
        axes.set_xlabel("length L, tokens")
        title = f"SER ≤ {target:g}"
        axes.set_title(title, loc="left", fontweight="bold")
        plain_numbers(axes.xaxis)
        plain_numbers(axes.yaxis)
        axes.tick_params(labelleft=True)
        legend_below(axes)
    panels[0].set_ylabel("least calls of the denoiser on a sequence")
    figure.suptitle(f"{rows['language'].iloc[0]}, exact denoiser", x=0.005, ha="left")
    return figure


def _draw(axes: Axes, sampler: str, table: pd.DataFrame) -> None:
    table = table[np.isfinite(table["calls"])].sort_values("length")
    fitted = growth(table)
    label = sampler
    if fitted is not None:
        label += f": N ~ L^{fitted.exponent:.2f} [{fitted.low:.2f}, {fitted.high:.2f}]"
    below, above = table["calls"] - table["low"], table["high"] - table["calls"]
    spread = np.array([below, above])
    axes.errorbar(
        table["length"], table["calls"], yerr=spread, label=label, capsize=2, **style_of(sampler)
    )
