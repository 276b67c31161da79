"""Least entropy: a given number of positions a step, the most certain ones first."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance
from synthetic.sampling.schedules import check_sizes
from synthetic.sampling.strategies.entropy_order import EntropyOrder
from synthetic.sampling.strategies.fixed_count import check_sum
from synthetic.sampling.strategies.strategy import Choice


@dataclass(frozen=True)
class LeastEntropy(EntropyOrder):
    """Step k reveals the s_k masked positions whose predicted laws have the least entropy.

    Ties go to the lowest index. The sizes (s_1..s_N) sum to the number of free positions of every
    row. Symbols are drawn from the laws after the positions are chosen, so that one position a step
    with the exact denoiser gives the language itself. On copy pairs of even length the undetermined
    positions tie and the first two of them are a pair: no error needs one of them a step at most,
    so L/2 + 1 steps, as with sizes (1, 2, .., 2, 1); half at once and then the rest, which makes no
    error when the halves are the right ones, puts pair after pair in the same step.
    """

    sizes: tuple[int, ...]

    def __init__(self, sizes: Iterable[int]) -> None:
        object.__setattr__(self, "sizes", check_sizes(sizes))

    def steps(self, tokens: Tensor) -> int:
        """N, the number of sizes."""
        return len(self.sizes)

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Choice:
        """An error where the sizes do not sum to the free positions of every row."""
        check_sum(self.sizes, tokens == mask)
        return super().begin(tokens, mask, chance)

    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """No row where the step's size is zero."""
        rows, state = super().needs_call(state, tokens, step, chance)
        return rows & (self.sizes[step] > 0), state

    def take(self, entropies: Tensor, step: int) -> Tensor:
        """The step's size."""
        return torch.full_like(entropies[:, 0], self.sizes[step], dtype=torch.int64)
