"""A noise process: each position by itself keeps its token or gets one from the noise law pi.

    clean x --level eta'--> z --level eta--> y        0 <= eta' <= eta <= 1

At level eta a token is the clean one with probability 1 - eta, else a draw from pi, which can be
the same symbol again (papers that exclude it have another eta). From level eta' to eta it is kept
with probability r = (1 - eta) / (1 - eta'), so that 1 - r = (eta - eta') / (1 - eta'). Levels are
noise, never signal: 1 - eta rounds below 1e-16, and grids go far below.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import (
    check_array,
    check_dense,
    check_generator,
    check_integer,
    checked,
)
from synthetic.categorical import categorical
from synthetic.languages.sequences import check_tokens


@dataclass(frozen=True)
class Noise(ABC):
    """A process on V clean symbols that shows A symbols: V, or V + 1 with the mask V."""

    vocab_size: int

    def __post_init__(self) -> None:
        check_integer("vocab_size", self.vocab_size)

    @property
    @abstractmethod
    def shown(self) -> int:
        """A, the number of symbols that a noisy token can be."""

    @abstractmethod
    def law(self, device: torch.device | str = "cpu") -> Tensor:
        """pi (A,) float64: what a token that is not kept becomes; the prior at full noise."""

    def corrupt(self, tokens: Tensor, eta: float | Tensor, generator: torch.Generator) -> Tensor:
        """Clean tokens (B, L) at noise level eta, (B, L) int64.

        eta is a number, (B,) or (B, L). Draws are made on the generator's device and moved.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=False)
        levels = noise_levels(eta, tokens)
        check_generator(generator)
        uniforms = torch.rand(
            (2, *tokens.shape), dtype=torch.float64, generator=generator, device=generator.device
        ).to(tokens.device)
        drawn = categorical(self.law(tokens.device).log(), uniforms[1])
        return torch.where(uniforms[0] < levels, drawn, tokens)

    def likelihood(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """l(y | x) = (1 - eta) 1[y = x] + eta pi(y) of noisy tokens y (B, L), as (B, L, V)."""
        tokens, levels = self._noisy(tokens, eta)
        drawn = (levels * self.law(tokens.device)[tokens]).unsqueeze(-1)
        symbols = torch.arange(self.vocab_size, device=tokens.device)
        return (1 - levels).unsqueeze(-1) * (tokens.unsqueeze(-1) == symbols) + drawn

    def known(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Where a noisy token (B, L) leaves no doubt about the clean one, (B, L) bool."""
        tokens, levels = self._noisy(tokens, eta)
        drawn = levels * self.law(tokens.device)[tokens]
        return (drawn == 0) & (tokens < self.vocab_size)

    def kernel(self, before: float, after: float, device: torch.device | str = "cpu") -> Tensor:
        """P(y | z) of the step from noise level `before` up to `after`, (A, A), rows z."""
        if not 0 <= before <= after <= 1 or before == 1:
            raise ValueError(
                f"a kernel goes from a level below 1 to one at least as high, got {before} and "
                f"{after}"
            )
        redraw = (after - before) / (1 - before)
        keep = torch.eye(self.shown, dtype=torch.float64, device=device)
        return keep * ((1 - after) / (1 - before)) + redraw * self.law(device)

    def reverse_log_kernel(
        self, log_probs: Tensor, tokens: Tensor, eta: float | Tensor, lower: float | Tensor
    ) -> Tensor:
        """Log-law (B, L, A) of a token at level `lower` given noisy tokens (B, L) at level eta.

        `log_probs` (B, L, V) are log-probabilities in nats of the clean token given all noisy ones,
        m(x | y). With r as above and 0/0 = 0 it is

            [r 1[z = y] + (1 - r) pi(y)] sum_x [(1 - eta') 1[z = x] + eta' pi(z)] m(x|y) / l(y|x)

        (the posterior kernel; D3PM, arXiv 2107.03006v3, equation 4, our form), which sums to one
        because l is the two brackets summed over z. Where y leaves no doubt about the clean token
        m is the point mass on y, whatever is given. At `lower` = 0 the kernel is m itself.
        """
        tokens, levels = self._noisy(tokens, eta)
        after = noise_levels(lower, tokens)
        known = self.known(tokens, levels)
        log_probs = point_masses(log_probs, tokens, known)
        masks = (0, self.shown - self.vocab_size)
        if not bool(after.any()):
            return torch.nn.functional.pad(log_probs, masks, value=-torch.inf)
        # l and the first bracket have two values each, at the token's own symbol and elsewhere
        same_token = tokens.unsqueeze(-1) == torch.arange(self.shown, device=tokens.device)
        law = self.law(tokens.device)
        drawn = levels * law[tokens]
        other = torch.where(known, 1.0, drawn).log()  # where known, other symbols have no mass
        likelihood = _by_symbol(
            same_token[..., : self.vocab_size], (1 - levels + drawn).log(), other
        )
        weights = log_probs - likelihood
        total = torch.logsumexp(weights, dim=-1, keepdim=True)
        noisy = after.unsqueeze(-1).log() + law.log() + total
        clean = (1 - after).log().unsqueeze(-1) + torch.nn.functional.pad(
            weights, masks, value=-torch.inf
        )
        redrawn = (levels - after) / (1 - after) * law[tokens]
        kept = (1 - levels) / (1 - after) + redrawn
        return torch.logaddexp(clean, noisy) + _by_symbol(same_token, kept.log(), redrawn.log())

    def _noisy(self, tokens: Tensor, eta: float | Tensor) -> tuple[Tensor, Tensor]:
        """Noisy tokens (B, L) and their levels (B, L), or a one-line error."""
        tokens = check_tokens(tokens, self.vocab_size, masked=self.shown > self.vocab_size)
        return tokens, noise_levels(eta, tokens)


def check_log_laws(name: str, log_probs: Tensor, tokens: Tensor) -> None:
    """A one-line error unless these are numbers (B, L, V) for tokens (B, L)."""
    real = log_probs.dtype.is_floating_point
    if log_probs.dim() != 3 or log_probs.shape[:2] != tokens.shape or not real:
        raise ValueError(
            f"{name} are real numbers (B, L, V) for tokens {tuple(tokens.shape)}, got "
            f"{log_probs.dtype} {tuple(log_probs.shape)}"
        )


@checked
def noise_levels(eta: float | Tensor, tokens: Tensor) -> Tensor:
    """Noise levels as (B, L) float64 for tokens (B, L), given as a number, (B,) or (B, L)."""
    check_dense("tokens", tokens)
    if tokens.dim() != 2 or tokens.dtype.is_floating_point or tokens.is_complex():
        raise ValueError(f"tokens are integers (B, L), got {tokens.dtype} {tuple(tokens.shape)}")
    levels = check_array("eta", eta).to(tokens.device)
    if levels.dim() == 1:
        levels = levels.unsqueeze(1)
    if levels.dim() and levels.shape not in {tokens.shape, (len(tokens), 1)}:
        raise ValueError(
            f"noise levels eta are a number, (B,) or (B, L) for tokens {tuple(tokens.shape)}, "
            f"got {tuple(levels.shape)}"
        )
    if not bool(((levels >= 0) & (levels <= 1)).all()):
        wrong = levels[~((levels >= 0) & (levels <= 1))].flatten()[0].item()
        raise ValueError(f"noise levels eta lie in 0..1, got {wrong}")
    return levels.expand(tokens.shape)


def _by_symbol(kept: Tensor, same: Tensor, other: Tensor) -> Tensor:
    """Values (B, L, n): `same` (B, L) at a token's own symbol, `other` (B, L) elsewhere."""
    return torch.where(kept, same.unsqueeze(-1), other.unsqueeze(-1))


@checked
def point_masses(log_probs: Tensor, tokens: Tensor, where: Tensor) -> Tensor:
    """Log-laws (B, L, V) with those at the positions `where` (B, L) put on their tokens (B, L)."""
    check_log_laws("log_probs", log_probs, tokens)
    if where.shape != tokens.shape or where.dtype != torch.bool:
        raise ValueError(
            f"where is bool of the shape of tokens {tuple(tokens.shape)}, got {where.dtype} "
            f"{tuple(where.shape)}"
        )
    if tokens.dtype.is_floating_point or tokens.is_complex():
        raise ValueError(f"tokens are integers (B, L), got {tokens.dtype}")
    symbols = torch.arange(log_probs.shape[-1], device=tokens.device)
    certain = torch.zeros_like(log_probs)
    certain.masked_fill_(tokens.unsqueeze(-1) != symbols, -torch.inf)
    return torch.where(where.unsqueeze(-1), certain, log_probs)
