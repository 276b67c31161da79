"""The exact denoiser of a language."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.languages.language import Language


@checked
@dataclass(frozen=True)
class Oracle:
    """The optimal denoiser: it returns the true posterior of every masked token."""

    language: Language

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.language.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        return self.language.device

    def __call__(self, tokens: Tensor) -> Tensor:
        """The language's posterior in nats, (B, L, V)."""
        return self.language.posterior(tokens)
