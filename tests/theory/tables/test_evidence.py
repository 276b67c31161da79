"""What claims read out of rows: the right ones, and what steps cost."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.experiments.kinds import OracleError, SamplingSeconds, TrainedError
from tests.theory.claims.rows_by_hand import (
    LEVEL,
    LONG,
    SHORT,
    Ends,
    curve,
    exactly,
    lawful,
    least,
    priced,
    row,
    table,
)
from theory.claims.costs import Goal, calls_of_exact, cost_ratios
from theory.claims.efficiency import BOUND, SEQUENCES, TOKENS
from theory.studies.kinds import LeastSteps
from theory.tables.evidence import (
    PATH_BOUND,
    above_own_level,
    at_steps,
    crossings,
    exact_curve,
    expected_evaluations,
    least_lost,
    least_steps_by_language,
    pick,
    trained_curves,
)
from theory.tables.rows import longest

GAP, ERROR = "token_error_rate_gap", "sequence_error_rate"
STEPS = st.floats(1, 1e6) | st.integers(1, 1000).map(float)


def evaluations(steps: float, length: int) -> float:
    frame = pd.DataFrame({"length": [length], "value": [steps], "low": [1.0], "high": [math.inf]})
    computed = expected_evaluations(frame)
    assert computed["low"].item() == 1.0
    assert computed["high"].item() == length
    return float(computed["value"].item())


@settings(max_examples=30)
@given(STEPS, STEPS, st.integers(1, 512))
def test_evaluations_grow_with_steps_up_to_the_length(
    first: float, second: float, length: int
) -> None:
    fewer, more = sorted((first, second))
    low, high = evaluations(fewer, length), evaluations(more, length)
    assert 1 - 1e-9 <= low <= high * (1 + 1e-9) <= min(more, length) * (1 + 2e-9)


@pytest.mark.parametrize(("steps", "length"), [(1, 5), (2, 5), (3, 4), (64, 64), (7, 1)])
def test_evaluations_are_those_of_the_formula_and_of_a_simulation(steps: int, length: int) -> None:
    """The simulation fails by chance with probability below 1e-6: five standard errors."""
    computed = evaluations(steps, length)
    assert computed == pytest.approx(steps * (1 - (1 - 1 / steps) ** length))
    times = np.random.default_rng(0).integers(steps, size=(5000, length))
    used = np.array([len(set(of_word)) for of_word in times.tolist()])
    assert abs(used.mean() - computed) <= 5 * used.std() / math.sqrt(5000) + 1e-12


def test_the_exact_law_stands_before_a_simulation_and_its_prediction_is_none() -> None:
    law = {"kind": LeastSteps.kind}
    rows = table(
        [
            {**least("a", ERROR, 0.5, exactly(9), LONG), **law},
            {**least("a", ERROR, 0.5, exactly(3), SHORT), **law},
            {**least("a", ERROR, 0.5, exactly(7), LONG, estimator="collision law"), **law},
            least("a", ERROR, 0.5, exactly(8)),
            least("b", ERROR, 0.5, exactly(5)),
            least("b", ERROR, 0.1, exactly(6)),
            least("b", GAP, 0.5, exactly(6)),
            least("c", ERROR, 0.5, exactly(2), reveal="bisection"),
        ]
    )
    steps = {
        name: list(group["value"]) for name, group in least_steps_by_language(rows, ERROR, 0.5)
    }
    assert steps == {"a": [3, 9], "b": [5]}
    steps = {
        name: list(group["value"])
        for name, group in least_steps_by_language(rows, ERROR, 0.5, "bisection")
    }
    assert steps == {"c": [2]}


def test_a_gap_is_exact_or_a_path_bound_and_never_both() -> None:
    """Copy pairs: N = 10 by their closed form where the path bound needs 28."""
    simulated = [
        *(least("copy-pairs-16", GAP, 0.05, exactly(28), length) for length in (SHORT, LONG)),
        least("hmm32-v8", GAP, 0.05, exactly(20)),
    ]
    rows = table([*lawful([least("ngram2-v8", GAP, 0.05, exactly(9))]), *simulated])
    exact = {name: list(group["value"]) for name, group in least_steps_by_language(rows, GAP, 0.05)}
    assert exact == {"ngram2-v8": [9], "copy-pairs-16": [10, 10]}
    bounds = least_steps_by_language(rows, PATH_BOUND, 0.05)
    assert {name: list(group["value"]) for name, group in bounds} == {
        "copy-pairs-16": [28, 28],
        "hmm32-v8": [20],
    }


def test_a_gap_is_at_least_what_its_errors_allow() -> None:
    """KL >= -log(1 - SER), less the most that the model's own level can be."""
    rows = [
        *curve("a", GAP, 0.05, exactly(8), LONG, "bernoulli"),
        *curve("a", ERROR, 0.5, exactly(2), LONG, "bernoulli")[2:4],
    ]
    least_gap = least_lost(table(rows), "a", LONG)
    assert least_gap == pytest.approx(
        {steps: -math.log1p(-1 / steps) / LONG - LEVEL for steps in (4, 8)}
    )


