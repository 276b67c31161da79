"""Calls to a divergence of whole words against length: orders of masks beside revising noise."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.noise.samplers import legend_below
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.kinds.calls_to_divergence import METRIC

STYLES = {
    "fixed count": ("fixed count, random order", "C0", "--", "s"),
    "best order": ("best order, choose then sample", "C0", "-", "o"),
    "sample then choose": ("sample then choose, exact", "C3", "-.", "v"),
    "uniform noise, cosine grid": ("uniform noise, cosine grid", "C1", "--", "D"),
    "uniform noise, geometric grid": ("uniform noise, geometric to 0.01 / L", "C1", "-", "o"),
    "uniform noise, fast geometric grid": ("uniform noise, geometric to 1e-12", "C2", "-", "^"),
}


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a family at two sizes or more."""
    table = rows[rows["metric"] == METRIC]
    if table["length"].nunique() < 2:
        return None
    family = table["language"].iloc[0]
    return Plan(
        f"revision_beside_order_{str(family).replace(' ', '-')}",
        f"{family}: calls to a divergence of whole words",
        "The least number of calls of the exact denoiser with which KL(q || p) of whole words is "
        "at most 1 bit and 0.1 bits, against length. Best order: so many rounds on every path "
        "of any policy that chooses positions and then samples them, adaptive and randomised or "
        "not, of which the exact optimum is known for permutations, one-hot blocks and balanced "
        "words. Sample then choose: mean calls of a rule that draws all positions, keeps some, and "
        "is exact. Uniform noise: every call redraws every token. Dotted: n 2^-eps, below which no "
        "choose-then-sample policy is in expectation (permutations). Bars: 95% intervals.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """One panel a target, calls against length on log axes."""
    table = rows[rows["metric"] == METRIC]
    targets = sorted(table["target"].unique(), reverse=True)
    figure = Figure(figsize=(5.75 * len(targets), 6.2), layout="constrained")
    panels = figure.subplots(1, len(targets), sharey=True, squeeze=False)[0]
    for axes, target in zip(panels, targets):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log", base=2)
        _draw(axes, table[table["target"] == target], target)
        axes.set_xlabel("length L, tokens")
        axes.set_title(f"KL ≤ {target:g} bits a word", loc="left", fontweight="bold")
        plain_numbers(axes.xaxis)
        plain_numbers(axes.yaxis)
        axes.tick_params(labelleft=True)
        legend_below(axes)
    panels[0].set_ylabel("least calls of the denoiser on a sequence")
    figure.suptitle(f"{table['language'].iloc[0]}, exact denoiser", x=0.005, ha="left")
    return figure


def _draw(axes: Axes, table: pd.DataFrame, target: float) -> None:
    for sampler, (label, colour, line, marker) in STYLES.items():
        curve = table[table["reveal"] == sampler].sort_values("length")
        curve = curve[np.isfinite(curve["value"])]
        if curve.empty:
            continue
        spread = [curve["value"] - curve["low"], curve["high"] - curve["value"]]
        axes.errorbar(
            curve["length"],
            curve["value"],
            yerr=np.array(spread),
            label=label,
            color=colour,
            linestyle=line,
            marker=marker,
            capsize=2,
        )
    if table["language"].iloc[0] == "permutations":
        lengths = np.sort(table["length"].unique())
        axes.plot(lengths, lengths * 2.0**-target, ":", color="C0", label="no order below this")
