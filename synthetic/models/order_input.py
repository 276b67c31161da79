"""Where the symbol that a causal model reads comes from, for sequences read in any order.

Beside the position it is to predict, each step is told the position of the symbol before it (two
positions a step as in sigma-GPT, arXiv 2404.09562).
"""

import torch.nn.functional as F
from torch import Tensor, nn

from synthetic.models.inputs import rows_at


class OrderInput(nn.Module):
    """A vector for each position that a symbol can come from, and one for the begin symbol."""

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, order: Tensor, positions: Tensor) -> Tensor:
        """Vectors (B, L, D) of orders (B, L): of what is to come, and of what came before."""
        before = came_from(order, len(self.weight) - 1)
        return rows_at("order", order, positions) + F.embedding(before, self.weight)


def came_from(order: Tensor, begin: int) -> Tensor:
    """The position of the symbol before each step of an order (..., L), `begin` for the first."""
    return F.pad(order[..., :-1], (1, 0), value=begin)
