"""Masks and wrong symbols together."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.noise.noise import Noise


@checked
@dataclass(frozen=True)
class Hybrid(Noise):
    """A token that is not kept is a uniform symbol with chance `uniform_share`, else the mask V.

    The share is the same at all levels (in GIDD, arXiv 2503.04482, it may vary with the level).
    """

    uniform_share: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.uniform_share, bool) or not 0 <= self.uniform_share <= 1:
            raise ValueError(f"uniform_share lies in 0..1, got {self.uniform_share!r}")

    @property
    def shown(self) -> int:
        """V + 1."""
        return self.vocab_size + 1

    def law(self, device: torch.device | str = "cpu") -> Tensor:
        """u/V on each symbol and 1 - u on the mask, (V + 1,)."""
        shape = (self.shown,)
        share = self.uniform_share / self.vocab_size
        law = torch.full(shape, share, dtype=torch.float64, device=device)
        law[-1] = 1 - self.uniform_share
        return law
