"""What a generated sequence costs: evaluations, floating-point operations, seconds.

A masked diffusion model evaluates all L positions at once, and only in steps that reveal something;
an autoregressive model with a key-value cache evaluates one position L times. Steps are no cost:
N = 1000 steps of a random order reveal L tokens in at most L evaluations.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from synthetic.arguments import check_length
from synthetic.models import TransformerConfig
from synthetic.models.flops import autoregressive_flops, forward_flops
from synthetic.sampling import (
    Bernoulli,
    Bisection,
    FirstHitting,
    FixedCount,
    LeastEntropy,
    LeftToRight,
    bisection_rounds,
)


@dataclass(frozen=True)
class Autoregressive:
    """Left to right with a key-value cache: L evaluations of one new position each.

    Not a strategy of `generate`: it stands beside them as what `generate_autoregressive` does.
    """


class Measurement(NamedTuple):
    """Measured seconds of one sequence with the evaluations and operations that it took."""

    evaluations: float
    flops: float
    seconds: float


@dataclass(frozen=True)
class Latency:
    """Seconds a sequence as evaluations * overhead + operations * seconds_per_flop.

    The coefficients are those of the machine, the batch size and the kind of model that were
    measured: a cached and an uncached model need a latency each.
    """

    overhead: float
    seconds_per_flop: float

    def __post_init__(self) -> None:
        for name in ("overhead", "seconds_per_flop"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is a number >= 0, got {getattr(self, name)}")

    @classmethod
    def fit(cls, measurements: Iterable[Measurement]) -> "Latency":
        """The coefficients >= 0 with the least squares of relative errors.

        Measurements at one length of one model have operations in proportion to evaluations: they
        fix the seconds of an evaluation, not how they split into the two coefficients.
        """
        points = np.array(list(measurements), dtype=np.float64).reshape(-1, 3)
        if not len(points):
            raise ValueError("a latency is fitted to at least 1 measurement, got none")
        if not (np.isfinite(points) & (points > 0)).all():
            wrong = points[~(np.isfinite(points) & (points > 0)).all(1)][0].tolist()
            raise ValueError(f"measurements hold numbers > 0, got {wrong}")
        relative = points[:, :2] / points[:, 2:]
        scale = relative.max(axis=0)
        coefficients, _ = nnls(relative / scale, np.ones(len(points)))
        overhead, seconds_per_flop = (coefficients / scale).tolist()
        return cls(overhead, seconds_per_flop)

    def seconds(self, evaluations: float, flops: float) -> float:
        """Predicted seconds of one sequence."""
        return evaluations * self.overhead + flops * self.seconds_per_flop


@dataclass(frozen=True)
class Cost:
    """Expected cost of one sequence: evaluations, operations, and seconds where measured."""

    evaluations: float
    flops: float
    seconds: float | None = None


def cost(
    model: TransformerConfig, *, length: int, strategy: object, latency: Latency | None = None
) -> Cost:
    """Expected cost of one sequence of `length` positions, all free, of a model of this size.

    The strategy carries its steps; `Autoregressive()` stands for the cached causal model. Exact
    expectations over the reveal order, with no call in a step that reveals nothing. Operations are
    those of `synthetic.models.flops`. Seconds only with a latency.
    """
    evaluations = expected_evaluations(strategy, check_length(length))
    if isinstance(strategy, Autoregressive):
        flops = float(autoregressive_flops(model, length=length))
    else:
        flops = evaluations * forward_flops(model, length=length)
    seconds = None if latency is None else latency.seconds(evaluations, flops)
    return Cost(evaluations, flops, seconds)


def measurement(
    model: TransformerConfig, *, length: int, strategy: object, seconds: float
) -> Measurement:
    """Measured seconds a sequence as a point to fit a latency to."""
    expected = cost(model, length=length, strategy=strategy)
    return Measurement(expected.evaluations, expected.flops, seconds)


@singledispatch
def expected_evaluations(strategy: object, length: int) -> float:
    """Expected evaluations of one sequence with all positions free, by kind of strategy.

    Strategies whose number of calls depends on the tokens are a one-line error.
    """
    raise TypeError(
        f"expected evaluations are known for the strategies of random or fixed order and for "
        f"Autoregressive(), got {strategy!r}: simulate with generate and average its evaluations"
    )


@expected_evaluations.register
def _(strategy: Bernoulli, length: int) -> float:
    """sum_k (1 - (1 - a_k)^L), the expected number of steps that reveal something."""
    return math.fsum(
        -math.expm1(length * math.log1p(-probability)) if probability < 1 else 1.0
        for probability in strategy.schedule
    )


@expected_evaluations.register(FixedCount)
@expected_evaluations.register(LeastEntropy)
def _(strategy: FixedCount | LeastEntropy, length: int) -> float:
    if sum(strategy.sizes) != length:
        raise ValueError(
            f"sizes sum to the length, got a sum of {sum(strategy.sizes)} and length {length}"
        )
    return float(sum(size > 0 for size in strategy.sizes))


@expected_evaluations.register
def _(strategy: FirstHitting, length: int) -> float:
    return float(length)


@expected_evaluations.register
def _(strategy: LeftToRight, length: int) -> float:
    return float(-(-length // strategy.block))


@expected_evaluations.register
def _(strategy: Bisection, length: int) -> float:
    return float(min(strategy.rounds, bisection_rounds(length)))


@expected_evaluations.register
def _(strategy: Autoregressive, length: int) -> float:
    return float(length)
