"""A denoiser that overwrites the tokens it is given."""

import torch
from torch import Tensor

from synthetic.denoisers import Denoiser, as_denoiser


def spoiling(law: list[float]) -> Denoiser:
    """The same law of two symbols at every masked position, all of which it fills in place."""

    def forward(tokens: Tensor) -> Tensor:
        masked = (tokens == 2)[..., None]
        tokens[tokens == 2] = 0  # no position is masked any more
        return torch.where(masked, torch.tensor(law).double().log(), -torch.inf)

    return as_denoiser(forward, vocab_size=2)
