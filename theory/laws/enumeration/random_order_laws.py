"""Exact laws of masks in random order at every number of steps, from one pass over partial words.

Bernoulli reveal in N equal steps puts each position in one of N steps, so that a word comes about
in m blocks S_1, .., S_m, one after the other, with chance N^-L for each of the C(N, m) choices of
their steps:

    p_N(x) = sum_m C(N, m) N^-L G_m(x),
    G_m(x) = sum over ordered partitions (S_1, .., S_m) of prod_j prod_(i in S_j) q(x_i | x_before).

Fixed count is the mean over the partitions whose blocks have its sizes. Both are summed block by
block over all partial words: those that show the positions S pass on what they have to those that
show more.
"""

import itertools
import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from synthetic.arguments import check_length, checked
from synthetic.denoisers.denoiser import Denoiser, check_denoiser, check_log_probs
from synthetic.languages import enumerate_sequences
from synthetic.sampling import equal_sizes
from theory.laws.enumeration.ancestral_law import products
from theory.laws.enumeration.output_law import sequence_code
from theory.laws.one_thread import one_thread

PARTIAL_LIMIT = 2**20  # partial sequences (V+1)^L

Laws = Callable[[int], Tensor]  # the law (V^L,) at a number of steps
Passed = Callable[[int, int, Tensor], Tensor]  # sizes before and after, what is passed on (R, B)


@checked
def bernoulli_laws(denoiser: Denoiser, *, length: int) -> Laws:
    """The law (V^L,) float64 of Bernoulli reveal with the uniform schedule, for any N >= 1.

    In row-major order, the last position fastest, as `output_law`, whose referee it is for one N:
    here all sums are of terms >= 0 too, and of about L 3^L of them, a relative error below 1e-9 by
    far. One pass takes (2V+1)^L products. More than 2^20 partial sequences (V+1)^L are a one-line
    error.

    Examples:
        Two equal bits are wrong when both are drawn in one step, half of the time:

        >>> from synthetic.denoisers import Oracle
        >>> from synthetic.languages import CopyPairs
        >>> laws = bernoulli_laws(Oracle(CopyPairs(2)), length=2)
        >>> laws(1).tolist(), laws(4).tolist()
        ([0.25, 0.25, 0.25, 0.25], [0.4375, 0.0625, 0.0625, 0.4375])
    """

    def next_block(_before: int, _after: int, given: Tensor) -> Tensor:
        return torch.cat([torch.zeros_like(given[:1]), given[:-1]])

    start = torch.zeros(check_length(length) + 1, dtype=torch.float64, device=denoiser.device)
    start[0] = 1.0
    sums = _sums(denoiser, length, start, next_block)

    def law(steps: int) -> Tensor:
        shares = [math.comb(steps, blocks) / steps**length for blocks in range(length + 1)]
        return torch.tensor(shares, dtype=torch.float64, device=sums.device) @ sums

    return law


@checked
def fixed_count_laws(denoiser: Denoiser, *, length: int) -> Laws:
    """The law (V^L,) float64 of fixed count in N equal sizes, for N in 1..L; else as above."""
    ends = [
        list(itertools.accumulate(equal_sizes(check_length(length), steps), initial=0))
        for steps in range(1, length + 1)
    ]
    following = [dict(itertools.pairwise(sizes)) for sizes in ends]

    def next_size(before: int, after: int, given: Tensor) -> Tensor:
        chosen = [float(sizes.get(before) == after) for sizes in following]
        share = 1 / math.comb(length - before, after - before)
        return given * torch.tensor(chosen, dtype=given.dtype, device=given.device)[:, None] * share

    start = torch.ones(length, dtype=torch.float64, device=denoiser.device)
    sums = _sums(denoiser, length, start, next_size)

    def law(steps: int) -> Tensor:
        if not 1 <= steps <= length:
            raise ValueError(f"fixed count takes 1 to {length} steps, got {steps}")
        return sums[steps - 1]

    return law


@one_thread()
@torch.no_grad()
def _sums(denoiser: Denoiser, length: int, start: Tensor, passed: Passed) -> Tensor:
    """What R rows (R,) at the fully masked word have become (R, V^L) at the complete ones."""
    check_denoiser(denoiser)
    mask, device = denoiser.vocab_size, denoiser.device
    base = mask + 1
    if base**length > PARTIAL_LIMIT:
        raise ValueError(
            f"exact laws of all steps at length {length} need {base}^{length} partial sequences, "
            f"allowed are {PARTIAL_LIMIT}: take a shorter length"
        )
    held = start.new_zeros((len(start), base**length))
    held[:, -1] = start
    place_value = base ** torch.arange(length - 1, -1, -1, device=device)
    for size, shown in _subsets(length):
        tokens = torch.full((mask**size, length), mask, device=device)
        tokens[:, shown] = enumerate_sequences(mask, size, device) if size else tokens[:, :0]
        tokens = tokens[held[:, sequence_code(tokens, base)].any(dim=0)]
        hidden = [place for place in range(length) if place not in shown]
        chances = _chances(denoiser, tokens, hidden)
        filled = enumerate_sequences(base, len(hidden), device)  # with masks, which stay
        revealed = (filled != mask).sum(dim=1)
        fall = ((mask - filled) * place_value[hidden]).sum(dim=1)
        codes = sequence_code(tokens, base)
        for after in range(size + 1, length + 1):
            given = passed(size, after, held[:, codes])
            live = given.any(dim=1).nonzero()
            columns = (revealed == after - size).nonzero().flatten()
            added = given[live[:, 0], :, None] * chances[:, columns]
            held[live, (codes[:, None] - fall[columns]).flatten()] += added.flatten(1)
    words = enumerate_sequences(mask, length, device)
    return held[:, sequence_code(words, base)]


def _subsets(length: int) -> Iterator[tuple[int, list[int]]]:
    """All sets of positions but the full one, small ones first, with their sizes."""
    for size in range(length):
        for shown in itertools.combinations(range(length), size):
            yield size, list(shown)


def _chances(denoiser: Denoiser, tokens: Tensor, hidden: list[int]) -> Tensor:
    """Products (B, (V+1)^H) of predicted chances at H hidden positions, 1 for each that stays."""
    log_probs = check_log_probs(denoiser(tokens.clone()), tokens, denoiser.vocab_size)
    chances = log_probs[:, hidden].double().exp()
    return products(torch.cat([chances, torch.ones_like(chances[:, :, :1])], dim=2))
