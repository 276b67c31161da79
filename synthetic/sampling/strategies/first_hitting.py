"""First-hitting reveal: one uniformly random token a step."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.strategy import NonAdaptive


@dataclass(frozen=True)
class FirstHitting(NonAdaptive):
    """Reveals one uniformly random masked position a step until none is left.

    The first-hitting sampler (arXiv 2409.02908) draws the time of the next reveal,
    t <- t u^(1/#masked), and then the position. A denoiser without time never sees the times, so
    they are not drawn: the law is that of one token a step in random order.
    """

    def steps(self, tokens: Tensor) -> int:
        """L, one step for each position."""
        return tokens.shape[1]

    def expected_evaluations(self, length: int) -> float:
        """One a position."""
        return float(length)

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """One masked position of each row that has any."""
        return chance.subset(masked, torch.ones_like(masked[:, 0], dtype=torch.int64))


named = (
    NamedStrategy(
        name="first hitting",
        build=lambda length, steps: FirstHitting(),
        most_steps=one_step_a_position,
        takes_steps=False,
        one_by_one=True,
        random_order=True,
    ),
)
