"""Left-to-right reveal, by blocks."""

from dataclasses import dataclass

from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.strategy import NonAdaptive


@checked
@dataclass(frozen=True)
class LeftToRight(NonAdaptive):
    """Reveals the next `block` masked positions from the left at each step."""

    block: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "block", check_integer("block", self.block))

    def steps(self, tokens: Tensor) -> int:
        """The least number that suffices with all positions free."""
        return -(-tokens.shape[1] // self.block)

    def expected_evaluations(self, length: int) -> float:
        """One a block."""
        return float(-(-length // self.block))

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """The first `block` masked positions of each row."""
        return masked & (masked.cumsum(dim=1) <= self.block)


named = (
    NamedStrategy(
        name="left to right",
        build=lambda length, steps: LeftToRight(-(-length // steps)),
        most_steps=one_step_a_position,
        one_by_one=True,
    ),
)
