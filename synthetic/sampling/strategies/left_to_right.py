"""Left-to-right reveal, by blocks."""

from dataclasses import dataclass

from torch import Tensor

from synthetic.arguments import check_integer
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import ChooseThenSample


@dataclass(frozen=True)
class LeftToRight(ChooseThenSample):
    """Reveals the next `block` masked positions from the left at each step."""

    block: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "block", check_integer("block", self.block))

    def steps(self, tokens: Tensor) -> int:
        """The least number that suffices with all positions free."""
        return -(-tokens.shape[1] // self.block)

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """The first `block` masked positions of each row."""
        return masked & (masked.cumsum(dim=1) <= self.block)
