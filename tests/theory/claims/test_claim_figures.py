"""The figure of a claim: a panel a statistic, a line a test, filled by its verdict."""

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from tests.theory.claims.test_verdicts import CASES, judgements, places
from theory.claims import CLAIMS
from theory.claims.claim import Claim
from theory.claims.claim import Test as ClaimTest
from theory.claims.groups import in_groups
from theory.claims.rules import AtMost
from theory.claims.sentences import DENOISERS
from theory.claims.statistics_table import margin
from theory.report.figures.claims import BOUND_SHAPES, FILLS, SHAPES, draw
from theory.report.figures.style import DARK, LIGHT, Theme, themed


def every_test_of(claim: Claim) -> list[ClaimTest]:
    """Tests of every statistic with an interval on each side of each margin."""
    return [
        replace(test, low=place.ends.low, value=place.ends.value, high=place.ends.high)
        for one in CASES
        if one.claim is claim
        for place in places(one.rule)
        for test in judgements(one, next(places(one.rule)))  # rows of one place: the others follow
        if test.statistic == one.statistic
    ]


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def fills(axes: Axes) -> list[str]:
    """How the points of a panel are filled, from top to bottom."""
    shapes = {*SHAPES.values(), *BOUND_SHAPES.values()}
    return [str(line.get_fillstyle()) for line in axes.lines if line.get_marker() in shapes]


# of one that no rows decide there is none by hand
@pytest.mark.parametrize(
    "claim",
    [claim for claim in CLAIMS.values() if any(one.claim is claim for one in CASES)],
    ids=lambda claim: claim.id,
)
def test_every_claim_draws_its_tests_in_both_themes(claim: Claim) -> None:
    tests = every_test_of(claim)
    check_drawing(tests, LIGHT)
    check_drawing(tests[:1], DARK, rendered=False)  # colours alone differ, and one shows them


def check_drawing(tests: list[ClaimTest], theme: Theme, rendered: bool = True) -> None:
    statistics = list(dict.fromkeys(test.statistic for test in tests))
    with themed(theme):
        figure = draw(tests)
        figure.set_layout_engine(None)  # where panels stand is held where reports are drawn
        if rendered:
            figure.draw_without_rendering()
    tests = in_groups(tests)
    assert to_rgb(figure.get_facecolor()) == pytest.approx(to_rgb(theme.paper))
    assert len(figure.axes) == len(statistics)
    for axes, statistic in zip(figure.axes, statistics, strict=True):
        of_statistic = [test for test in tests if test.statistic == statistic]
        title = unwrapped(axes.get_title(loc="left"))
        assert title.startswith(f"{statistic}: {margin(of_statistic[0].rule)}")
        assert title.endswith("(does not decide)") != any(test.decides for test in of_statistic)
        assert ("(decided by" in title) == (len({test.decides for test in of_statistic}) > 1)
        assert [unwrapped(label.get_text()) for label in axes.get_yticklabels()] == [
            f"{test.language}, {test.denoiser}" for test in of_statistic
        ]
        assert fills(axes) == [
            FILLS[test.verdict] for test in of_statistic if math.isfinite(test.value)
        ]
        for line, end in zip(
            axes.lines, (of_statistic[0].rule.supported, of_statistic[0].rule.refuted)
        ):
            assert list(line.get_xdata()) == [end] * 2  # type: ignore[arg-type]
        assert to_rgb(axes.lines[0].get_color()) == pytest.approx(to_rgb(theme.ink))


def test_the_caption_counts_the_samples_of_each_denoiser() -> None:
    one = every_test_of(CLAIMS["guidance"])[0]
    tests = [
        replace(one, denoiser="exact", samples=1),  # an exact law
        replace(one, denoiser="trained", samples=500),
        replace(one, denoiser="trained", samples=2000),
    ]
    assert max(map(len, str(draw(tests).get_suptitle()).splitlines())) < 130  # fits the width
    assert "point: trained 500 to 2,000; exact laws" in str(draw(tests).get_suptitle())
    assert "exact 300, trained 500;" in str(
        draw([replace(tests[0], samples=300), tests[1]]).get_suptitle()
    )
    assert "Samples" not in str(draw(tests[:1]).get_suptitle())


def test_broken_twin_another_verdict_is_filled_otherwise() -> None:
    tests = every_test_of(CLAIMS["guidance"])
    other = [replace(test, rule=AtMost(-9.0, 9.0)) for test in tests]
    assert [fills(axes) for axes in draw(tests).axes] != [fills(axes) for axes in draw(other).axes]


INFINITE = math.inf
OPEN = [
    ("never reached", INFINITE, INFINITE, INFINITE, "not reached: refuted"),
    ("no upper end", 1.0, 1.5, INFINITE, ""),
    ("no end", -INFINITE, INFINITE, INFINITE, "not reached: inconclusive"),
    ("lower end", 0.4, INFINITE, INFINITE, "not reached, 0.4 or more: inconclusive"),
]


@pytest.mark.parametrize(
    ("name", "low", "value", "high", "words"), OPEN, ids=[name for name, *_ in OPEN]
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside"])
def test_what_has_no_end_has_an_arrow_and_what_was_not_reached_says_so(
    name: str, low: float, value: float, high: float, words: str, alone: bool
) -> None:
    rule = AtMost(0.5, 1.0)
    test = ClaimTest("exact", name, "statistic", value, low, high, 5, rule)
    beside = [] if alone else [ClaimTest("trained", "other", "statistic", 40, 30, 50, 5, rule)]
    figure = draw([test, *beside])
    figure.canvas.draw()
    (axes,) = figure.axes
    markers = [line.get_marker() for line in axes.lines]
    assert (">" in markers) == math.isfinite(value)  # an arrow at the end of a line, no other
    assert [text.get_text() for text in axes.texts] == ([words] if words else [])
    widths = [np.ptp(np.asarray(line.get_xdata(), float)) for line in axes.lines]
    low_end, high_end = axes.get_xlim()
    assert max(widths) < high_end - low_end  # no line across the panel
    assert axes.get_xscale() == ("linear" if alone else "log")
    assert math.isfinite(low_end)
    assert math.isfinite(high_end)


def test_exact_and_trained_differ_by_shape() -> None:
    rule = AtMost(0.5, 1.0)
    for statistic, shapes in (("error", ["o", "s"]), ("path bound", ["v", "D"])):
        sides = [ClaimTest(side, "one", statistic, 0.2, 0.1, 0.3, 5, rule) for side in DENOISERS]
        (axes,) = draw(sides).axes
        markers = [line.get_marker() for line in axes.lines]
        assert [marker for marker in markers if marker != "None"] == shapes
