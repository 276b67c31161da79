"""Bernoulli reveal: the ancestral sampler of masked diffusion."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from torch import Tensor

from synthetic.arguments import checked
from synthetic.sampling.chance import Chance
from synthetic.sampling.schedules import check_schedule, conditional_reveal, linear, two_phase
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from synthetic.sampling.strategies.strategy import NonAdaptive


@checked
@dataclass(frozen=True, repr=False)
class Bernoulli(NonAdaptive):
    """Each masked token is revealed at step k with probability a_k / (a_k + .. + a_N), by itself.

    Ancestral sampling of masked diffusion. The reveal steps are then independent over positions
    with P(step k) = a_k (2502.09622v1, reverse process of section 2). The schedule (a_1..a_N) sums
    to one.
    """

    schedule: tuple[float, ...]
    _conditional: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __init__(self, schedule: Iterable[float]) -> None:
        object.__setattr__(self, "schedule", check_schedule(schedule))
        object.__setattr__(self, "_conditional", conditional_reveal(self.schedule))

    def steps(self, tokens: Tensor) -> int:
        """N, the length of the schedule."""
        return len(self.schedule)

    def expected_evaluations(self, length: int) -> float:
        """sum_k (1 - (1 - a_k)^L), the expected number of steps that reveal something."""
        return math.fsum(
            -math.expm1(length * math.log1p(-probability)) if probability < 1 else 1.0
            for probability in self.schedule
        )

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """Independent coins among the masked positions."""
        return chance.flips(masked.double() * self._conditional[step])


named = (
    NamedStrategy(
        name="bernoulli",
        build=lambda length, steps: Bernoulli(linear(steps)),
        most_steps=None,
        random_order=True,
    ),
    NamedStrategy(
        name="bernoulli, half first",  # half of the positions in the first step
        build=lambda length, steps: Bernoulli(two_phase(steps, 0.5) if steps > 1 else linear(1)),
        most_steps=None,
        random_order=True,
    ),
)
