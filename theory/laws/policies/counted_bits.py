"""Words of n bits with exactly w ones, masked: what rounds cost, and the best any order can do.

One-hot blocks have w = 1, balanced words w = n/2. With M positions masked and w ones among them a
round of B draws each from its marginal w/M, so that it shows Binomial(B, w/M) ones. Let G be the
chance that the word ends right:

    G_R(M, w) = sum_o Binomial(o; B, w/M) G_(R-1)(M - B, w - o),     1 where w = 0 or w = M, R >= 1.

Positions are exchangeable. A policy mixed over all orders of the positions has no more KL, by
convexity, and gives all words one probability: KL(q || p) = -log G. So the largest G over B, which
may depend on M and w, is the best of all choose-then-sample policies of at most R rounds on every
path, adaptive to values or not, randomised or not. Blocks are independent and their G multiply.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import gammaln

from synthetic.arguments import check_integer
from synthetic.sampling.schedules import check_sizes

Table = np.ndarray  # (n + 1, w + 1): G by the positions and the ones left, zero where w > M


def counted_bits_divergence(ones: int, sizes: Sequence[int]) -> float:
    """KL(q || p) in nats of a word revealed in rounds of these sizes at random positions.

    **Exact**, to rounding: all terms are >= 0. Time O(n^2) a round.
    """
    sizes = check_sizes(sizes)
    length = sum(sizes)
    ones = check_integer("ones", ones, least=0, most=length)
    chance, left = np.zeros(length + 1), length
    chance[ones] = 1.0  # of being right so far with so many ones left
    for size in sizes:
        after = np.zeros_like(chance)
        for masked_ones in chance.nonzero()[0].tolist():
            drawn = np.arange(min(size, masked_ones) + 1)
            drawn = drawn[masked_ones - drawn <= left - size]
            after[masked_ones - drawn] += (
                chance[masked_ones] * _round(left, masked_ones, size)[drawn]
            )
        chance, left = after, left - size
    return max(0.0, float(-np.log(chance[0])))


def counted_bits_least_divergences(length: int, ones: int) -> Iterator[float]:
    """KL(q || p) in nats of the best choose-then-sample policy of at most 1, 2, .. rounds.

    **Exact**, to rounding; without end. Time O(n^2 w^2) a round, two seconds for balanced words of
    n = 128.
    """
    length = check_integer("length", length)
    ones = check_integer("ones", ones, least=0, most=length)
    known = np.eye(length + 1, ones + 1)  # one round reveals all tokens that are determined
    known[:, 0] = 1.0
    best = np.zeros_like(known)
    best[0, 0] = 1.0  # without a round
    while True:
        best = _one_round_more(best, known)
        yield max(0.0, float(-np.log(best[length, ones])))


def _one_round_more(best: Table, known: Table) -> Table:
    """G_R from G_(R-1): the largest over the size B of the first round."""
    result = known.copy()
    for left in range(2, len(best)):
        for ones in range(1, min(left, best.shape[1])):
            sizes = np.arange(1, left + 1)
            drawn = np.arange(ones + 1)
            chance = _round_of_each(left, ones)
            after = best[(left - sizes)[:, None], (ones - drawn)[None, :]]
            result[left, ones] = (chance * after).sum(axis=1).max()
    return result


def _round(left: int, ones: int, size: int) -> np.ndarray:
    """Binomial(o; B, w/M) for o = 0..w."""
    return _round_of_each(left, ones)[size - 1] if size else np.eye(1, ones + 1)[0]


def _round_of_each(left: int, ones: int) -> np.ndarray:
    """Binomial(o; B, w/M) for B = 1..M and o = 0..w, (M, w + 1)."""
    size, drawn = np.arange(1, left + 1)[:, None], np.arange(ones + 1)[None, :]
    rest = np.maximum(size - drawn, 0)
    ways = gammaln(size + 1) - gammaln(drawn + 1) - gammaln(rest + 1)
    share = ones / left
    if share in (0.0, 1.0):
        return np.where(drawn == share * size, 1.0, 0.0)
    nats = ways + drawn * np.log(share) + rest * np.log1p(-share)
    return np.where(drawn <= size, np.exp(nats), 0.0)
