"""No figure, table or statistic mixes rows that differ in what it does not show.

Rows of a second setting are put beside the committed ones: what measures the same again changes
nothing, and what measures something else stands alone or not at all. Values of the second rows are
a hundredth smaller, so that nothing of theirs passes for something else.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from synthetic.experiments.kinds import (
    AncestralError,
    FurtherTraining,
    LimitedData,
    LongerNoisyTraining,
    LongerTraining,
    NoisyTrainedError,
    OracleError,
    TrainedError,
)
from tests.theory.report.figures.test_readable import ROWS, twofold
from theory.claims import CLAIMS
from theory.report.figures import draw
from theory.report.figures.draw import plans
from theory.report.figures.glance import glance_plans
from theory.studies.kinds import GridOptimum, LeastSteps, NoisyLeastSteps, SampledLeastSteps, Sweep
from theory.tables.law_numbers import law_numbers
from theory.tables.limited_data import runs
from theory.tables.rows import PREDICTED, QUANTITY, one_each
from theory.tables.summary import summary

LANGUAGES = {"ngram2-v8", "copy pairs", "even-ones", "balanced-2"}
OTHERS = {  # languages of which some kinds are looked at
    "class and steps": {"ngram4-v8"},
    "oracle reasoning": {"running-sum-8"},
    "trained reasoning": {"running-sum-8"},
    "sampled least steps": {"ngram4-v8", "copy-pairs-16"},
    "depth of orders of long words": {"latin-4"},
}
# against length, or each language at the length that is nearest to the middle of all
ALONG = ("glance_lengths", "least_", "collapse_", "revision_beside_order_", "class_and_steps")
GROWING = ("exponent", "slope", "collision law", "least N for", "largest SER")
NOISY = (
    *(AncestralError, NoisyTrainedError, NoisyLeastSteps),
    *(OracleError, TrainedError, LeastSteps, SampledLeastSteps),
)
TWOFOLD = "two points at one place"
# read by no table, and by one alone
APART = {FurtherTraining.kind, LongerTraining.kind, LongerNoisyTraining.kind, LimitedData.kind}
Content = Counter[tuple[object, ...]]


@cache
def few() -> pd.DataFrame:
    """Rows of every kind, few enough to be drawn several times."""
    names, kinds = ROWS["language"].astype(str), ROWS["kind"]
    chosen = names.isin(LANGUAGES)
    for kind, more in OTHERS.items():
        chosen |= (kinds == kind) & names.isin(more)
    chains = names[names.str.startswith("random chain")].unique()[::40]
    chosen |= names.isin(chains) | (kinds == Sweep.kind)
    chosen &= kinds != LimitedData.kind
    assert set(kinds[~chosen]) - set(kinds[chosen]) <= APART, "add a language"
    return ROWS[chosen].reset_index(drop=True)


def second(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with slightly other values, of other units."""
    ends = {end: rows[end] * 0.99 for end in ("value", "low", "high")}
    return rows.assign(unit="second " + rows["unit"].astype(str), **ends)


