"""Every figure of the committed rows can be read: no label over another, no words cut off."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from tests.theory.claims.test_claim_figures import every_test_of
from theory.claims import CLAIMS, Claim
from theory.claims import Test as ClaimTest
from theory.claims.ledger import entry
from theory.report.figures import claims
from theory.report.figures.draw import plans
from theory.report.figures.glance import draw_lengths, glance_plans
from theory.report.figures.style import LIGHT, themed
from theory.report.publish import Results

ROWS = Results(Path(__file__).parents[4] / "results" / "standard").read()
PLANS = {plan.name: (plan, table) for plan, table in [*glance_plans(ROWS), *plans(ROWS)]}


def drawn(draw: Callable[[], Figure]) -> Figure:
    with themed(LIGHT):
        figure = draw()
        figure.draw_without_rendering()
    return figure


def of_rows(name: str) -> Figure:
    plan, table = PLANS[name]
    return drawn(lambda: plan.draw(table))


def boxes(texts: Sequence[Text]) -> list[Bbox]:
    """Where the texts stand, in pixels; the empty and the hidden ones left out."""
    return [text.get_window_extent() for text in texts if text.get_text() and text.get_visible()]


def collides(axes: Axes, name: Literal["x", "y"]) -> bool:
    """Whether two visible numbers along one axis overlap."""
    axis = axes.xaxis if name == "x" else axes.yaxis
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    spans = sorted(
        (box.x0, box.x1) if name == "x" else (box.y0, box.y1)
        for box in boxes([tick.label1 for tick in ticks])
    )
    low, high = (axes.bbox.x0, axes.bbox.x1) if name == "x" else (axes.bbox.y0, axes.bbox.y1)
    seen = [span for span in spans if low - 1 <= sum(span) / 2 <= high + 1]
    return any(second[0] < first[1] for first, second in pairwise(seen))


def cut_off(figure: Figure) -> list[str]:
    """Words that reach over the edge of the picture."""
    whole = figure.bbox.padded(1)
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    ticks = {
        id(tick.label1)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
    }
    return [
        text.get_text()
        for text in texts
        if id(text) not in ticks and not _inside(text.get_window_extent(), whole)
    ]


def _inside(box: Bbox, whole: Bbox) -> bool:
    return bool(
        whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 <= box.y1 <= whole.y1
    )


def twofold(figure: Figure) -> list[str]:
    """Lines with two points at one x, or at one place of a list of names."""
    lines = []
    for axes in figure.axes:
        sharing = axes.get_shared_y_axes().get_siblings(axes)
        named = (isinstance(one.yaxis.get_major_locator(), FixedLocator) for one in sharing)
        names = any(named)
        for line in axes.lines:
            places = np.asarray(line.get_xydata(), dtype=float)[:, int(names)]
            if line.get_transform() == axes.transData and (np.diff(places) <= 0).any():
                lines.append(f"{axes.get_xlabel()}: {line.get_label()}")
    return lines


def check(figure: Figure) -> None:
    assert not [axes for axes in figure.axes if collides(axes, "x") or collides(axes, "y")]
    assert not cut_off(figure)


@pytest.mark.parametrize("name", PLANS)
def test_numbers_and_words_stand_free_and_no_line_has_two_points_at_one_place(name: str) -> None:
    figure = of_rows(name)
    check(figure)
    assert twofold(figure) == []


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_so_they_do_in_the_figure_of_every_claim(claim: Claim) -> None:
    tests = entry(claim, {"standard": ROWS}).tests
    check(drawn(lambda: claims.draw(tests or by_hand(claim))))


def by_hand(claim: Claim) -> list[ClaimTest]:
    """Tests of a claim whose rows are not committed, on a language with a long name."""
    name = "ngram:order=2 vocab=8 branching=8 temperature=0.5"
    return [replace(test, language=name) for test in every_test_of(claim)]


def test_least_steps_that_were_searched_twice_are_seen() -> None:
    """Rows hold one with fewer samples, which the plan leaves out."""
    assert any("length L" in line for line in twofold(draw_lengths(ROWS)))


def test_crowded_numbers_and_long_titles_are_seen() -> None:
    figure = of_rows(next(iter(PLANS)))
    axes = figure.axes[0]
    axes.set_xticks([4, 4.1], ["four", "four and a bit"], minor=False)
    figure.suptitle("a title that does not end " * 20)
    figure.draw_without_rendering()
    assert collides(axes, "x")
    assert len(cut_off(figure)) == 1
