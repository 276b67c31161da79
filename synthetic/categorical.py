"""The one categorical draw: the inverse distribution function in 62-bit fixed point."""

import torch
from torch import Tensor

UNIT_BITS = 62
UNIFORM_BITS = 53
SUM_TOLERANCE = 1e-3  # half-precision networks stay within it


def categorical(log_probs: Tensor, uniforms: Tensor) -> Tensor:
    """Symbols drawn from log-probabilities (..., V) in nats by uniforms (...) in [0, 1), int64.

    A single law (V,) takes uniforms of any shape. Symbol v comes out exactly where
    cumulative(v-1) <= u < cumulative(v), for u a multiple of 2^-53 as `torch.rand` draws them. The
    set of u that maps to a symbol has the length of its probability, normalised, to 2^-52 for V up
    to 64. A symbol of probability zero never comes out, and no u is out of range. Probabilities
    that sum to one only roughly, as those of a network, are normalised; beyond 1e-3, and for NaN,
    it is an error.
    """
    for name, given in (("log_probs", log_probs), ("uniforms", uniforms)):
        if not isinstance(given, Tensor) or (name == "log_probs" and not given.dim()):
            raise TypeError(f"{name} is a tensor, got a {type(given).__name__}")
    if log_probs.dim() != 1 and log_probs.shape[:-1] != uniforms.shape:
        raise ValueError(
            f"log_probs and uniforms have shapes (..., V) and (...), got {tuple(log_probs.shape)} "
            f"and {tuple(uniforms.shape)}"
        )
    if uniforms.dtype != torch.float64:
        raise ValueError(f"uniforms are float64, got {uniforms.dtype}")
    inside = (uniforms >= 0) & (uniforms < 1)
    if not bool(inside.all()):
        raise ValueError(f"uniforms lie in [0, 1), got {uniforms[~inside][0].item()}")
    probs = log_probs.double().exp()
    total = probs.sum(-1)
    wrong = ~((total - 1).abs() <= SUM_TOLERANCE)
    if bool(wrong.any()):
        raise ValueError(
            "log_probs are log-probabilities of laws that sum to 1 (to 1e-3), got a sum of "
            f"{total[wrong][0].item():.6g}"
        )
    return invert(cumulative_mass(probs), uniforms)


def cumulative_mass(probs: Tensor) -> Tensor:
    """Distribution functions (..., V) in units of 2^-62, of probabilities (..., V) float64.

    Integers, so that sums are exact; the last one is 2^62 only up to the rounding of `probs`.
    """
    return (probs * 2**UNIT_BITS).round_().long().cumsum(dim=-1)


def invert(cumulative: Tensor, uniforms: Tensor) -> Tensor:
    """The symbols (...) at which distribution functions (..., V), or a single one, exceed u.

    u is compared with mass / total as u * total with mass, in integers: with total = 2^62 + excess
    and u = k / 2^53 that is 512 k + u * excess, where float64 holds the small second term to less
    than one unit. It grows with k and stays below the total, so that every u has its symbol.
    """
    excess = (cumulative[..., -1] - 2**UNIT_BITS).double()
    scaled = (uniforms * 2**UNIFORM_BITS).long() << (UNIT_BITS - UNIFORM_BITS)
    threshold = scaled + (uniforms * excess).floor_().long()
    if cumulative.dim() == 1:
        return torch.searchsorted(cumulative, threshold, right=True)
    return torch.searchsorted(cumulative, threshold.unsqueeze(-1), right=True).squeeze(-1)
