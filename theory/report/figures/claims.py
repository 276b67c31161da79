"""A claim in one figure: every test with its interval between the margins of its rule."""

import math
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from theory.claims import Test
from theory.claims.claim import INTERVALS
from theory.claims.rules import AtMost, Verdict
from theory.report.figures.style import COLOURS, plain_numbers

DENOISERS = {"exact": COLOURS["oracle"], "trained": COLOURS["masked-diffusion"]}
FILLS: dict[Verdict, str] = {"supported": "full", "inconclusive": "left", "refuted": "none"}
LINE_HEIGHT = 0.24  # inches a test


def draw(tests: Sequence[Test]) -> Figure:
    """A panel a statistic, a line a test, exact denoiser above trained models.

    Points with intervals; filled where the rule says supported, open where refuted, half where
    inconclusive. The margins of the rule are vertical lines. An interval without an end, or a value
    that was never reached, has an arrow to the side of the panel.
    """
    statistics = list(dict.fromkeys(test.statistic for test in tests))
    groups = [[test for test in tests if test.statistic == name] for name in statistics]
    heights = [LINE_HEIGHT * len(group) + 0.75 for group in groups]
    figure = Figure(figsize=(9.0, sum(heights) + 0.5), layout="constrained")
    panels = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, group)
    figure.suptitle(_caption(tests), fontsize=8, x=0.005, ha="left")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=5)
    return figure


def _caption(tests: Sequence[Test]) -> str:
    """Reveal, samples behind the points of each denoiser, and what the lines are."""
    parts = []
    for name in DENOISERS:
        counts = [test.samples for test in tests if test.denoiser == name and test.samples > 1]
        if counts:
            least, most = min(counts), max(counts)
            parts.append(f"{name} {least:,}" + (f" to {most:,}" if most > least else ""))
    first = f"Bernoulli reveal where no other is named. Lines: {INTERVALS}."
    behind = f"Samples, or settings of a correlation, behind a point: {', '.join(parts)}"
    return f"{first}\n{behind}; exact laws have none." if parts else first


def _panel(axes: Axes, tests: Sequence[Test]) -> None:
    rule = tests[0].rule
    ends = [end for test in tests for end in (test.low, test.value, test.high)]
    finite = [end for end in (*ends, rule.supported, rule.refuted) if math.isfinite(end)]
    low, high = min(finite), max(finite)
    if low > 0 and high / low > 30:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 1000 else (1,)))
        plain_numbers(axes.xaxis)
        low, high = low / 1.3, high * 1.3
    else:
        low, high = low - 0.06 * (high - low or 1), high + 0.06 * (high - low or 1)
    axes.set_xlim(low, high)
    ink = mpl.rcParams["text.color"]
    sense = "at most" if isinstance(rule, AtMost) else "at least"
    margins = [(rule.supported, "-")]
    margins += [(rule.refuted, "--")] if rule.refuted != rule.supported else []
    for margin, line in margins:
        axes.axvline(margin, color=ink, linestyle=line, linewidth=0.9)
    for place, test in enumerate(tests):
        colour = DENOISERS[test.denoiser]
        left, right = max(test.low, low), min(test.high, high)
        axes.plot([left, right], [place, place], color=colour, linewidth=1.4)
        for end, edge, marker in ((test.low, low, "<"), (test.high, high, ">")):
            if not math.isfinite(end) and end != test.value:
                axes.plot(edge, place, marker=marker, color=colour, clip_on=False)
        at = float(np.clip(test.value, low, high))
        reached = math.isfinite(test.value)
        axes.plot(
            at,
            place,
            marker="o" if reached else ">",
            color=colour,
            fillstyle=FILLS[test.verdict],
            markerfacecoloralt=mpl.rcParams["axes.facecolor"],
            clip_on=False,
        )
    axes.set_yticks(range(len(tests)), [test.language for test in tests])
    axes.set_ylim(len(tests) - 0.5, -0.5)
    shown = "" if tests[0].decides else "  (does not decide)"
    axes.set_title(
        f"{tests[0].statistic}: supported {sense} {rule.supported:g}{shown}", loc="left", fontsize=9
    )
    axes.grid(axis="y", visible=False)


def _legend() -> list[Line2D]:
    ink = mpl.rcParams["text.color"]
    paper = mpl.rcParams["axes.facecolor"]
    found = [
        Line2D([], [], color=colour, marker="o", label=f"{name} denoiser")
        for name, colour in DENOISERS.items()
    ]
    for verdict, fill in FILLS.items():
        found.append(
            Line2D(
                [],
                [],
                color=ink,
                marker="o",
                linestyle="none",
                fillstyle=fill,  # type: ignore[arg-type]
                markerfacecoloralt=paper,
                label=verdict,
            )
        )
    return found
