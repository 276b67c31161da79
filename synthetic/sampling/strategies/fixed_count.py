"""Fixed-count reveal: a given number of positions a step, in random order."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.sampling.chance import Chance
from synthetic.sampling.schedules import check_sizes, equal_sizes
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.strategy import Choice, NonAdaptive


@checked
@dataclass(frozen=True, repr=False)
class FixedCount(NonAdaptive):
    """Step k reveals a uniformly random subset of s_k masked positions.

    The sizes (s_1..s_N) sum to the number of free positions of every row.
    """

    sizes: tuple[int, ...]

    def __init__(self, sizes: Iterable[int]) -> None:
        object.__setattr__(self, "sizes", check_sizes(sizes))

    def steps(self, tokens: Tensor) -> int:
        """N, the number of sizes."""
        return len(self.sizes)

    def expected_evaluations(self, length: int) -> float:
        """The number of sizes that are not zero."""
        return calls_of_sizes(self.sizes, length)

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Choice:
        """An error where the sizes do not sum to the free positions of every row."""
        check_sum(self.sizes, tokens == mask)
        return super().begin(tokens, mask, chance)

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """A uniformly random subset of the masked positions."""
        if self.sizes[step] == 0:
            return torch.zeros_like(masked)
        sizes = torch.full((len(masked),), self.sizes[step], device=masked.device)
        return chance.subset(masked, sizes)


def calls_of_sizes(sizes: tuple[int, ...], length: int) -> float:
    """The number of sizes that are not zero; an error where they do not sum to the length."""
    if sum(sizes) != length:
        raise ValueError(f"sizes sum to the length, got a sum of {sum(sizes)} and length {length}")
    return float(sum(size > 0 for size in sizes))


def check_sum(sizes: tuple[int, ...], masked: Tensor) -> None:
    """An error where the sizes do not sum to the masked positions (B, L) of every row."""
    free = masked.sum(dim=1)
    wrong = free[free != sum(sizes)]
    if len(wrong):
        raise ValueError(
            f"sizes sum to the free positions of every row, got a sum of {sum(sizes)} "
            f"and a row with {int(wrong[0])}"
        )


named = (
    NamedStrategy(
        name="fixed count",
        build=lambda length, steps: FixedCount(equal_sizes(length, steps)),
        most_steps=one_step_a_position,
        one_by_one=True,
        random_order=True,
    ),
)
