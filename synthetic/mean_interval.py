"""The 95% interval of a mean of independent values, whatever their law.

No rule holds for every law: what has not been seen cannot be bounded by what has (Bahadur and
Savage, Ann. Math. Stat. 27, 1956). This one was chosen by the battery of `docs/coverage.md`, where
Student's interval alone misses up to a third of the means. It is the union of three:

    Student's t, for few values;
    Hall's (J. R. Stat. Soc. B 54, 1992), t after the cubic transformation that takes its skewness
    away, for long tails;
    Poisson's, for rare events: values with standard deviation s and skewness g have the first three
    moments of a sum of k = n / g^2 events of size s |g| among n, whose number has exact limits
    (Garwood, Biometrika 28, 1936).

It gives up one end, by a rule that was fixed before the battery was run: the end towards the long
tail is open where k < 2, a single value then makes the tail, and both ends are where all values are
equal. An end is not open where a bound on the values is known. An event of probability d is met
at least once in n draws with probability 1 - (1 - d)^n, so that one never met has d <= 1 -
0.025^(1/n) with confidence 97.5%: the end lies that share of the way to the bound. Where the draws
are known to leave something out (`lacking`), the upper end is treated as if a single value made it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAIL = 0.025  # beyond either end
FEWEST_EVENTS = 2.0  # of which a tail is made, or its end is open
ROUNDING = 2.0**-33  # of values that are equal but for rounding, relative
NORMAL_QUANTILE = 1.959963984540054  # of 0.975: two-sided 95%


class Ends(NamedTuple):
    """The two ends of an interval, or of several."""

    low: Array
    high: Array


def quantile(freedom: int) -> float:
    """Student's quantile of 0.975."""
    from scipy.special import stdtrit  # slow to import

    return float(stdtrit(freedom, 1 - TAIL))


def missed_share(samples: int) -> float:
    """The largest probability of an event that may stay unseen in so many draws, at 97.5%."""
    return float(-np.expm1(math.log(TAIL) / samples))


def mean_interval(
    values: Array,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    floor: float = -math.inf,
    lacking: bool = False,
) -> Ends:
    """Ends (...) of the intervals of the means of finite values (..., n), n >= 2.

    `least` and `most` bound the values, or their mean over any event of probability
    `missed_share(n)`; no mean lies below `floor`, whatever single values do.
    """
    count = values.shape[-1]
    mean = values.mean(-1)
    away = values - mean[..., None]
    variance = np.square(away).mean(-1)
    error = np.sqrt(variance / (count - 1))
    top, bottom = values.max(-1), values.min(-1)
    equal = top - bottom <= ROUNDING * (1 + np.maximum(abs(top), abs(bottom)))
    spread = np.where(equal, 1.0, variance)
    skewness = np.where(equal, 0.0, (away**3).mean(-1) / spread**1.5)
    reach = quantile(count - 1) * error
    parts = [Ends(mean - reach, mean + reach)]
    parts.append(_hall(mean, error, skewness, count))
    parts.append(_poisson(mean, error, skewness, count))
    low = np.min([part.low for part in parts], axis=0)
    high = np.max([part.high for part in parts], axis=0)
    single = np.square(skewness) * FEWEST_EVENTS > count
    share = missed_share(count)
    below, above = (equal | (single & (sign * skewness > 0)) for sign in (-1, 1))
    above |= lacking
    low = np.where(below, low - share * np.maximum(bottom - least, 0), low)
    high = np.where(above, high + share * np.maximum(most - top, 0), high)
    return Ends(np.maximum(low, np.minimum(floor, mean)), high)


def events(values: Array) -> float:
    """k = n / g^2 of values (n,) with a long tail to the right; infinite where they have none."""
    away = values - values.mean()
    variance = float(np.square(away).mean())
    if variance <= (ROUNDING * (1 + float(abs(values).max()))) ** 2:
        return math.inf
    skewness = max(float((away**3).mean()), 0.0) / variance**1.5
    return len(values) / skewness**2 if skewness else math.inf


def _hall(mean: Array, error: Array, skewness: Array, count: int) -> Ends:
    """Student's quantiles through the inverse of the cubic transformation."""
    slope = skewness / math.sqrt(count)
    slope = np.where(abs(slope) < 1e-9, 1e-9, slope)  # where the transformation is the identity
    step = quantile(count - 1)
    right, left = (
        3 / slope * (np.cbrt(1 + slope * (end - slope / 6)) - 1) for end in (step, -step)
    )
    return Ends(mean - error * right, mean - error * left)


def _poisson(mean: Array, error: Array, skewness: Array, count: int) -> Ends:
    """Garwood's limits of the number of events, in their size."""
    from scipy.special import gammaincinv  # slow to import

    slope = np.maximum(abs(skewness) / math.sqrt(count), 1e-4)  # beyond 10^8 events it is normal
    number = slope**-2.0
    beyond = error * slope * (gammaincinv(number + 1, 1 - TAIL) - number)
    before = error * slope * (number - gammaincinv(number, TAIL))
    right = skewness >= 0
    return Ends(
        mean - np.where(right, before, beyond),
        mean + np.where(right, beyond, before),
    )
