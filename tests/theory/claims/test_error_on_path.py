"""The learning error that a token meets on the path, against enumeration and simulation."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.experiments import kinds
from tests.theory.claims.rows_by_hand import LONG, exactly, row, table
from theory.claims.learning_error import DECOMPOSITION, claim, error_on_path
from theory.tables.evidence import PATH_BOUND

ERRORS = st.lists(st.floats(0, 3), min_size=1, max_size=4)


def enumerated(errors: Sequence[float], steps: int) -> float:
    """The mean over all words of reveal times: under the uniform Bernoulli schedule each of L
    tokens is revealed at one of N steps, all N^L ways equally likely, and meets the error of as
    many masked tokens as are revealed at its step or later."""
    length = len(errors)
    met = [
        errors[sum(other >= order for other in times) - 1]
        for times in itertools.product(range(steps), repeat=length)
        for order in times
    ]
    return sum(met) / len(met)


@settings(max_examples=30)
@given(ERRORS, st.integers(1, 4))
def test_the_error_is_the_mean_over_all_reveals(errors: list[float], steps: int) -> None:
    computed = error_on_path(np.array(errors), steps)
    assert computed == pytest.approx(enumerated(errors, steps), abs=1e-12)


def of_the_remaining(errors: np.ndarray, steps: int) -> float:
    """Wrong: each step counts the error of what is left after it."""
    return error_on_path(np.array([0.0, *errors[:-1]]), steps)


def of_one_size(errors: np.ndarray, steps: int) -> float:
    """Wrong: the mean number of masked tokens stands for all."""
    length = len(errors)
    sizes = [round(length * (1 - step / steps)) for step in range(steps)]
    return float(np.mean([errors[max(size, 1) - 1] for size in sizes]))


@pytest.mark.parametrize("wrong", [of_the_remaining, of_one_size])
def test_broken_twins_differ_from_enumeration(wrong: Callable[[np.ndarray, int], float]) -> None:
    errors = np.array([0.1, 0.5, 2.0])
    assert wrong(errors, 3) != pytest.approx(enumerated(list(errors), 3), abs=1e-3)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=40))
def test_one_step_meets_the_error_of_all_and_many_meet_each_once(errors: list[float]) -> None:
    table_of = np.array(errors)
    assert error_on_path(table_of, 1) == pytest.approx(errors[-1], abs=1e-12)
    # two tokens share one of N steps with probability at most L^2 / 2N
    length, steps = len(errors), 40_000
    computed = error_on_path(table_of, steps)
    assert computed == pytest.approx(table_of.mean(), abs=1e-9 + 3 * length**2 / steps)


@given(st.floats(0, 5), st.integers(1, 64), st.integers(1, 300))
def test_a_constant_error_is_met_whatever_the_steps(error: float, length: int, steps: int) -> None:
    assert error_on_path(np.full(length, error), steps) == pytest.approx(error, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.integers(1, 60))
def test_an_error_that_grows_with_the_masked_is_met_less_with_more_steps(
    rises: list[float], steps: int
) -> None:
    errors = np.cumsum(rises)
    assert error_on_path(errors, steps + 1) <= error_on_path(errors, steps) + 1e-12


def test_the_error_is_that_of_a_simulated_path() -> None:
    """Fails by chance with probability below 1e-6: five standard errors."""
    source = np.random.default_rng(0)
    length, steps, words = 32, 20, 4000
    errors = source.random(length)
    times = source.integers(steps, size=(words, length))
    masked = (times[:, None, :] >= times[:, :, None]).sum(-1)
    met = errors[masked - 1].mean(1)
    computed = error_on_path(errors, steps)
    assert abs(met.mean() - computed) < 5 * met.std() / np.sqrt(words)
    assert abs(met.mean() - of_the_remaining(errors, steps)) > 5 * met.std() / np.sqrt(words)


def test_errors_between_measured_numbers_of_masked_tokens_are_linear() -> None:
    measured = {1: 0.0, 5: 0.4, LONG: 0.4}
    every = np.interp(np.arange(1, LONG + 1), list(measured), list(measured.values()))
    for steps in (1, 3, 200):
        offset = error_on_path(every, steps)
        gap = {"metric": "token_error_rate_gap", "estimator": PATH_BOUND, "steps": steps}
        rows = [
            row(kinds.LearningError, "a", "conditional_divergence", exactly(value), masked=masked)
            for masked, value in reversed(measured.items())
        ]
        for kind, value in ((kinds.OracleError, 0.3), (kinds.PerturbedError, 0.3 + offset)):
            rows.append({**row(kind, "a", "", exactly(value)), **gap})
        (test,) = claim.tests(table(rows))
        assert test.statistic == DECOMPOSITION
        assert test.value == pytest.approx(0, abs=1e-12)
