"""A denoiser of noisy tokens with an exactly known learning error."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.denoisers.noisy_oracle import NoisyOracle
from synthetic.denoisers.perturbed import (
    DIRECTIONS,
    ErrorDirection,
    context_keys,
    is_divergence,
    mix,
    move,
)
from synthetic.languages.language import Language
from synthetic.noise import Noise, noise_levels


@checked
@dataclass(frozen=True)
class NoisyPerturbed:
    """The oracle with every posterior q moved to p such that KL(q || p) is exactly epsilon nats.

    As `Perturbed`, with the whole context the noisy tokens and their levels. Positions that leave
    no doubt and contexts without evidence keep their rows.
    """

    oracle: NoisyOracle
    epsilon: float
    kind: ErrorDirection = "uniform"
    seed: int = 0

    def __post_init__(self) -> None:
        if not is_divergence(self.epsilon):
            raise ValueError(f"epsilon is finite and >= 0 nats, got {self.epsilon!r}")
        if self.kind not in DIRECTIONS:
            raise ValueError(f"kind is one of {', '.join(DIRECTIONS)}, got {self.kind!r}")
        if type(self.seed) is not int or not 0 <= self.seed < 2**63:
            raise ValueError(f"seed is an integer in 0..2^63-1, got {self.seed!r}")
        if self.epsilon > 0 and self.oracle.vocab_size < 2:
            raise ValueError("one symbol allows no epsilon above 0, got a vocabulary of 1")

    @property
    def language(self) -> Language:
        return self.oracle.language

    @property
    def noise(self) -> Noise:
        return self.oracle.noise

    @property
    def vocab_size(self) -> int:
        """V, the number of clean symbols 0..V-1."""
        return self.oracle.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        return self.oracle.device

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Log-probabilities in nats, (B, L, V), of noisy tokens (B, L) at noise level eta."""
        levels = noise_levels(eta, tokens)
        weights = self.noise.likelihood(tokens, levels)
        result = self.language.posterior_given(weights)
        alive = torch.isfinite(self.language.log_evidence_given(weights))
        moved = ~self.noise.known(tokens, levels) & alive.unsqueeze(1)
        if self.epsilon > 0 and bool(moved.any()):
            bits = levels.contiguous().view(torch.int64)
            keys = context_keys(tokens.long(), self.seed) + mix(context_keys(bits, self.seed))
            epsilon = torch.full_like(levels, self.epsilon)[moved]
            result[moved] = move(result[moved], epsilon, keys[moved], self.kind)
        return result