def measured_again(rows: pd.DataFrame) -> pd.DataFrame:
    """By another seed, with fewer samples, and by another estimator of each name."""
    again = second(rows)
    seeded = again.assign(seed=again["seed"] + 1)
    fewer = again[again["samples"] > 1].assign(samples=again["samples"] // 2)
    computed = again[again["estimator"] != PREDICTED]
    estimated = computed.assign(estimator=computed["estimator"].astype(str) + ", another")
    return pd.concat([seeded, fewer, estimated], ignore_index=True)


def at_another_length(rows: pd.DataFrame) -> pd.DataFrame:
    """Three times as long, of what has a length."""
    sized = rows[rows["length"] > 0]
    return second(sized).assign(length=3 * sized["length"])


def with_another_target(rows: pd.DataFrame) -> pd.DataFrame:
    """Least steps to an easier error."""
    aimed = rows[rows["target"].notna() & (rows["kind"] != GridOptimum.kind)]
    return second(aimed).assign(target=1.5 * aimed["target"])


def with_another_last_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Grids that end elsewhere."""
    ending = rows[rows["reveal"].astype(str).str.contains(":")]
    names = ending["reveal"].astype(str).str.replace(r":[0-9.e-]+", ":0.3", regex=True)
    return second(ending).assign(reveal=names)


def with_another_network(rows: pd.DataFrame) -> pd.DataFrame:
    """Networks of noisy tokens of another form."""
    trained = rows[rows["kind"] == NoisyTrainedError.kind]
    names = trained["denoiser"].astype(str).str.replace("leave-one-out", "cross-entropy")
    return second(trained).assign(denoiser=names)


def figures(rows: pd.DataFrame) -> Content:
    """Every line, area and word of every figure."""
    told: Content = Counter()
    for plan, table in [*glance_plans(rows), *plans(rows)]:
        told += Counter((plan.name, one) for one in (plan.title, plan.text))
        figure = plan.draw(table)
        told += Counter((plan.name, *one) for one in drawn(figure))
        told += Counter((plan.name, TWOFOLD, line) for line in twofold(figure))
    return told


def content(rows: pd.DataFrame) -> Content:
    """The same with every number of every table and claim."""
    told = figures(rows)
    for table in (law_numbers(rows), summary(rows)):
        told += Counter(tuple(map(str, line)) for line in table.itertuples(index=False))
    settled = one_each(rows)
    for claim in CLAIMS.values():
        for test in claim.tests(settled):
            language = test.language.partition(", L =")[0]  # said where there are several
            ends = (test.value, test.low, test.high, test.samples)
            told[claim.id, test.denoiser, language, test.statistic, *ends] += 1
    return told


def drawn(figure: Figure) -> Iterator[tuple[object, ...]]:
    """What stands in a figure."""
    for axes in figure.axes:
        yield from (("line", np.asarray(line.get_xydata()).tobytes()) for line in axes.lines)
        for area in axes.collections:
            yield from (("area", np.asarray(path.vertices).tobytes()) for path in area.get_paths())
        yield from (("image", np.asarray(one.get_array()).tobytes()) for one in axes.images)
        yield from (("title", axes.get_title(loc=side)) for side in ("left", "right"))
        yield from (("word", text.get_text()) for text in axes.texts)
    for legend in filter(None, (*figure.legends, *(axes.get_legend() for axes in figure.axes))):
        yield from (("word", text.get_text()) for text in legend.get_texts())
    yield from (("title", text.get_text()) for text in figure.texts)


@cache
def of_few() -> Content:
    return content(few())


def test_what_is_measured_again_changes_nothing() -> None:
    again = content(pd.concat([few(), measured_again(few())], ignore_index=True))
    assert again == of_few()


def test_broken_twin_rows_that_were_measured_twice_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = few()[few()["kind"].isin([AncestralError.kind, OracleError.kind])]
    both = pd.concat([rows, measured_again(rows)], ignore_index=True)
    assert figures(both) == figures(rows)
    monkeypatch.setattr(draw, "one_each", lambda rows: rows)
    assert figures(both) != figures(rows)


def mixed(rows: pd.DataFrame, other: pd.DataFrame, alone: Content) -> list[tuple[object, ...]]:
    """What is told of both together and of neither alone, less what is said of several lengths."""
    beside = rows[~rows["kind"].isin(other["kind"])]  # what only stands beside it
    both, second_alone = (
        content(pd.concat([part, other], ignore_index=True)) for part in (rows, beside)
    )
    return [
        one
        for one in set(both) - set(alone) - set(second_alone)
        if TWOFOLD in one
        or (
            not str(one[0]).startswith(ALONG)
            and not any(word in str(part) for part in one for word in GROWING)
        )
    ]


def test_another_length_stands_alone() -> None:
    """But for a point of its own where something is drawn or fitted against length."""
    assert mixed(few(), at_another_length(few()), of_few()) == []


def test_other_targets_grids_and_networks_stand_alone() -> None:
    rows = few()[few()["kind"].isin([kind.kind for kind in NOISY])]
    rows = rows[rows["reveal"].astype(str).str.contains("noise|fixed|bernoulli")]
    others = [with_another_target(rows), with_another_last_level(rows), with_another_network(rows)]
    assert all(len(other) for other in others)
    assert mixed(rows, pd.concat(others, ignore_index=True), content(rows)) == []


def test_models_on_limited_data_are_those_of_one_length() -> None:
    """All tables of them begin with these."""
    limited = ROWS[ROWS["kind"] == LimitedData.kind]
    longer = at_another_length(limited)
    for metric in limited["metric"].unique():
        both = runs(pd.concat([limited, longer], ignore_index=True), metric)
        assert both.reset_index(drop=True).equals(runs(longer, metric).reset_index(drop=True))
    assert one_each(limited).equals(limited)  # seeds are averaged


def test_rows_that_are_left_out_measure_what_others_do() -> None:
    """Plain grids beside the best ones by several metrics, and one search with fewer words."""
    kept = one_each(ROWS)
    left = ROWS.drop(kept.index)
    assert set(left["kind"]) == {GridOptimum.kind, SampledLeastSteps.kind}
    both = left.merge(kept, on=list(QUANTITY), suffixes=("", "_kept"))
    assert len(both) == len(left)
    better = both["samples_kept"] > both["samples"]
    assert (better | (both["value"] == both["value_kept"])).all()
