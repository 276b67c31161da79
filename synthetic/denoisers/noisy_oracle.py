"""The exact denoiser of noisy tokens."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.languages.language import Language
from synthetic.noise import Noise


@checked
@dataclass(frozen=True)
class NoisyOracle:
    """The true posterior of every clean token given all noisy ones.

    It is the language's posterior under the weights l(y_i | x) of each position. Where the noisy
    tokens cannot occur, which needs absorbing noise or level 0, rows follow the language's
    convention.
    """

    language: Language
    noise: Noise

    def __post_init__(self) -> None:
        if self.noise.vocab_size != self.language.vocab_size:
            raise ValueError(
                f"noise and language have the same symbols, got {self.noise.vocab_size} and "
                f"{self.language.vocab_size}"
            )

    @property
    def vocab_size(self) -> int:
        """V, the number of clean symbols 0..V-1."""
        return self.language.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        return self.language.device

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Log-posteriors in nats, (B, L, V), of noisy tokens (B, L) at noise level eta."""
        return self.language.posterior_given(self.noise.likelihood(tokens, eta))
