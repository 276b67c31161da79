"""Top-k by confidence among samples: every masked position gets a symbol, the surest ones stay."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from synthetic.quantities import Shown
from synthetic.sampling.chance import Chance
from synthetic.sampling.schedules import check_sizes, equal_sizes
from synthetic.sampling.strategies.fixed_count import calls_of_sizes, check_sum
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.prediction_order import rounded
from synthetic.sampling.strategies.strategy import Action, DrawOrder, Probe


class Memory(NamedTuple):
    """The mask symbol ()."""

    mask: Tensor


@dataclass(frozen=True, repr=False)
class MostConfidentSamples(Shown):
    """Step k draws a symbol at each masked position and keeps the s_k most probable of them.

    Ties go to the lowest index, or at random. Samples are chosen after they are drawn, which
    favours probable symbols: even one position a step with the exact denoiser does not give the
    language (the confidence sampler of MaskGIT, 2202.04200, without its noise).
    """

    sizes: tuple[int, ...]
    random_ties: bool = False
    draw_order: ClassVar[DrawOrder] = "sample_then_choose"
    remasks: ClassVar[bool] = False
    probes: ClassVar[bool] = False
    value_dependent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", check_sizes(self.sizes))

    def steps(self, tokens: Tensor) -> int:
        """N, the number of sizes."""
        return len(self.sizes)

    def expected_evaluations(self, length: int) -> float:
        """The number of sizes that are not zero."""
        return calls_of_sizes(self.sizes, length)

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Memory:
        """An error where the sizes do not sum to the free positions of every row."""
        check_sum(self.sizes, tokens == mask)
        return Memory(torch.tensor(mask, device=tokens.device))

    def needs_call(
        self, state: Memory, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Memory]:
        """The rows (B,) with something masked, no row where the step has size zero."""
        return (tokens == state.mask).any(dim=1) & (self.sizes[step] > 0), state

    def act(
        self,
        state: Memory,
        tokens: Tensor,
        log_probs: Tensor,
        step: int,
        chance: Chance,
        probe: Probe,
    ) -> Action:
        """Draws everywhere, then keeps the step's size of the most probable symbols."""
        masked, size = tokens == state.mask, self.sizes[step]
        values = chance.symbols(log_probs, masked)
        drawn = log_probs.double().gather(-1, values.unsqueeze(-1)).squeeze(-1).exp()
        doubts = rounded(1 - drawn).masked_fill(~masked, torch.inf)
        ascending, order = doubts.sort(dim=1, stable=True)
        reveal = masked & (order.argsort(dim=1) < size)
        if self.random_ties and size:
            last = ascending[:, [size - 1]]
            sure = masked & (doubts < last)
            reveal = sure | chance.subset(masked & (doubts == last), size - sure.sum(dim=1))
        return Action(reveal, torch.zeros_like(reveal), values, state)


named = (
    NamedStrategy(
        name="most confident samples",
        build=lambda length, steps: MostConfidentSamples(equal_sizes(length, steps)),
        most_steps=one_step_a_position,
    ),
)
