"""Estimates and certified values, and the mean with its interval."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy import stats

from synthetic.mean_interval import missed_share
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue, Estimate, gamma, mean_estimate


def values(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers, dtype=torch.float64, device="cpu")


def test_a_mean_has_its_standard_error_and_count() -> None:
    estimate = mean_estimate(values(1, 2, 3, 6), "mean")
    assert estimate.value == 3
    assert estimate.standard_error == pytest.approx(stats.sem([1, 2, 3, 6]))
    assert (estimate.samples, estimate.estimator) == (4, "mean")


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.bool])
def test_values_of_any_type_are_averaged_in_float64(dtype: torch.dtype) -> None:
    ones = torch.ones(7, dtype=dtype, device="cpu")
    reach = missed_share(7)
    assert mean_estimate(ones, "mean", least=0.0, most=3.0) == Estimate(
        1.0, 1.0 - reach, 1.0 + 2 * reach, 7, "mean", 0.0
    )


def test_one_sample_has_an_interval_without_ends() -> None:
    estimate = mean_estimate(values(2.5), "mean")
    assert (estimate.value, estimate.low, estimate.high) == (2.5, -math.inf, math.inf)
    assert estimate.standard_error == math.inf
    bounded = mean_estimate(values(2.5), "mean", least=0.0, most=4.0)
    assert (bounded.low, bounded.high) == (0, 4)
    for floor, low in ((0.0, 0.0), (3.0, 2.5)):  # a noisy value can lie below what no mean does
        assert mean_estimate(values(2.5), "mean", floor=floor).low == low


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_one_infinite_value_makes_everything_infinite(infinite: float) -> None:
    for given in (values(infinite), values(1, infinite, 2)):
        estimate = mean_estimate(given, "mean")
        assert estimate.value == estimate.low == estimate.high == infinite
        assert math.isnan(estimate.standard_error)


def test_what_is_no_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 sample, got 0"):
        mean_estimate(values(), "mean")
    for given in (values(math.nan), values(1, math.nan), values(math.inf, -math.inf)):
        with pytest.raises(ValueError, match="got not-a-number among the values"):
            mean_estimate(given, "mean")


def test_the_interval_covers_the_mean() -> None:
    """A normal mean of 50 is covered in about 95% of 4,000 cases: 93% to 97%, false alarm 1e-6.

    The share has a standard deviation of 0.34%, and 2% is more than 5 of them.
    """
    g = torch.Generator(device="cpu").manual_seed(0)
    rows = torch.randn((4000, 50), generator=g, dtype=torch.float64, device="cpu")
    estimates = [mean_estimate(row, "mean") for row in rows]
    share = sum(estimate.low <= 0 <= estimate.high for estimate in estimates) / len(estimates)
    assert 0.93 < share < 0.97
    narrow = sum(abs(e.value) < (e.high - e.low) / 4 for e in estimates) / len(estimates)
    assert narrow < 0.93  # half the width is refused


@pytest.mark.parametrize("ends", [(1.0, 2.0), (-1.0, -0.5), (math.nan, 1.0)])
def test_an_estimate_lies_in_its_interval(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="low <= value <= high"):
        Estimate(0.0, *ends, 5, "by hand")
    with pytest.raises(ValueError, match="at least 1 sample, got 0"):
        Estimate(0.0, 0.0, 0.0, 0, "by hand")


@pytest.mark.parametrize("error", [-1e-300, math.nan])
def test_a_certified_error_is_a_number_of_at_least_zero(error: float) -> None:
    with pytest.raises(ValueError, match="a certified error is a number >= 0"):
        CertifiedValue(1.0, error)
    assert CertifiedValue(1.0, math.inf).error == math.inf


@pytest.mark.parametrize("unit", [UNIT_ROUNDOFF, 2.0**-64])
@pytest.mark.parametrize("operations", [1, 7, 10**3])
def test_a_rounding_bound_holds_for_roundings_in_either_direction(
    operations: int, unit: float
) -> None:
    up, down = 1 + Fraction(unit), 1 - Fraction(unit)
    bound = Fraction(gamma(operations, unit)) * (1 + Fraction(2) ** -51)  # itself rounded
    assert max(up**operations, 1 / down**operations) - 1 <= bound
    assert bound <= Fraction(unit) * (operations + 1)
    assert gamma(operations) > 2**10 * gamma(operations, 2.0**-64)
    # a broken twin: the sum of the roundings alone
    assert 1 / (1 - Fraction(UNIT_ROUNDOFF)) ** 1000 - 1 > Fraction(UNIT_ROUNDOFF) * 1000 * (
        1 + Fraction(2) ** -51
    )


def test_a_number_is_its_value_where_a_plain_number_is_wanted() -> None:
    estimate, certified = Estimate(0.25, 0.2, 0.3, 2000, "share"), CertifiedValue(0.5, 1e-15)
    assert (float(estimate), float(certified)) == (0.25, 0.5)
    assert estimate < 0.26
    assert estimate > np.float64(0.24)
    assert 0.25 <= estimate <= 0.25
    assert certified > 0
    assert not certified > 0.5
    assert estimate != 0.25  # type: ignore[comparison-overlap]
    assert estimate == Estimate(0.25, 0.2, 0.3, 2000, "share", estimate.standard_error)
    with pytest.raises(TypeError):
        assert estimate < certified  # two intervals have no order


def test_numbers_show_their_interval_on_one_line() -> None:
    estimate = Estimate(1 / 3, 0.2, 0.4, 2000, "mean of <x>")
    assert repr(estimate) == "Estimate(0.333333 [0.2, 0.4], 2,000 samples, 'mean of <x>')"
    assert "&lt;x&gt;" in estimate._repr_html_()
    assert repr(CertifiedValue(0.5, 1e-15)) == "CertifiedValue(0.5 +- 1e-15)"
