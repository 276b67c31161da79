"""Numbers that carry what is known about their error: the bottom of the house."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A Monte Carlo number with its 95% interval and the number of samples behind it.

    `estimator` names the quantity and how the interval was made; `standard_error` is that of
    `value` where it is a smooth function of a mean, not a number otherwise.
    """

    value: float
    low: float
    high: float
    samples: int
    estimator: str
    standard_error: float = math.nan

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError(f"an estimate needs at least 1 sample, got {self.samples}")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"an estimate needs low <= value <= high, got {self.low}, {self.value}, {self.high}"
            )


@dataclass(frozen=True)
class CertifiedValue:
    """A computed number whose distance from the true one is at most `error` (proved)."""

    value: float
    error: float

    def __post_init__(self) -> None:
        if not self.error >= 0:
            raise ValueError(f"a certified error is a number >= 0, got {self.error}")