def test_picking_by_a_column_that_rows_lack_finds_nothing() -> None:
    rows = table([row(OracleError, "a", ERROR, exactly(0.5))])
    assert len(pick(rows, OracleError, language="a")) == 1
    assert len(pick(rows, OracleError, language="b")) == 0
    assert len(pick(rows, TrainedError)) == 0
    assert len(pick(rows.drop(columns="prompted"), OracleError, prompted=True)) == 0
    assert len(pick(rows.drop(columns="kind"), OracleError)) == 0


def test_a_model_is_measured_above_its_own_level_with_both_uncertainties() -> None:
    rows = curve("a", GAP, 0.05, exactly(8), LONG, "bernoulli")
    rows[-1] |= {"low": LEVEL - 0.01, "high": LEVEL + 0.02}
    ((language, length, curve_above),) = above_own_level(table(rows))
    assert (language, length) == ("a", LONG)
    first = curve_above.iloc[0]
    assert [first["low"], first["value"], first["high"]] == pytest.approx([0.38, 0.4, 0.41])
    assert list(above_own_level(table(rows[:-1]))) == []  # no level


def test_only_the_path_bound_of_a_gap_counts() -> None:
    rows = curve("a", GAP, 0.05, exactly(8), LONG, "bernoulli")
    other = [{**one, "estimator": "importance weighted", "value": 0.0} for one in rows]
    ((*_, points),) = trained_curves(table([*other, *rows]), PATH_BOUND, "bernoulli")
    assert (points["value"] > LEVEL).all()
    rows = [
        row(OracleError, "a", GAP, exactly(value), estimator=name, length=length)
        for name, value, length in (("path bound", 1.0, LONG), ("other", 2.0, LONG))
    ]
    short = row(OracleError, "a", GAP, exactly(3.0), estimator="path bound", length=SHORT)
    ((_, points),) = exact_curve(table([*rows, short]), PATH_BOUND, "bernoulli")
    assert list(points["value"]) == [1.0]


def test_crossings_have_a_line_for_each_curve_and_longest_keeps_one_a_language() -> None:
    rows = [
        line
        for language, length in (("a", SHORT), ("a", LONG), ("b", SHORT))
        for line in curve(language, ERROR, 0.5, exactly(length / 2), length, "bernoulli")
    ]
    computed = crossings(trained_curves(table(rows), ERROR, "bernoulli"), 0.5)
    assert list(computed["value"]) == pytest.approx(list(computed["length"] / 2))
    assert list(longest(computed)[["language", "length"]].itertuples(index=False, name=None)) == [
        ("a", LONG),
        ("b", SHORT),
    ]
    assert list(crossings(iter([]), 0.5).columns) == list(computed.columns)
    assert at_steps(table(rows), 3) is None


prices = partial(priced, "a")


