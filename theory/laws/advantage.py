"""When masked diffusion is dearer than autoregression: the ratio of costs at a target.

The answer depends on the metric and on what is counted. At the fewest steps N that reach the
target, a diffusion model is compared with an autoregressive one of the same size, which with exact
conditionals generates the language itself in L steps: in sequential calls, in operations, and in
measured seconds. Ratios above one mean that diffusion is dearer.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from synthetic.arguments import check_integer, check_length, seeded
from synthetic.models import TransformerConfig
from synthetic.sampling import Bernoulli, linear
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_token_error_rate
from theory.laws.cost import Autoregressive, Cost, Latency, cost

StepLaw = Callable[[object, int, int], float]  # error of a language at a length and N steps
StrategyOfSteps = Callable[[int], object]


def least_steps(
    error: Callable[[int], float], target: float, *, most: int, guess: int = 1
) -> int | None:
    """The least N in 1..most with error(N) <= target, or None where there is none.

    For an error that does not increase with N: that is assumed, and what is checked is that the
    returned N reaches the target and N - 1 does not. An error can take minutes, so few are asked
    for, each at most once: about four where it is near C / N^k around the guess, and never more
    than about 4 log2(most).
    """
    most = check_integer("most", most)
    guess = check_integer("guess", guess)
    if math.isnan(target):
        raise ValueError(f"target is a number, got {target}")
    known: dict[int, float] = {}
    low, high = 0, most + 1  # beyond either end nothing is known
    steps = min(guess, most)
    for turn in itertools.count():
        known[steps] = error(steps)
        low, high = (low, steps) if known[steps] <= target else (steps, high)
        if high - low == 1:
            return high if high <= most else None
        steps = _next_steps(known, low, high, target, turn)
    raise AssertionError("unreachable")


def _next_steps(known: dict[int, float], low: int, high: int, target: float, turn: int) -> int:
    """Where to look in low + 1..high - 1: by a power law through the ends, every third time (or
    where the ends are no numbers above zero) the middle, doubling or halving while an end is open.
    """
    ends = [steps for steps in (low, high) if steps in known]
    usable = target > 0 and all(0 < known[steps] < math.inf for steps in ends)
    if len(ends) == 2:
        wanted = math.sqrt(low * high) if high > 4 * low else (low + high) / 2
        if usable and turn % 3 and known[low] > known[high]:
            fall = math.log(known[low] / known[high]) / math.log(high / low)
            wanted = low * (known[low] / target) ** (1 / fall)
    elif usable and turn == 0:
        wanted = ends[0] * known[ends[0]] / target
    else:
        wanted = 2 * low if low in known else high / 2
    return min(max(math.ceil(wanted), low + 1), high - 1)


class Metric(Protocol):
    """An error that falls with the number of steps, and the target that it has to reach."""

    def least_steps(self, language: object, *, length: int, most: int) -> int | None:
        """The fewest steps in 1..most that reach the target, or None."""
        ...


def uniform_chain_sequence_error_rate(language: object, length: int, steps: int) -> float:
    """Upper end of the exact SER of an order-2 n-gram, uniform Bernoulli schedule."""
    found = chain_sequence_error_rate(language, length=length, schedule=linear(steps))
    return found.value + found.error


@dataclass(frozen=True)
class UniformChainTokenErrorRateGap:
    """Estimated TER gap of an order-2 n-gram in nats per token, uniform Bernoulli schedule.

    The mean over `sequences` words, the same ones for every number of steps, each exact.
    """

    sequences: int
    seed: int = 0

    def __call__(self, language: object, length: int, steps: int) -> float:
        """The gap at a length and a number of steps."""
        generator = seeded(self.seed)
        found = chain_token_error_rate(
            language,
            length=length,
            schedule=linear(steps),
            sequences=self.sequences,
            generator=generator,
        )
        return found.gap.value


@dataclass(frozen=True)
class SequenceErrorRate:
    """SER <= target, 0 < target < 1.

    `law` is the SER of a language at a length and N steps. `constant` is the collision constant c
    where it is known: by the collision law 1 - exp(-c L / N) it tells where to start the search,
    and changes no result.
    """

    target: float
    law: StepLaw = uniform_chain_sequence_error_rate
    constant: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            raise ValueError(f"a target SER lies between 0 and 1, got {self.target}")

    def predicted_steps(self, length: int) -> int:
        """N = c L / -log(1 - target) of the collision law, 1 where c is not known."""
        return _at_least_one(self.constant, length / -math.log1p(-self.target))

    def least_steps(self, language: object, *, length: int, most: int) -> int | None:
        """The fewest steps in 1..most that reach the target, or None."""
        return least_steps(
            lambda steps: self.law(language, length, steps),
            self.target,
            most=most,
            guess=self.predicted_steps(length),
        )


@dataclass(frozen=True)
class TokenErrorRateGap:
    """log TER(p) - log TER(q) <= target, in nats per token, target > 0.

    `law` is that gap at a length and N steps, for instance `UniformChainTokenErrorRateGap(1000)`.
    `constant` is the collision constant c where it is known: a gap of c / N tells where to start.
    """

    target: float
    law: StepLaw
    constant: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.target < math.inf:
            raise ValueError(f"a target gap is a number of nats > 0, got {self.target}")

    def predicted_steps(self, length: int) -> int:
        """N = c / target, whatever the length; 1 where c is not known."""
        return _at_least_one(self.constant, 1 / self.target)

    def least_steps(self, language: object, *, length: int, most: int) -> int | None:
        """The fewest steps in 1..most that reach the target, or None."""
        return least_steps(
            lambda steps: self.law(language, length, steps),
            self.target,
            most=most,
            guess=self.predicted_steps(length),
        )


@dataclass(frozen=True)
class Advantage:
    """Costs of both models at the fewest steps that reach a target; None where they never do.

    The three ratios are diffusion to autoregression: at most 1 where diffusion is no dearer.
    """

    steps: int | None
    diffusion: Cost | None
    autoregression: Cost

    @property
    def calls(self) -> float | None:
        """Ratio of sequential calls."""
        if self.diffusion is None:
            return None
        return self.diffusion.evaluations / self.autoregression.evaluations

    @property
    def flops(self) -> float | None:
        """Ratio of operations."""
        if self.diffusion is None:
            return None
        return self.diffusion.flops / self.autoregression.flops

    @property
    def seconds(self) -> float | None:
        """Ratio of seconds, where both have a latency."""
        if self.diffusion is None or self.diffusion.seconds is None:
            return None
        if self.autoregression.seconds is None:
            return None
        return self.diffusion.seconds / self.autoregression.seconds


def uniform_bernoulli(steps: int) -> Bernoulli:
    """Bernoulli reveal with the uniform schedule."""
    return Bernoulli(linear(steps))


def advantage(
    language: object,
    metric: Metric,
    *,
    length: int,
    model: TransformerConfig,
    most: int,
    strategy: StrategyOfSteps = uniform_bernoulli,
    diffusion_latency: Latency | None = None,
    autoregressive_latency: Latency | None = None,
) -> Advantage:
    """Cost of diffusion against autoregression at the fewest steps N <= most that reach a target.

    `strategy(N)` is the sampler whose error the metric's law describes. Both models have the size
    of `model`; the autoregressive one is taken to be exact, so that it meets every target at N = L.
    """
    steps = metric.least_steps(language, length=check_length(length), most=most)
    autoregression = cost(
        model, length=length, strategy=Autoregressive(), latency=autoregressive_latency
    )
    diffusion = None
    if steps is not None:
        diffusion = cost(model, length=length, strategy=strategy(steps), latency=diffusion_latency)
    return Advantage(steps, diffusion, autoregression)


def _at_least_one(constant: float | None, factor: float) -> int:
    return 1 if constant is None else max(1, math.ceil(constant * factor))
