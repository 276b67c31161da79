"""Numbers by their intervals: no digit too many, none too few."""

import math
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.tables.rounding import decimals, rounded, shown, shown_interval, spread


class Number(NamedTuple):
    value: float
    low: float
    high: float


def within(value: float, half: float) -> Number:
    return Number(value, value - half, value + half)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(1.1102230246251565e-15, -0.0577, 0.0577), "0"),
        (within(0.0403, 0.093), "0.04"),
        (within(1.8526, 0.154), "1.85"),
        (within(12.3456, 4.0), "12"),
        (within(123.4, 40.0), "123"),
        (within(0.99949, 0.0018), "0.9995"),
        (within(0.0509775, 0.0), "0.0510"),
        (within(12.325, 0.0), "12.3"),
        (within(1.1e-15, 0.0), "0"),
        (within(-0.001, 0.1), "0"),
        (within(-1.1216, 0.02), "-1.122"),
        (Number(math.inf, 1.0, math.inf), "not reached"),
        (Number(-math.inf, -math.inf, 1.0), "-not reached"),
    ],
)
def test_a_value_has_the_digits_of_its_interval(number: Number, text: str) -> None:
    assert shown(number) == text


@given(
    st.floats(min_value=-1e4, max_value=1e4),
    st.floats(min_value=1e-4, max_value=1e3),
)
def test_rounding_moves_a_value_by_little_of_its_interval(value: float, half: float) -> None:
    number = within(value, half)
    places = decimals(number)
    assert abs(float(rounded(value, places)) - value) <= max(0.5, half / 5 if places else 0.5)
    if places:
        assert abs(float(rounded(value, places)) - value) <= half / 5
        assert 10.0**-places >= half / 36  # and keeps no digit that says nothing


def test_an_end_that_nothing_bounds_is_open() -> None:
    assert shown_interval(Number(0.25, -math.inf, math.inf)) == ("0.250", "open", "open")
    assert shown_interval(within(0.0403, 0.093)) == ("0.04", "-0.05", "0.13")
    assert shown_interval(Number(math.inf, 1.5, math.inf)) == ("not reached", "2", "not reached")


def test_a_spread_has_the_decimals_that_both_ends_carry() -> None:
    exact, rough = within(0.050977, 0.0), Number(1.1e-15, -0.058, 0.058)
    assert spread([exact, rough]) == "0 to 0.05"
    assert spread([exact]) == "0.051"
    assert spread([within(0.0, 0.0), exact]) == "0 to 0.051"  # a zero without width carries all
    assert spread([within(0.996, 0.01), within(1.004, 0.01)]) == "1"
    assert spread([within(2.219, 0.12), within(12.325, 0.0)]) == "2.2 to 12"
    assert spread([within(3.0, 0.01), within(math.inf, 0.0)]) == "3"
    assert spread([within(math.inf, 0.0)]) == ""
