"""The walk x_i = x_(i-1) + Bern(1/2), x_0 = 0 known: a chain, and how far samples are from it."""

import math

import torch
from torch import Tensor

from synthetic.arguments import check_length
from synthetic.languages import NGram
from synthetic.mean_interval import NORMAL_QUANTILE
from synthetic.quantities import Estimate


def bernoulli_walk(length: int) -> NGram:
    """The walk of L steps over the symbols 0..L; all 2^L words have probability 2^-L."""
    size = check_length(length)
    stay = torch.full((size + 1,), 0.5, dtype=torch.float64, device="cpu")
    transition = torch.diag(stay) + torch.diag(stay[:-1], 1)
    transition[size, size] = 1.0  # reached at the end alone
    initial = torch.zeros_like(stay)
    initial[:2] = 0.5
    return NGram(initial, transition)


def walk_divergence(tokens: Tensor) -> Estimate:
    """KL(q || p) in nats of the walk from words (B, L) drawn from p, from their frequencies.

    The first-order bias of the logarithms, (1 - p)/(2 B p) for each word, is taken away; the
    interval is the normal one of the delta method. Infinite where a word does not occur. For B of
    at least 50 times 2^L.
    """
    count, length = tokens.shape
    ups = torch.diff(tokens, dim=1, prepend=tokens.new_zeros((count, 1)))
    valid = ((ups == 0) | (ups == 1)).all(dim=1)
    place = 2 ** torch.arange(length, device=tokens.device)
    seen = torch.bincount((ups[valid] * place).sum(dim=1), minlength=2**length).double() / count
    name = "frequencies of words, bias removed"
    if not bool((seen > 0).all()):
        return Estimate(math.inf, math.inf, math.inf, count, name)
    bias = ((1 - seen) / (2 * count * seen)).mean()
    value = float(-(seen * 2**length).log().mean() - bias)
    spread = float(((1 / seen).mean() / 2**length - 1).clamp(min=0) / count) ** 0.5
    reach = NORMAL_QUANTILE * spread
    return Estimate(value, value - reach, value + reach, count, name, spread)
