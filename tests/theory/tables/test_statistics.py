"""Statistics of claims: exact on known laws, intervals that contain, references by other means."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from synthetic.mean_interval import NORMAL_QUANTILE
from synthetic.quantities import Estimate
from theory.tables import statistics
from theory.tables.statistics import (
    crossing,
    difference,
    growth_exponent,
    rank_correlation,
    ratio,
)

EXAMPLES = settings(max_examples=30)
POSITIVE = st.floats(1e-3, 1e3)
PLACES = st.lists(st.integers(1, 2000), min_size=2, max_size=6, unique=True)
Exponent = Callable[[pd.DataFrame, str], Estimate | None]


def lengths_and_values(
    lengths: list[int], values: list[float], widths: list[float] | None = None
) -> pd.DataFrame:
    widths = widths or [1.0] * len(lengths)
    table = pd.DataFrame({"length": lengths, "value": values, "samples": 10})
    return table.assign(low=table["value"] / widths, high=table["value"] * widths)


@EXAMPLES
@given(PLACES, st.floats(-3, 3), POSITIVE)
def test_the_exponent_of_a_power_law_is_its_power(
    lengths: list[int], power: float, factor: float
) -> None:
    table = lengths_and_values(lengths, [factor * length**power for length in lengths])
    computed = growth_exponent(pd.concat([table, table]), "length")
    assert computed is not None
    assert [computed.low, computed.value, computed.high] == pytest.approx([power] * 3, abs=1e-6)
    assert computed.samples == 10


def coverage(exponent: Exponent, cases: int = 700) -> float:
    """The share of intervals that hold the slope, of five values with normal errors of their own
    in the logarithm and the 95% intervals that belong to them."""
    chance = np.random.default_rng(0)
    lengths, slope = [8, 16, 24, 64, 128], 0.7
    width = np.exp(NORMAL_QUANTILE * (errors := np.array([0.05, 0.02, 0.1, 0.05, 0.2])))
    held = 0
    for _ in range(cases):
        values = np.array(lengths) ** slope * np.exp(errors * chance.standard_normal(5))
        interval = exponent(lengths_and_values(lengths, list(values), list(width)), "length")
        assert interval is not None
        held += interval.low <= slope <= interval.high
    return held / cases


def from_end_to_end(table: pd.DataFrame, against: str) -> Estimate | None:
    """Too wide: every value at once at the end of its interval that moves the slope most."""
    estimate = growth_exponent(table, against)
    x = np.log(table[against].to_numpy(float))
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    assert estimate is not None
    reach = np.abs(weights * np.log(table["high"] / table["value"])).sum()
    return Estimate(estimate.value, estimate.value - reach, estimate.value + reach, 1, "too wide")


def both_at_the_same_end(table: pd.DataFrame, against: str) -> Estimate | None:
    """Too narrow: all values at their lower ends, then all at their upper ends."""
    ends = [
        growth_exponent(table.assign(value=table[end], low=table[end], high=table[end]), against)
        for end in ("low", "high")
    ]
    low, high = sorted(end.value for end in ends if end is not None)
    return Estimate((low + high) / 2, low, high, 1, "wrong")


@given(st.floats(1e-3, 1e3), st.lists(st.integers(2, 512), min_size=2, max_size=6, unique=True))
def test_equal_values_have_exponent_zero_without_rounding(value: float, lengths: list[int]) -> None:
    ends = dict.fromkeys(("value", "low", "high"), value)
    estimate = growth_exponent(pd.DataFrame({"length": lengths, "samples": 9, **ends}), "length")
    assert estimate is not None
    assert (estimate.low, estimate.value, estimate.high) == (0.0, 0.0, 0.0)


def test_the_interval_of_the_exponent_covers_it_and_is_no_wider_than_it_must() -> None:
    """95% of 700 within 4.2 standard deviations of the share, 0.82%: false alarm 3e-5."""
    assert 0.915 < coverage(growth_exponent) < 0.985
    assert coverage(from_end_to_end) >= 0.985
    assert coverage(both_at_the_same_end) < 0.915


def test_the_ends_of_the_exponent_add_in_squares() -> None:
    table = lengths_and_values([4, 8, 16], [1.0, 5.0, 3.0], [2.0, 1.5, 3.0])
    computed = growth_exponent(table.assign(low=table["value"]), "length")
    assert computed is not None
    slope = 1 / (2 * math.log(2))  # of the logarithm of the first and the last value
    assert computed.high - computed.value == pytest.approx(slope * math.log(3))
    assert computed.value - computed.low == pytest.approx(slope * math.log(2))


@pytest.mark.parametrize("end", ["low", "high"])
def test_an_open_end_of_a_value_leaves_one_end_of_the_exponent_open(end: str) -> None:
    table = lengths_and_values([4, 8], [1.0, 3.0], [2.0, 2.0])
    table.loc[1, end] = 0.0 if end == "low" else math.inf
    computed = growth_exponent(table, "length")
    assert computed is not None
    assert [math.isinf(computed.low), math.isinf(computed.high)] == [end == "low", end == "high"]


@pytest.mark.parametrize("value", [0.0, math.inf], ids=str)
def test_a_value_without_logarithm_leaves_the_slope_open(value: float) -> None:
    table = lengths_and_values([4, 8, 16], [1.0, value, 3.0])
    computed = growth_exponent(table, "length")
    assert computed is not None
    assert (computed.low, computed.value, computed.high) == (-math.inf, math.inf, math.inf)
    assert growth_exponent(table.iloc[:1], "length") is None
    assert growth_exponent(pd.concat([table.iloc[:1]] * 2), "length") is None


NEVER = pd.Series({"low": 8.0, "value": math.inf, "high": math.inf, "samples": 9})
ONCE = pd.Series({"low": 1.0, "value": 2.0, "high": 3.0, "samples": 4})
NONE = pd.Series({"low": 0.0, "value": 0.0, "high": 0.1, "samples": 4})


@pytest.mark.parametrize(
    ("above", "below", "wanted"),
    [
        (ONCE, NEVER, (0.0, 0.0, 3 / 8)),
        (NEVER, ONCE, (8 / 3, math.inf, math.inf)),
        (NEVER, NEVER, (0.0, math.inf, math.inf)),
        (ONCE, NONE, (10.0, math.inf, math.inf)),
        (NONE, ONCE, (0.0, 0.0, 0.1)),
        (NONE, NEVER, (0.0, 0.0, 0.1 / 8)),
        (NONE, NONE, (0.0, math.inf, math.inf)),
    ],
)
def test_what_is_never_reached_or_never_happens_bounds_a_ratio(
    above: pd.Series, below: pd.Series, wanted: tuple[float, float, float]
) -> None:
    one = ratio(above, below, "name")
    assert (one.low, one.value, one.high) == pytest.approx(wanted)
    assert one.samples == min(above["samples"], below["samples"])


def test_what_is_never_reached_bounds_a_difference() -> None:
    less, more = difference(ONCE, NEVER, "name"), difference(NEVER, ONCE, "name")
    assert (less.low, less.value, less.high) == (-math.inf, -math.inf, 3.0 - 8.0)
    assert (more.low, more.value, more.high) == (8.0 - 3.0, math.inf, math.inf)
    anywhere = pd.Series({"low": -math.inf, "value": math.inf, "high": math.inf, "samples": 9})
    for first, second in ((NEVER, NEVER), (anywhere, ONCE), (ONCE, anywhere)):
        open_ends = difference(first, second, "name")
        assert (open_ends.low, open_ends.value, open_ends.high) == (-math.inf, math.inf, math.inf)


INTERVALS = st.lists(st.floats(0.01, 10), min_size=3, max_size=3).map(sorted)


@EXAMPLES
@given(INTERVALS, INTERVALS)
def test_ratio_and_difference_have_ends_that_add_in_squares(
    first: list[float], second: list[float]
) -> None:
    over, under = (
        pd.Series({"low": low, "value": value, "high": high, "samples": samples})
        for (low, value, high), samples in ((first, 3), (second, 5))
    )
    quotient, distance = ratio(over, under, "name"), difference(over, under, "name")
    assert (quotient.value, distance.value) == (first[1] / second[1], first[1] - second[1])
    assert distance.low == pytest.approx(
        distance.value - math.hypot(first[1] - first[0], second[2] - second[1])
    )
    assert math.log(quotient.high / quotient.value) == pytest.approx(
        math.hypot(math.log(first[2] / first[1]), math.log(second[1] / second[0])), abs=1e-9
    )
    # within what all values at once would give, and beyond what either gives alone
    assert first[0] / second[2] <= quotient.low * (1 + 1e-12)
    assert quotient.low <= min(first[0] / second[1], first[1] / second[2]) * (1 + 1e-12)
    assert {quotient.samples, distance.samples} == {3}


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ((0.0, 0.5, 1.0), (4 * math.exp(-math.sqrt(2) * math.log(2)), 4.0, math.inf)),
        ((0.0, 0.0, 1.0), (1.0, math.inf, math.inf)),
        ((0.0, 0.0, 0.0), (0.0, math.inf, math.inf)),
    ],
    ids=["low", "low and value", "all"],
)
def test_a_ratio_over_zero_has_no_upper_end(
    below: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    ends = ("low", "value", "high")
    above = pd.Series({"low": 1.0, "value": 2.0, "high": 3.0, "samples": 4})
    computed = ratio(above, pd.Series(dict(zip(ends, below)) | {"samples": 4}), "name")
    assert (computed.low, computed.value, computed.high) == pytest.approx(expected)


CURVES = st.lists(st.floats(1e-3, 10), min_size=1, max_size=7)


def curve(values: list[float], widths: list[float] | None = None) -> pd.DataFrame:
    widths = widths or [1.0] * len(values)
    table = pd.DataFrame({"steps": [2**k for k in range(len(values))], "value": values})
    return table.assign(samples=9, low=table["value"] / widths, high=table["value"] * widths)


def last_above(values: list[float], target: float) -> float:
    """The largest N on a fine grid of the curve at which it is above its target; the first point
    where it never is, infinite where the last point is."""
    if values[-1] > target:
        return math.inf
    logs = np.linspace(0, len(values) - 1, 20_001)
    errors = np.exp(np.interp(logs, np.arange(len(values)), np.log(values)))
    above = logs[errors > target * (1 + 1e-9)]  # beyond rounding
    return float(2 ** above[-1]) if len(above) else 1.0


@EXAMPLES
@given(CURVES, st.floats(1e-3, 10))
def test_a_crossing_is_the_last_point_above_the_target(values: list[float], target: float) -> None:
    computed = crossing(curve(values).sample(frac=1, random_state=0), target)
    assert computed is not None
    # a point of the grid just above its target is within a step of the crossing
    expected = last_above(values, target)
    if math.isinf(expected):
        assert math.isinf(computed.value)
    else:
        assert math.log(computed.value) == pytest.approx(math.log(expected), abs=1e-3)
    assert computed.low == computed.value == computed.high


def test_broken_twin_the_first_crossing_is_another_one() -> None:
    values = [1.0, 0.1, 1.0, 0.1]
    computed = crossing(curve(values), 0.5)
    assert computed is not None
    assert computed.value == pytest.approx(last_above(values, 0.5), rel=1e-3)
    first = crossing(curve(values[:2]), 0.5)
    assert first is not None
    assert first.value != pytest.approx(last_above(values, 0.5), rel=1e-3)


@EXAMPLES
@given(st.floats(0.1, 3), st.floats(1, 60), st.floats(1, 2))
def test_a_crossing_of_a_power_law_is_exact_with_those_of_both_ends(
    power: float, at: float, width: float
) -> None:
    steps = np.array([2.0**k for k in range(7)])
    table = curve(list((at / steps) ** power), [width] * 7)
    computed = crossing(table, 1.0)
    assert computed is not None
    assert computed.value == pytest.approx(at)
    high = at * width ** (1 / power)
    assert computed.low == pytest.approx(max(1.0, at / width ** (1 / power)))
    assert high >= 63.9 or computed.high == pytest.approx(high)
    assert high <= 64.1 or computed.high == math.inf


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5, 0.2], 1.0),
        ([1.0, 0.0, 0.0], 2.0),
        ([1.0, 0.5], 2.0),
        ([math.inf, math.inf, 0.1], 4.0),
        ([1.0, 0.1, 0.9], math.inf),
    ],
    ids=["from the start", "to zero", "on the target", "after an infinite point", "rises again"],
)
def test_crossings_at_the_edges(values: list[float], expected: float) -> None:
    computed = crossing(curve(values), 0.5)
    assert computed is not None
    assert computed.value == pytest.approx(expected)
    assert crossing(curve(values).iloc[:0], 0.5) is None


def settings_of(values: list[float], width: float = 0.0) -> pd.DataFrame:
    table = pd.DataFrame({"reveal": "bernoulli", "steps": range(len(values)), "value": values})
    return table.assign(low=table["value"] - width, high=table["value"] + width, samples=5)


TIED = st.lists(st.integers(-3, 3).map(float), min_size=3, max_size=12)


@EXAMPLES
@given(st.data())
def test_the_rank_correlation_is_that_of_scipy(data: st.DataObject) -> None:
    first = data.draw(TIED)
    second = data.draw(st.lists(st.floats(-3, 3), min_size=len(first), max_size=len(first)))
    assume(min(first) < max(first) and min(second) < max(second))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 5)
        computed = rank_correlation(
            settings_of(first), settings_of(second)[::-1], ("reveal", "steps")
        )
    expected = spearmanr(first, second).statistic
    assert [computed.low, computed.value, computed.high] == pytest.approx([expected] * 3, abs=1e-9)
    assert computed.samples == len(first)


def test_the_rank_correlation_counts_settings_that_both_have() -> None:
    first, second = settings_of([1.0, 2.0, 3.0, math.inf, 0.0]), settings_of([1.0, 5.0, 4.0, 2.0])
    computed = rank_correlation(first, second, ("steps",))
    assert computed.value == pytest.approx(spearmanr([1, 2, 3], [1, 5, 4]).statistic)
    assert computed.samples == 3


def test_noise_widens_the_rank_correlation_and_a_seed_repeats_it() -> None:
    values = [float(k) for k in range(10)]
    sharp, blurred, blind = (
        rank_correlation(settings_of(values, width), settings_of(values), ("steps",))
        for width in (0.1, 4.0, 1e6)
    )
    assert (sharp.low, sharp.value, sharp.high) == (1.0, 1.0, 1.0)
    assert 0.0 < blurred.low < 0.95
    # with noise alone the correlation of ten ranks has standard deviation 1/3
    assert blind.low == pytest.approx(-2.58 / 3, abs=0.1)
    again = rank_correlation(settings_of(values, 4.0), settings_of(values), ("steps",))
    assert (again.low, again.high) == (blurred.low, blurred.high)
