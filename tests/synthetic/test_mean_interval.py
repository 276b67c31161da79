"""The interval of a mean: where it is Student's, where it is open, and what bounds do for it."""

import math

import numpy as np
import pytest
from scipy import stats

from synthetic.mean_interval import events, mean_interval, missed_share, quantile


def test_values_without_skewness_have_students_interval() -> None:
    for values in (np.array([1.0, 3.0]), np.array([-2.0, 0.0, 2.0]), np.arange(7.0)):
        interval = mean_interval(values)
        expected = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert (float(interval.low), float(interval.high)) == pytest.approx(expected)


def test_few_events_have_poissons_limits() -> None:
    """k ones among n: no less than Garwood's limits of the mean of a Poisson number, and no more
    than twice; k = 1 is a tail of a single value."""
    for count in (3, 10, 40):
        values = np.zeros(10_000)
        values[:count] = 1
        interval = mean_interval(values)
        exact = stats.gamma.ppf(0.975, count + 1) / len(values)
        assert exact * 0.99 <= interval.high <= exact * (1 + 3 / count)
        assert interval.low <= stats.gamma.ppf(0.025, count) / len(values) * 1.01
    values = np.zeros(10_000)
    values[0] = 1
    assert mean_interval(values).high == math.inf
    assert mean_interval(-values).low == -math.inf


def test_equal_values_are_no_point() -> None:
    same = np.full(500, 0.25)
    for values in (same, same + 1e-13 * np.arange(500) / 500):
        interval = mean_interval(values)
        assert (float(interval.low), float(interval.high)) == (-math.inf, math.inf)
    bounded = mean_interval(same, least=0.0, most=1.0)
    share = stats.beta.ppf(0.975, 1, 500)  # Clopper and Pearson at no success
    assert missed_share(500) == pytest.approx(share)
    assert (float(bounded.low), float(bounded.high)) == pytest.approx(
        (0.25 - share * 0.25, 0.25 + share * 0.75)
    )


def test_what_the_draws_lack_opens_the_upper_end() -> None:
    values = np.random.default_rng(0).standard_normal(100)
    closed, lacking = mean_interval(values), mean_interval(values, lacking=True)
    assert math.isfinite(closed.high)
    assert (float(lacking.low), float(lacking.high)) == (float(closed.low), math.inf)


def test_no_mean_lies_below_its_floor_but_kept_numbers_do() -> None:
    values = np.array([-0.5, 0.4, 0.6])
    free, floored = mean_interval(values), mean_interval(values, floor=0.0)
    assert free.low < 0
    assert (float(floored.low), float(floored.high)) == (0.0, float(free.high))
    below = mean_interval(values - 1, floor=0.0)  # by rounding: the value stays within
    assert float(below.low) == (values - 1).mean()


def test_events_are_those_of_the_tail() -> None:
    values = np.zeros(1000)
    assert events(values) == math.inf
    values[:5] = 1
    assert events(values) == pytest.approx(5, rel=0.02)
    assert events(-values) == math.inf


def test_rows_are_taken_together_as_one_by_one_and_scale_with_the_values() -> None:
    rows = np.random.default_rng(1).gamma(0.1, size=(20, 50))
    together = mean_interval(rows)
    for place, row in enumerate(rows):
        alone = mean_interval(row)
        assert (alone.low, alone.high) == (together.low[place], together.high[place])
        moved = mean_interval(3 - 2 * row)
        assert (moved.low, moved.high) == pytest.approx((3 - 2 * alone.high, 3 - 2 * alone.low))


def test_few_values_have_student_s_quantile() -> None:
    assert quantile(1) == pytest.approx(12.7062, abs=1e-3)
