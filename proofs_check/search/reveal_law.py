"""The law that Bernoulli reveal samples, as a differentiable function of the language's law.

W_k(S, x), the probability that exactly the positions S are revealed after step k and all agree with
the word x, grows by W_(k+1)(T, x) += W_k(S, x) w^|T - S| (1-w)^(L - |T|) prod_(i in T - S)
q(x_i | x_S) for S in T, w = a_(k+1) / (1 - r_k): 3^L pairs of sets for each word.
"""

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.sampling.schedules import conditional_reveal


class PairsOfSets(NamedTuple):
    """All pairs of sets S in T, as bit masks, with the number of new and of masked positions."""

    before: Tensor  # (3^L,)
    after: Tensor  # (3^L,)
    new: Tensor  # (3^L,)
    masked: Tensor  # (3^L,)


def pairs_of_sets(length: int) -> PairsOfSets:
    """The 3^L pairs."""
    roles = torch.tensor(list(itertools.product(range(3), repeat=length)), device="cpu")
    bits = 1 << torch.arange(length, device="cpu")
    known, new = (roles == 1).long(), (roles == 2).long()
    before = (known * bits).sum(1)
    return PairsOfSets(before, before + (new * bits).sum(1), new.sum(1), (roles == 0).sum(1))


def set_marginals(law: Tensor, vocab_size: int, length: int) -> Tensor:
    """(B, V^L) laws of words to (B, 2^L, V^L): q(x_S) for each set S, bit i being position i."""
    table = law.view(-1, *[vocab_size] * length)
    marginals = []
    for kept in range(2**length):
        gone = tuple(place + 1 for place in range(length) if not kept >> place & 1)
        marginal = table.sum(gone, keepdim=True) if gone else table
        marginals.append(marginal.expand_as(table).reshape(len(table), -1))
    return torch.stack(marginals, 1)


def bernoulli_law(law: Tensor, vocab_size: int, length: int, schedule: Iterable[float]) -> Tensor:
    """(B, V^L): p(x) for words of positive probability, of the exact denoiser under a schedule.

    Memory is some 8 B (3 V)^L bytes, kept for each position and step when gradients are asked for.
    Words outside the support count 0 here, as the divergence from q does not need them.
    """
    marginals = set_marginals(law, vocab_size, length)
    pairs = pairs_of_sets(length)
    known = marginals[:, pairs.before]
    alive = known > 0
    drawn = torch.ones_like(known)
    for place in range(length):
        bit = 1 << place
        new = ((pairs.after & ~pairs.before) & bit > 0)[:, None]
        share = marginals[:, pairs.before | bit] / torch.where(alive, known, 1.0)
        drawn = drawn * torch.where(new & alive, share, 1.0)
    drawn = torch.where(alive, drawn, 0.0)
    reached = torch.zeros_like(marginals)
    reached[:, 0] = 1.0
    for reveal in conditional_reveal(schedule):
        weight = reveal ** pairs.new.double() * (1 - reveal) ** pairs.masked.double()
        flow = reached[:, pairs.before] * drawn * weight[:, None]
        reached = torch.zeros_like(marginals).index_add(1, pairs.after, flow)
    return reached[:, -1]


def divergence(law: Tensor, other: Tensor) -> Tensor:
    """(B,): KL(law || other) in nats over words of positive probability."""
    alive = law > 0
    ratio = torch.where(alive, law, 1.0) / torch.where(alive, other, 1.0)
    return (law * ratio.log()).sum(1)
