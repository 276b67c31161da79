"""Weights of revealed counts and neighbours: against exact rationals."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generators import schedules, sizes_of
from theory.laws.curves.reveal_weights import (
    binomial_weights,
    neighbour_weights,
    schedule_weights,
    sizes_weights,
)

MANY = settings(max_examples=30, deadline=None, derandomize=True)


@MANY
@given(st.integers(2, 40), st.integers(0, 2**20))
def test_weights_are_those_of_exact_rationals(length: int, part: int) -> None:
    one, both = neighbour_weights(length, np.arange(1, length))
    for known in range(1, length):
        total = math.comb(length - 1, known)
        for gap in range(1, length):
            left = math.comb(length - 1 - gap, known - 1)
            assert one[known - 1, gap - 1] == pytest.approx(left / total, rel=1e-13)
            inner = math.comb(length - 1 - gap, known - 2) if known > 1 and gap > 1 else 0
            assert both[known - 1, gap - 1] == pytest.approx(inner / total, rel=1e-13)
    reveal = Fraction(part, 2**20)
    weights = binomial_weights(length, np.array([float(reveal)]))[0]
    for count in range(length + 1):
        exact = math.comb(length, count) * reveal**count * (1 - reveal) ** (length - count)
        assert weights[count] == pytest.approx(float(exact), rel=1e-13)


def test_weights_at_full_length() -> None:
    length, rates = 4096, np.array([0.0, 2.0**-12, 0.25, 0.5, 1 - 2.0**-12, 1.0])
    weights = binomial_weights(length, rates)
    for row, rate in enumerate(map(Fraction, rates.tolist())):
        for count in (0, 1, 5, 1000, 1024, 2048, 2500, 4090, 4095, 4096):
            exact = math.comb(length, count) * rate**count * (1 - rate) ** (length - count)
            assert weights[row, count] == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    known = np.array([1, 2, 64, 2048, 4094, 4095])
    one, both = neighbour_weights(length, known)
    for row, m in enumerate(known.tolist()):
        total = math.comb(length - 1, m)
        for gap in (1, 2, 3, 10, 100, 2000, 4094, 4095):
            left = Fraction(math.comb(length - 1 - gap, m - 1), total)
            assert one[row, gap - 1] == pytest.approx(float(left), rel=1e-12, abs=1e-300)
            inner = math.comb(length - 1 - gap, m - 2) if m > 1 and gap > 1 else 0
            expected = float(Fraction(inner, total))
            assert both[row, gap - 1] == pytest.approx(expected, rel=1e-12, abs=1e-300)


@MANY
@given(st.data(), st.integers(1, 30), schedules())
def test_laws_of_how_many_are_known(
    data: st.DataObject, length: int, schedule: tuple[float, ...]
) -> None:
    bernoulli = schedule_weights(schedule, length)
    sizes = data.draw(sizes_of(length))
    fixed = sizes_weights(sizes, length)
    for weights in (bernoulli, fixed):
        assert weights.sum() == pytest.approx(1, abs=1e-13)
        assert (weights >= 0).all()
    assert bernoulli[0] >= schedule[0] - 1e-15
    # two tokens have independent steps: one is known to the other half the time they differ
    mean = float(bernoulli @ np.arange(length))
    pairs = (1 - math.fsum(share**2 for share in schedule)) / 2
    assert mean == pytest.approx((length - 1) * pairs, abs=1e-11)


def test_a_normalised_logarithm_is_noticed() -> None:
    """A broken twin: from log-gamma functions, relative errors at length 4096 are above 1e-13."""
    from scipy.special import gammaln

    count, known = 4096, 2048
    logs = gammaln(count + 1) - gammaln(known + 1) - gammaln(count - known + 1)
    exact = float(Fraction(math.comb(count, known), 2**count))
    twin = math.exp(logs - count * math.log(2))
    weight = binomial_weights(count, np.array([0.5]))[0, known]
    assert abs(weight / exact - 1) < 1e-13 < abs(twin / exact - 1)
