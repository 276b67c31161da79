"""Figures of the exact laws, of computed rows and of rows by hand; the others do not change."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from synthetic.experiments.kinds import OracleError
from synthetic.experiments.unit import Unit
from tests.theory.report.figures.law_rows_by_hand import law_rows
from theory.report.figures.draw import draw_one, picture_of, plans
from theory.report.figures.plan import Plan
from theory.report.figures.style import DARK, LIGHT, Theme, ordered_colours, themed
from theory.report.page import PROVENANCE, render
from theory.report.publish import Results
from theory.studies.kinds import ChainError, Collision, LeastSteps, Order, PathSlack, PhasePoint
from theory.tables.law_rows import LAWS, exact_laws
from theory.tables.summary import summary

NAMES = (
    "least_steps_ngram2-v8",
    "collapse_ngram2-v8",
    "three_curves_ngram2-v8",
    "order_of_reveals_ngram2-v8",
    "phase_diagram",
    "path_slack",
)
FULL_SUPPORT = "three_curves_ngram2-full-v8"
WITH_FULL_SUPPORT = (*NAMES[:4], FULL_SUPPORT, *NAMES[4:])  # as profiles have it


def names(rows: pd.DataFrame) -> list[str]:
    return [plan.name for plan, _ in plans(rows)]


def plan_and_rows(rows: pd.DataFrame, name: str) -> tuple[Plan, pd.DataFrame]:
    return next((plan, group) for plan, group in plans(rows) if plan.name.startswith(name))


def drawn(rows: pd.DataFrame, name: str, theme: Theme = LIGHT) -> Figure:
    plan, group = plan_and_rows(rows, name)
    with themed(theme):
        figure = plan.draw(group)
        figure.draw_without_rendering()
    return figure


def words(figure: Figure) -> str:
    """All that a figure says in its titles and legends."""
    parts = [axes.get_title(loc="left") for axes in figure.axes]
    for axes in figure.axes:
        legend = axes.get_legend()
        parts += [text.get_text() for text in legend.get_texts()] if legend else []
    return "\n".join(parts)


def points(line: Line2D) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


def test_computed_rows_draw_all_in_both_themes(published: Results) -> None:
    wanted = plans(exact_laws(published.read()))
    assert tuple(plan.name for plan, _ in wanted) == WITH_FULL_SUPPORT
    for plan, _ in wanted:
        picture = picture_of(plan, published.figures)
        for path in (picture.light, picture.dark, picture.light.with_suffix(".pdf")):
            assert path.stat().st_size > 8_000
        assert picture.light.read_bytes() != picture.dark.read_bytes()
        assert len(picture.text) > 100


def unlabelled(figure: Figure) -> list[Axes]:
    """Axes with no words along the x axis, or none along y that they do not share."""
    first = figure.axes[0]
    shared = first.get_shared_x_axes()
    return [
        axes
        for axes in figure.axes
        if not (
            axes.get_xlabel()
            or any(shared.joined(axes, other) and other.get_xlabel() for other in figure.axes)
        )
        or not (axes.get_ylabel() or first.get_ylabel())
    ]


@pytest.mark.parametrize("name", NAMES)
def test_axes_say_what_they_show(name: str) -> None:
    figure = drawn(law_rows(), name)
    assert not unlabelled(figure)
    assert words(figure)
    figure.axes[0].set_ylabel("")
    assert unlabelled(figure)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("collapse", ["largest deviation -0.0200 at L = 8, N = 8", "c = 0.50000"]),
        (
            "least_steps",
            [
                "SER ≤ 0.5, exact, slope 1.0000, +0.0000 from 1",
                "extrapolated by the collision law, which is off by +10.0% at L = 64",
                "TER gap ≤ 0.05, N = 10 to 10, slope 0.0000",
            ],
        ),
        (
            "three_curves",
            ["path average, exact: 2\n", "c / N: 1.25", "log V / N: 5.2", "Theorem 4.2"],
        ),
        ("path_slack", ["2 successors a token"]),
        ("phase_diagram", ["ratio of c to the path average"]),
    ],
)
def test_figures_say_their_numbers(name: str, said: list[str]) -> None:
    text = words(drawn(law_rows(), name))
    for part in said:
        assert part in text


def test_extrapolated_points_are_hollow_and_beyond_the_exact_ones() -> None:
    axes = drawn(law_rows(), "least_steps").axes[0]
    (hollow,) = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
    # N = c L / -log(1 - target), rounded up
    assert points(hollow) == [(128, 93), (256, 185)]
    assert axes.get_ylim() == drawn(law_rows(), "least_steps").axes[1].get_ylim()


def test_the_bottom_line_holds_exact_zeros_alone() -> None:
    axes = drawn(law_rows(), "order_of_reveals").axes[0]
    assert "0 exactly" in [text.get_text().strip() for text in axes.texts]
    bottom = points(axes.lines[0])[0][1]
    on_it = {
        (line.get_label(), x) for line in axes.lines[2:] for x, y in points(line) if y == bottom
    }
    assert on_it == {("bisection", 5.0), ("bisection", 6.0), ("fixed count", 16.0)}


def test_full_support_is_an_empty_framed_cell() -> None:
    figure = drawn(law_rows(), "phase_diagram")
    left, middle, right = figure.axes
    assert len(left.patches) == len(right.patches) == 1
    assert not middle.patches
    assert [text.get_text() for text in left.texts] == ["0.30", "0"]
    assert [text.get_text() for text in right.texts] == ["0.50", "0"]


def subsets() -> Iterator[tuple[str, list[type[Unit]], list[str]]]:
    yield "nothing", [], []
    yield "collapse alone", [Collision, ChainError], ["collapse_ngram2-v8"]
    yield "no constant", [ChainError, LeastSteps], []
    yield "least steps alone", [Collision, LeastSteps], ["least_steps_ngram2-v8"]
    yield "order alone", [Order], ["order_of_reveals_ngram2-v8"]
    yield "grid", [PhasePoint, PathSlack], ["phase_diagram", "path_slack"]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [pytest.param(kinds, expected, id=name) for name, kinds, expected in subsets()],
)
def test_a_figure_appears_only_where_rows_allow_it(
    kinds: list[type[Unit]], expected: list[str], tmp_path: Path
) -> None:
    rows = law_rows()
    rows = rows[rows["kind"].isin([kind.kind for kind in kinds])]
    assert names(rows) == expected
    for name in expected:
        drawn(rows, name)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_no_kind_is_indispensable_to_the_others(law: type[Unit]) -> None:
    rows = law_rows()
    rows = rows[rows["kind"] != law.kind]
    for name in names(rows):
        drawn(rows, name)


def sampled_rows() -> pd.DataFrame:
    """SER and path bound of the exact denoiser at three numbers of steps."""
    return pd.DataFrame(
        {
            "unit": f"{steps}",
            "kind": OracleError.kind,
            "language": "ngram2-v8",
            "denoiser": "oracle",
            "reveal": "bernoulli",
            "steps": steps,
            "length": 4,
            "metric": metric,
            "estimator": "path bound" if metric == "token_error_rate" else "share",
            "value": value / steps,
            "low": 0.9 * value / steps,
            "high": 1.1 * value / steps,
            "samples": 50,
        }
        for steps in (1, 2, 4)
        for metric, value in (("sequence_error_rate", 0.8), ("token_error_rate", 8.0))
    )


def test_figures_and_summary_of_samples_do_not_change_when_laws_are_added(tmp_path: Path) -> None:
    alone, both = sampled_rows(), pd.concat([law_rows(), sampled_rows()], ignore_index=True)
    (plan, group), *others = plans(alone)
    assert not others
    assert names(both) == [plan.name, *NAMES]
    first = draw_one(plan, group, tmp_path / "alone")
    second = draw_one(*plans(both)[0], tmp_path / "both")
    assert first.light.read_bytes() == second.light.read_bytes()
    assert first.dark.read_bytes() == second.dark.read_bytes()
    pd.testing.assert_frame_equal(summary(alone), summary(both))
    # the same rows under the name of a sampled kind would change both
    mixed = both.assign(kind=both["kind"].replace(ChainError.kind, OracleError.kind))
    third = draw_one(*plans(mixed)[0], tmp_path / "mixed")
    assert first.light.read_bytes() != third.light.read_bytes()
    assert not summary(alone).equals(summary(mixed))


def test_the_report_has_a_table_of_laws_only_with_rows_of_laws() -> None:
    alone = sampled_rows().assign(seconds=1.0)
    both = pd.concat([sampled_rows(), law_rows()]).assign(seconds=1.0)
    for column in PROVENANCE:
        alone[column] = both[column] = "x"
    assert "Exact laws in numbers" not in render(alone, [], "test")
    page = render(both, [], "test")
    assert "Exact laws in numbers" in page
    assert "collision constant c" in page
    assert "NaN" not in page
    assert "Least steps to a target" in page
    only = both[both["kind"] != OracleError.kind]
    assert "Least steps to a target" not in render(only, [], "test")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_stand_out_from_the_paper(theme: Theme) -> None:
    """A contrast of 1.8 at least with the paper, for curves and for ordered quantities."""
    with themed(theme):
        ordered = [matplotlib.colors.to_hex(colour) for colour in ordered_colours(6)]
    for colour in (*theme.cycle, *ordered):
        assert contrast(colour, theme.paper) > 1.8
    assert contrast("#fffff0" if theme == LIGHT else "#101010", theme.paper) < 1.8


def contrast(colour: str, paper: str) -> float:
    """The contrast ratio of WCAG 2."""
    shades = sorted(map(luminance, (colour, paper)))
    return (shades[1] + 0.05) / (shades[0] + 0.05)


def luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in matplotlib.colors.to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
