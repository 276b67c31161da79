"""The one categorical draw: the inverse distribution function in 62-bit fixed point."""

import torch
from torch import Tensor

UNIT = 2**62
UNIFORM_BITS = 53


def categorical(log_probs: Tensor, uniforms: Tensor) -> Tensor:
    """Symbols drawn from log-probabilities (..., V) in nats by uniforms (...) in [0, 1), int64.

    A single law (V,) takes uniforms of any shape. Probabilities are rounded to multiples of 2^-62
    and summed as integers, and the uniform, a multiple of 2^-53, is compared as an integer: symbol
    v comes out exactly where cumulative(v-1) <= u < cumulative(v). The set of u that maps to a
    symbol has the length of its probability to 2^-52, and a symbol of probability zero never comes
    out. What the rounding of exp leaves over (about 1e-16) goes to the most probable symbol.
    """
    if log_probs.dim() != 1 and log_probs.shape[:-1] != uniforms.shape:
        raise ValueError(
            f"uniforms have the shape of the rows {tuple(log_probs.shape[:-1])}, "
            f"got {tuple(uniforms.shape)}"
        )
    if uniforms.dtype != torch.float64:
        raise ValueError(f"uniforms are float64, got {uniforms.dtype}")
    mass = log_probs.double().exp().mul_(UNIT).round_().long()
    top = mass.argmax(dim=-1, keepdim=True)
    mass.scatter_add_(-1, top, UNIT - mass.sum(dim=-1, keepdim=True))
    cumulative = mass.cumsum(dim=-1)
    threshold = (uniforms * 2**UNIFORM_BITS).long() * (UNIT // 2**UNIFORM_BITS)
    if log_probs.dim() == 1:
        return torch.searchsorted(cumulative, threshold, right=True)
    return torch.searchsorted(cumulative, threshold.unsqueeze(-1), right=True).squeeze(-1)
