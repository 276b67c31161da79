"""A claim in one figure: every test with its interval between the margins of its rule."""

import math
from collections.abc import Sequence
from textwrap import fill

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from theory.claims import Test
from theory.claims.claim import INTERVALS
from theory.claims.groups import in_groups
from theory.claims.rules import Verdict
from theory.claims.statistics_table import margin
from theory.report.figures.style import COLOURS, plain_numbers

DENOISERS = {"exact": COLOURS["oracle"], "trained": COLOURS["masked-diffusion"]}
SHAPES = {"exact": "o", "trained": "s"}
BOUND_SHAPES = {"exact": "v", "trained": "D"}  # of path bounds, which are no TER gaps
FILLS: dict[Verdict, str] = {
    "supported": "full",
    "inconclusive": "left",
    "refuted": "none",
    "not learned": "bottom",
}
LINE_HEIGHT = 0.24  # inches a test
LABEL_WIDTH, TITLE_WIDTH = 34, 110  # letters


def draw(tests: Sequence[Test]) -> Figure:
    """A panel a statistic, a line a test, exact denoiser above trained models.

    Points with intervals, round for the exact denoiser and square for trained models, a triangle
    and a diamond where they are path bounds; many languages as one line, the median between the
    least and the greatest. Filled where the rule says supported, open where refuted, half where
    inconclusive. Both margins of the rule are vertical lines. An interval without an end has an
    arrow at the side of the panel; a value that was never reached is said in words.
    """
    tests = in_groups(tests)
    statistics = list(dict.fromkeys(test.statistic for test in tests))
    groups = [[test for test in tests if test.statistic == name] for name in statistics]
    heights = [LINE_HEIGHT * sum(map(_lines, group)) + 0.75 for group in groups]
    figure = Figure(figsize=(9.0, sum(heights) + 0.9), layout="constrained")
    panels = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, group)
    figure.suptitle(_caption(tests), fontsize=8, x=0.005, ha="left")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=4)
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


def _label(test: Test) -> str:
    return fill(f"{test.language}, {test.denoiser}", LABEL_WIDTH)


def _lines(test: Test) -> int:
    return _label(test).count("\n") + 1


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
    margins = ((rule.supported, "-"), (rule.refuted, "--"))
    for at, line in margins:
        axes.axvline(at, color=ink, linestyle=line, linewidth=0.9)
    for place, test in enumerate(tests):
        _test(axes, place, test, low, high)
    axes.set_yticks(range(len(tests)), [_label(test) for test in tests])
    axes.set_ylim(len(tests) - 0.5, -0.5)
    deciding = [test.language for test in tests if test.decides]
    note = "" if deciding else "  (does not decide)"
    if 0 < len(deciding) < len(tests):
        note = f"  (decided by {', '.join(dict.fromkeys(deciding))})"
    title = fill(f"{tests[0].statistic}: {margin(rule)}{note}", TITLE_WIDTH)
    axes.set_title(title, loc="left", fontsize=7.5)
    axes.grid(axis="y", visible=False)


def _test(axes: Axes, place: int, test: Test, low: float, high: float) -> None:
    """A point with its interval on a panel from `low` to `high`, or words."""
    colour = DENOISERS[test.denoiser]
    if not math.isfinite(test.value):
        first = f", {test.low:.3g} or more" if math.isfinite(test.low) else ""
        words = f"not reached{first}: {test.verdict}"
        axes.annotate(
            words, (1, place), xycoords=("axes fraction", "data"), xytext=(-4, 0),
            textcoords="offset points", ha="right", va="center", fontsize=7, color=colour,
            bbox={"facecolor": mpl.rcParams["axes.facecolor"], "edgecolor": "none", "pad": 1},
        )  # fmt: skip
        return
    left, right = max(test.low, low), min(test.high, high)
    axes.plot([left, right], [place, place], color=colour, linewidth=1.4)
    for end, edge, marker in ((test.low, low, "<"), (test.high, high, ">")):
        if not math.isfinite(end):
            axes.plot(edge, place, marker=marker, color=colour, clip_on=False)
    axes.plot(
        test.value,
        place,
        marker=(BOUND_SHAPES if "path bound" in test.statistic else SHAPES)[test.denoiser],
        color=colour,
        fillstyle=FILLS[test.verdict],
        markerfacecoloralt=mpl.rcParams["axes.facecolor"],
        clip_on=False,
    )


def _legend() -> list[Line2D]:
    ink = mpl.rcParams["text.color"]
    paper = mpl.rcParams["axes.facecolor"]
    handles = [
        Line2D([], [], color=colour, marker=SHAPES[name], label=name)
        for name, colour in DENOISERS.items()
    ]
    handles += [
        Line2D([], [], color=colour, marker=BOUND_SHAPES[name], label=f"{name}, path bound")
        for name, colour in DENOISERS.items()
    ]
    handles += [
        Line2D([], [], color=ink, linestyle="-", linewidth=0.9, label="margin of support"),
        Line2D([], [], color=ink, linestyle="--", linewidth=0.9, label="of refutation"),
    ]
    for verdict, style in FILLS.items():
        handles.append(
            Line2D(
                [],
                [],
                color=ink,
                marker="o",
                linestyle="none",
                fillstyle=style,  # type: ignore[arg-type]
                markerfacecoloralt=paper,
                label=verdict,
            )
        )
    return handles
