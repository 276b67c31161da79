"""Z_1..Z_L of laws, differentiable, and what fixed-count reveal costs in terms of them."""

import math
from collections.abc import Sequence
from functools import cache, reduce
from itertools import accumulate

import torch
from torch import Tensor


@cache
def _cells(vocab_size: int, length: int) -> tuple[Tensor, Tensor]:
    """(V^L, (V+1)^L): which words each cell of each marginal holds, where the last of V + 1 values
    of a position stands for any symbol; and (.., L + 1): the share of a cell in the mean over the
    sets of its size. Some 8 B (V + 1)^L (V^L + L) bytes."""
    one = torch.eye(vocab_size, vocab_size + 1, dtype=torch.float64, device="cpu")
    one[:, -1] = 1.0
    known = torch.tensor([1] * vocab_size + [0], device="cpu")
    sizes = reduce(lambda some, more: (some[:, None] + more).flatten(), [known] * length)
    shares = torch.nn.functional.one_hot(sizes, length + 1).double()
    counts = [math.comb(length, size) for size in range(length + 1)]
    return reduce(torch.kron, [one] * length), shares / torch.tensor(counts, device="cpu")


def mean_entropies(law: Tensor, vocab_size: int, length: int) -> Tensor:
    """(B, V^L) laws to (B, L + 1): the mean of H(X_S) in nats over sets of 0..L positions."""
    holds, shares = (table.to(law.device) for table in _cells(vocab_size, length))
    return torch.special.entr(law @ holds) @ shares


def information(entropies: Tensor) -> Tensor:
    """(B, L + 1) mean entropies to Z_1..Z_L, (B, L): Z_j = E I(X_i; X_S), |S| = j - 1."""
    gains = entropies[:, 1:] - entropies[:, :-1]
    return gains[:, :1] - gains


def path_average(curve: Tensor, sizes: Sequence[int]) -> Tensor:
    """(B,): E_path KL of fixed-count reveal in nats: the sum of Z_j - Z_(first j of its step)."""
    starts = [0, *accumulate(sizes)][:-1]
    firsts = [start for start, size in zip(starts, sizes, strict=True) for _ in range(size)]
    return (curve - curve[:, firsts]).sum(1)
