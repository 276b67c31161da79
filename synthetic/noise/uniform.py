"""Uniform noise: every symbol can be wrong, none is hidden."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.noise.noise import Noise


@checked
@dataclass(frozen=True)
class Uniform(Noise):
    """A token that is not kept is drawn uniformly from the V symbols, itself included.

    Examples:
        >>> Uniform(4).law().tolist()
        [0.25, 0.25, 0.25, 0.25]
    """

    @property
    def shown(self) -> int:
        return self.vocab_size

    def law(self, device: torch.device | str = "cpu") -> Tensor:
        """1/V each, (V,)."""
        shape = (self.vocab_size,)
        return torch.full(shape, 1 / self.vocab_size, dtype=torch.float64, device=device)
