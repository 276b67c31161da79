"""Figures of noise that revises tokens: computed rows, rows by hand, and what they say."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tests.theory.tables.test_noise_rows import by_hand
from theory.report.figures.draw import by_language, picture_of
from theory.report.figures.noise import NOISE_PLANS
from theory.report.figures.style import LIGHT, themed
from theory.report.publish import Results
from theory.tables.noise_rows import noise_rows

NAMES = ["masked_against_uniform_ngram2-v8", "least_calls_ngram2-v8"]


def drawn(rows: pd.DataFrame, place: int) -> Figure:
    plan, group = by_language(noise_rows(rows), NOISE_PLANS)[place]
    with themed(LIGHT):
        figure = plan.draw(group)
        figure.draw_without_rendering()
    return figure


def test_computed_rows_draw_both(published: Results) -> None:
    drawings = by_language(noise_rows(published.read()), NOISE_PLANS)
    assert [plan.name for plan, _ in drawings] == NAMES
    for plan, _ in drawings:
        picture = picture_of(plan, published.figures)
        assert picture.light.stat().st_size > 8_000
        assert picture.light.read_bytes() != picture.dark.read_bytes()


def test_points_are_those_of_the_rows() -> None:
    rates, windows = drawn(by_hand(), 0).axes
    lines = {line.get_label(): np.asarray(line.get_xydata()).tolist() for line in rates.lines}
    assert lines["masked, bernoulli"] == [[1.5, 0.5], [3.5, 0.25]]
    assert np.allclose(lines["uniform noise, geometric grid"], [[2, 0.01], [4, 1e-4]])
    assert [line.get_label() for line in windows.lines[:1]] == ["uniform noise, geometric grid"]


def test_exponents_stand_in_the_legend() -> None:
    (axes,) = drawn(by_hand(), 1).axes
    legend = axes.get_legend()
    assert legend is not None
    said = [text.get_text() for text in legend.get_texts()]
    assert any("uniform noise, geometric grid: N ~ L^0.50" in line for line in said)
    assert axes.get_title(loc="left") == "SER ≤ 0.5"


def test_no_figure_without_noise() -> None:
    rows = by_hand()
    masked = rows[rows["denoiser"] == "oracle"]
    assert by_language(noise_rows(masked), NOISE_PLANS) == []
    curves_alone = rows[~rows["metric"].str.startswith("least")]
    assert [plan.name for plan, _ in by_language(noise_rows(curves_alone), NOISE_PLANS)] == NAMES[
        :1
    ]


def test_nothing_is_drawn_beside_masks_that_were_not_measured_at_the_length() -> None:
    rows = by_hand()
    shorter = rows.assign(length=rows["length"].where(rows["denoiser"] != "oracle", 3))
    for lacking in (shorter, rows[rows["denoiser"] != "oracle"]):
        names = [plan.name for plan, _ in by_language(noise_rows(lacking), NOISE_PLANS)]
        assert NAMES[0] not in names