@pytest.mark.parametrize("goal", [BOUND, SEQUENCES], ids=str)
@pytest.mark.parametrize("cost", ["calls", "FLOPs", "seconds"])
def test_a_goal_that_is_never_certainly_reached_has_no_upper_end(goal: Goal, cost: str) -> None:
    rows = prices(goal, cost, Ends(0.4, 0.5, 0.6))
    ((language, ratio, _),) = cost_ratios(table(rows), goal, cost)
    assert language == "a"
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((0.4, 0.5, 0.6))
    metric = GAP if goal == BOUND else goal.metric
    reached = next(one for one in rows if one["metric"] == metric and one["steps"] == 2)
    uncertain = [{**one, "high": 1.0} if one is reached else one for one in rows]
    ((_, ratio, _),) = cost_ratios(table(uncertain), goal, cost)
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((0.4, 0.5, math.inf))
    never = [{**one, "value": 1.0, "high": 1.0} if one is reached else one for one in rows]
    ((_, ratio, _),) = cost_ratios(table(never), goal, cost)
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((0.4, math.inf, math.inf))
    hopeless = [
        dict.fromkeys(("low", "value", "high"), 1.0) if one is reached else {} for one in rows
    ]
    changed = [{**one, **change} for one, change in zip(rows, hopeless)]
    ((_, ratio, _),) = cost_ratios(table(changed), goal, cost)
    # beyond the last number of steps, and what that costs
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((0.4, math.inf, math.inf))


def test_a_model_that_misses_the_goal_one_token_at_a_time_has_not_learned_it() -> None:
    rows = prices(SEQUENCES, "calls", exactly(0.5))
    columns = {"denoiser": "masked-diffusion", "reveal": "fixed count", "steps": LONG}
    for floor, learned in ((0.1, True), (0.11, False)):
        alone = row(TrainedError, "a", ERROR, exactly(floor), **columns)
        (one,) = cost_ratios(table([*rows, alone]), SEQUENCES, "calls")
        assert one.learned == learned


def test_flops_are_compared_where_seconds_are_since_no_other_models_are_of_one_size() -> None:
    rows = prices(SEQUENCES, "FLOPs", exactly(0.5))
    timed = [row(SamplingSeconds, name, "seconds_per_sequence", exactly(1.0)) for name in "ab"]
    assert [one.language for one in cost_ratios(table(rows), SEQUENCES, "FLOPs")] == ["a"]
    (first, other) = ([*rows, one | {"length": LONG}] for one in timed)
    assert [one.language for one in cost_ratios(table(first), SEQUENCES, "FLOPs")] == ["a"]
    assert list(cost_ratios(table(other), SEQUENCES, "FLOPs")) == []


def test_calls_at_all_goals_are_those_of_one_length() -> None:
    """That of the longest model where all goals have it, else the longest of all."""
    rows = [
        least("a", metric, target, exactly(steps), length)
        for metric, target in ((GAP, 0.05), (ERROR, 0.1))
        for length, steps in ((SHORT, 1.0), (LONG, 2.0))
    ]
    rows = lawful([*rows, least("a", GAP, 0.05, exactly(3.0), 4 * LONG)])
    model = row(TrainedError, "a", ERROR, exactly(0.0), length=SHORT)
    for more, length, steps in (([], LONG, 2.0), ([model], SHORT, 1.0)):
        calls = list(calls_of_exact(table([*rows, *more]), (TOKENS, SEQUENCES)))
        assert [goal for goal, _, _ in calls] == [TOKENS, SEQUENCES]
        share = evaluations(steps, length) / length
        assert [one.value for *_, one in calls] == pytest.approx([share] * 2)


def test_the_cost_is_that_of_the_least_steps_that_keep_the_goal() -> None:
    rows = prices(SEQUENCES, "calls", exactly(0.5))
    back = row(TrainedError, "a", ERROR, exactly(0.9), steps=4, denoiser="masked-diffusion")
    ((_, ratio, _),) = cost_ratios(table([*rows, back]), SEQUENCES, "calls")
    assert ratio.value == math.inf
    ((_, ratio, _),) = cost_ratios(table([*rows, {**back, "steps": 1}]), SEQUENCES, "calls")
    assert ratio.value == 0.5


def test_a_language_is_left_out_where_autoregression_misses_the_goal_or_is_missing() -> None:
    rows = prices(SEQUENCES, "calls", exactly(0.5))
    level = next(
        one for one in rows if one["denoiser"] == "autoregressive" and one["metric"] == ERROR
    )
    missed = [{**one, "value": 0.2, "high": 0.3} if one is level else one for one in rows]
    assert list(cost_ratios(table(missed), SEQUENCES, "calls")) == []
    without = [one for one in rows if one["denoiser"] != "autoregressive"]
    assert list(cost_ratios(table(without), SEQUENCES, "calls")) == []
