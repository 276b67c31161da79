"""Z_1..Z_L of laws, differentiable, and what fixed-count reveal costs in terms of them."""

from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import Tensor


def mean_entropies(law: Tensor, vocab_size: int, length: int) -> Tensor:
    """(B, V^L) laws to (B, L + 1): the mean of H(X_S) in nats over sets of 0..L positions."""
    table = law.view(-1, *[vocab_size] * length)
    sums = [torch.zeros(len(table), dtype=law.dtype, device=law.device) for _ in range(length + 1)]
    counts = [0] * (length + 1)
    for kept in range(2**length):
        gone = tuple(place + 1 for place in range(length) if not kept >> place & 1)
        marginal = (table.sum(gone) if gone else table).reshape(len(table), -1)
        size = kept.bit_count()
        sums[size] = sums[size] + torch.special.entr(marginal).sum(1)
        counts[size] += 1
    return torch.stack([total / count for total, count in zip(sums, counts, strict=True)], 1)


def information(entropies: Tensor) -> Tensor:
    """(B, L + 1) mean entropies to Z_1..Z_L, (B, L): Z_j = E I(X_i; X_S), |S| = j - 1."""
    gains = entropies[:, 1:] - entropies[:, :-1]
    return gains[:, :1] - gains


def path_average(curve: Tensor, sizes: Sequence[int]) -> Tensor:
    """(B,): E_path KL of fixed-count reveal in nats: the sum of Z_j - Z_(first j of its step)."""
    starts = [0, *accumulate(sizes)][:-1]
    firsts = [start for start, size in zip(starts, sizes, strict=True) for _ in range(size)]
    return (curve - curve[:, firsts]).sum(1)
