"""Bisection: each step halves every gap, so that an order-2 chain costs log2 of its length."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_length, checked
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from synthetic.sampling.strategies.strategy import NonAdaptive


@checked
@dataclass(frozen=True)
class Bisection(NonAdaptive):
    """Reveals the middle of every maximal run of masked positions; the last step all the rest.

    Of two middles the left one, so that a run of n leaves runs of (n-1)//2 and n//2. Nothing is
    random but the symbols. After `bisection_rounds(n)` steps no two positions of a run of n were
    revealed in the same step without a revealed one between them: on an n-gram language of order 2
    the exact denoiser then makes no error (2608.25505, order-m Markov chains at m = 1).
    """

    rounds: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rounds", check_integer("rounds", self.rounds))

    def steps(self, tokens: Tensor) -> int:
        return self.rounds

    def expected_evaluations(self, length: int) -> float:
        """Every round until nothing is left."""
        return float(min(self.rounds, bisection_rounds(length)))

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """The middle of each run, or all masked positions in the last round."""
        if step == self.rounds - 1:
            return masked
        places = torch.arange(masked.shape[1], device=masked.device).expand(masked.shape)
        # the nearest revealed positions on both sides: -1 and L where there is none
        before = places.masked_fill(masked, -1).cummax(dim=1).values
        after = places.masked_fill(masked, masked.shape[1]).flip(1).cummin(dim=1).values.flip(1)
        return masked & (places == (before + after).div(2, rounding_mode="floor"))


@checked
def bisection_rounds(length: int) -> int:
    """ceil(log2(L + 1)): rounds after which every run up to L has been revealed one by one.

    Examples:
        >>> bisection_rounds(64)
        7
    """
    return check_length(length).bit_length()


named = (
    NamedStrategy(
        name="bisection",
        build=lambda length, steps: Bisection(steps),
        most_steps=bisection_rounds,
    ),
)
