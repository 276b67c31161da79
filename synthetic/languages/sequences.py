"""Sequences and weights at their positions as tensors: checked, listed, turned into each other.

Shapes: B sequences, L positions, V symbols. A masked position holds V.
"""

import math

import torch
from torch import Tensor

from synthetic.arguments import check_dense, check_integer, check_length, checked, short


def check_tokens(tokens: Tensor, vocab_size: int, *, masked: bool) -> Tensor:
    """Token array (B, L) as int64, or a one-line error; the mask V is allowed where `masked`."""
    if not isinstance(tokens, Tensor):
        raise TypeError(
            f"tokens are a tensor (B, L) such as torch.tensor([[0, 1, 1]]), got {short(tokens)}"
        )
    check_dense("tokens", tokens)
    if tokens.dim() != 2:
        raise ValueError(f"tokens have shape (B, L), got {tuple(tokens.shape)}")
    if tokens.dtype.is_floating_point or tokens.dtype.is_complex or tokens.dtype == torch.bool:
        raise ValueError(f"tokens are integers, got {tokens.dtype}")
    check_length(tokens.shape[1])
    tokens = tokens.long()
    if tokens.numel():
        low, high = (int(bound) for bound in torch.aminmax(tokens))
        top = vocab_size if masked else vocab_size - 1
        if low < 0 or high > top:
            wrong = low if low < 0 else high
            kind = f"or the mask {vocab_size}" if masked else "with no mask"
            raise ValueError(f"tokens lie in 0..{vocab_size - 1} {kind}, got {wrong}")
    return tokens


def check_weights(weights: Tensor, vocab_size: int) -> Tensor:
    """Likelihoods (B, L, V) as given, or a one-line error.

    They are finite and >= 0, and no position has zeros alone.
    """
    if not isinstance(weights, Tensor):
        raise TypeError(f"weights are a tensor (B, L, V), got {type(weights).__name__}")
    check_dense("weights", weights)
    if weights.dim() != 3 or weights.shape[2] != vocab_size:
        shape = tuple(weights.shape)
        raise ValueError(f"weights have shape (B, L, V) with V = {vocab_size}, got {shape}")
    if weights.dtype != torch.float64:
        raise ValueError(f"weights are float64, got {weights.dtype}")
    check_length(weights.shape[1])
    if weights.numel():
        low, high = (float(bound) for bound in torch.aminmax(weights))
        if not (low >= 0 and high < math.inf):
            wrong = weights[~((weights >= 0) & (weights < math.inf))][0].item()
            raise ValueError(f"weights are finite likelihoods >= 0, got {wrong}")
        if low == 0 and not bool((top := weights.amax(-1)).all()):
            row, position = (top == 0).nonzero()[0].tolist()
            raise ValueError(
                f"weights allow at least one symbol at each position, got zeros alone in row "
                f"{row} at position {position}"
            )
    return weights.detach()


def mask_weights(tokens: Tensor, vocab_size: int) -> Tensor:
    """Partial sequences (B, L) as weights (B, L, V): point masses, ones where masked."""
    weights = tokens.new_zeros((*tokens.shape, vocab_size), dtype=torch.float64)
    weights.scatter_(-1, tokens.clamp(max=vocab_size - 1).unsqueeze(-1), 1.0)
    weights[tokens == vocab_size] = 1.0
    return weights


def balanced(weights: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (B, L, V) whose largest at each position is about one, and exponents of two (B,).

    The exponents are those taken out. Powers of two round nothing; where weights at one position
    are so far apart that the least would lose digits, the largest stays above one.
    """
    top = torch.frexp(weights.amax(-1)).exponent
    least = torch.frexp(weights.masked_fill(weights == 0, math.inf).amin(-1)).exponent
    top = torch.minimum(top, (least + 1021).clamp(min=0))
    for part in (top // 2, top - top // 2):  # no power of two is beyond the range of float64
        weights = weights * torch.exp2(-part.double()).unsqueeze(-1)
    return weights, top.sum(1)


def log_laws(joint: Tensor, weights: Tensor) -> Tensor:
    """Log-laws (B, L, V) in proportion to joint sums; the weights, normalised, where all are 0."""
    total = joint.logsumexp(-1, keepdim=True)
    alone = weights.log().log_softmax(-1)
    return torch.where(total == -math.inf, alone, joint - total)


@checked
def enumerate_sequences(vocab_size: int, length: int, device: torch.device | str = "cpu") -> Tensor:
    """All V^L sequences in row-major order, (V^L, L) int64: the last position changes fastest."""
    length, vocab_size = check_length(length), check_integer("vocab_size", vocab_size)
    if length * math.log2(vocab_size) > 26:
        raise ValueError(
            f"vocab_size {vocab_size} and length {length} make too many sequences to list, allowed "
            "are 2^26"
        )
    index = torch.arange(vocab_size**length, dtype=torch.int64, device=device)
    powers = [vocab_size ** (length - 1 - position) for position in range(length)]
    return torch.stack([index // power % vocab_size for power in powers], dim=1)
