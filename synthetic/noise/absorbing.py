"""Absorbing noise: masked diffusion."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.noise.noise import Noise


@checked
@dataclass(frozen=True)
class Absorbing(Noise):
    """A token that is not kept becomes the mask V, so that a revealed token is the clean one."""

    @property
    def shown(self) -> int:
        """V + 1."""
        return self.vocab_size + 1

    def law(self, device: torch.device | str = "cpu") -> Tensor:
        """The point mass on the mask, (V + 1,)."""
        law = torch.zeros(self.shown, dtype=torch.float64, device=device)
        law[-1] = 1.0
        return law
