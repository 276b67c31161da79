"""The figure of steps to a total variation: one panel a language, a line a sampler."""

import math

import numpy as np
import pandas as pd

from theory.report.figures.noise.steps_to_distance import METRIC, STYLES, plan
from theory.report.figures.style import LIGHT, themed
from theory.studies.distance_units import STANDARD_DISTANCES, TARGET
from theory.studies.kinds import LeastStepsToDistance

LANGUAGES = ("even-ones", "permutations", "another")


def by_hand(lengths: tuple[int, ...] = (3, 4, 5)) -> pd.DataFrame:
    rows = []
    for factor, language in enumerate(LANGUAGES, 1):
        for place, sampler in enumerate(STYLES):
            for length in lengths:
                common: dict[str, object] = {"kind": LeastStepsToDistance.kind}
                common["language"] = language
                common |= {"length": length, "target": TARGET, "reveal": sampler}
                value = float(factor * length + place)
                rows.append(common | {"metric": METRIC, "value": value})
                rows.append(common | {"metric": "least_steps_divergence", "value": 99.0})
    return pd.DataFrame(rows)


def lines_of(rows: pd.DataFrame) -> dict[str, dict[str, list[list[float]]]]:
    """Points by the title of the panel and the label of the line."""
    made = plan(rows)
    assert made is not None
    with themed(LIGHT):
        figure = made.draw(rows)
        figure.draw_without_rendering()
    return {
        axes.get_title(loc="left"): {
            str(line.get_label()): np.asarray(line.get_xydata()).tolist() for line in axes.lines
        }
        for axes in figure.axes
        if axes.lines
    }


def test_each_sampler_of_a_language_is_a_line_against_length() -> None:
    told = lines_of(by_hand())
    assert list(told) == ["parity", "permutations", "another"]
    for factor, lines in enumerate(told.values(), 1):
        for place, (label, *_) in enumerate(STYLES.values()):
            assert lines[label] == [[n, factor * n + place] for n in (3, 4, 5)]


def test_what_is_out_of_reach_and_another_target_are_not_drawn() -> None:
    rows = by_hand()
    far = (rows["length"] == 5) & (rows["reveal"] == "bernoulli")
    rows.loc[far, "value"] = math.inf
    other = rows.assign(target=0.5, value=77.0)
    told = lines_of(pd.concat([rows, other], ignore_index=True))
    assert told["parity"]["masks in random order"] == [[3, 3], [4, 4]]


def test_one_length_or_no_rows_are_no_figure() -> None:
    assert plan(by_hand((4,))) is None
    assert plan(by_hand().iloc[:0]) is None


def test_samplers_differ_in_line_or_marker_and_languages_in_title() -> None:
    assert len({look[2:] for look in STYLES.values()}) == len(STYLES)
    assert len({study.title for study in STANDARD_DISTANCES}) == len(STANDARD_DISTANCES)
