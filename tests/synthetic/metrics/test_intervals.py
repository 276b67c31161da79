"""The Clopper-Pearson interval: SciPy's own, and its guaranteed coverage at every proportion."""

import numpy as np
import pytest
from scipy import stats

from synthetic.mean_interval import NORMAL_QUANTILE
from synthetic.metrics import proportion_estimate
from synthetic.quantities import Estimate

EVERY_COUNT = [(count, samples) for samples in (1, 2, 7, 40) for count in range(samples + 1)]
LARGE = [(0, 10**6), (1, 10**6), (10**6 - 1, 10**6), (10**6, 10**6), (12345, 2 * 10**6)]


@pytest.mark.parametrize("level", [0.5, 0.95, 1 - 1e-6])
def test_the_interval_is_the_exact_one(level: float) -> None:
    for successes, samples in EVERY_COUNT + LARGE:
        estimate = proportion_estimate(successes, samples, "share", level=level)
        exact = stats.binomtest(successes, samples).proportion_ci(level, method="exact")
        assert estimate.value == successes / samples
        assert estimate.low == pytest.approx(exact.low, rel=1e-6)  # its root finder has 7 digits
        assert estimate.high == pytest.approx(exact.high, rel=1e-6)
        tail = (1 - level) / 2
        if successes:
            reached = stats.binom(samples, estimate.low).sf(successes - 1)
            assert reached == pytest.approx(tail, rel=1e-9)
        if successes < samples <= 1000:  # beyond, too few digits of 1 - high are left
            reached = stats.binom(samples, estimate.high).cdf(successes)
            assert reached == pytest.approx(tail, rel=1e-9)
        assert (estimate.samples, estimate.estimator) == (samples, "share")


@pytest.mark.parametrize("samples", [1, 5, 300])
def test_no_success_and_no_failure_have_one_open_side(samples: int) -> None:
    """Closed forms: high = 1 - (0.025)^(1/n) at zero successes, and its mirror image."""
    none, all_of_them = (proportion_estimate(n, samples, "share") for n in (0, samples))
    reach = 1 - 0.025 ** (1 / samples)
    assert none.low == 0
    assert none.high == pytest.approx(reach)
    assert all_of_them.low == pytest.approx(1 - reach)
    assert all_of_them.high == 1
    assert none.standard_error == all_of_them.standard_error == 0


def wald(successes: int, samples: int) -> Estimate:
    """The broken twin: the normal interval, which is a point at zero successes."""
    share = successes / samples
    reach = NORMAL_QUANTILE * (share * (1 - share) / samples) ** 0.5
    return Estimate(share, share - reach, share + reach, samples, "Wald")


def coverage(estimates: list[Estimate], proportion: float) -> float:
    """The exact probability that the interval holds the true proportion."""
    samples = len(estimates) - 1
    weights = stats.binom(samples, proportion).pmf(np.arange(samples + 1))
    held = [estimate.low <= proportion <= estimate.high for estimate in estimates]
    return float(weights[held].sum())


@pytest.mark.parametrize("samples", [1, 4, 20, 60])
def test_the_interval_covers_every_proportion(samples: int) -> None:
    proportions = [*np.linspace(0, 1, 201), 1e-6, 1e-3, 1 - 1e-3]
    exact = [proportion_estimate(n, samples, "share") for n in range(samples + 1)]
    normal = [wald(n, samples) for n in range(samples + 1)]
    assert min(coverage(exact, p) for p in proportions) >= 0.95 - 1e-12
    assert min(coverage(normal, p) for p in proportions) < 0.95 - 1e-12


@pytest.mark.parametrize(("successes", "samples"), [(-1, 5), (6, 5), (0, 0), (1, 0)])
def test_counts_that_make_no_share_are_refused(successes: int, samples: int) -> None:
    with pytest.raises(ValueError, match=f"0..samples, got {successes} of {samples}|is an integer"):
        proportion_estimate(successes, samples, "share")


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 95.0])
def test_levels_lie_between_zero_and_one(level: float) -> None:
    with pytest.raises(ValueError, match="level is a number"):
        proportion_estimate(1, 2, "share", level=level)
