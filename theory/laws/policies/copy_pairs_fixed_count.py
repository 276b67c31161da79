"""Copy pairs under fixed-count reveal in random order: exact at any length.

A pair both of whose tokens are revealed in one step is right with chance 1/V, every other one for
certain. The masked positions are always a uniform subset: with a pairs masked whole and b single
tokens a step of s positions takes c whole pairs, one token of h others and s - 2c - h singles in

    binom(a, c) binom(a - c, h) 2^h binom(b, s - 2c - h)  of  binom(2a + b, s)

ways, so that a alone is the state, with the weight V^-c.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

from synthetic.arguments import check_integer
from synthetic.sampling.schedules import check_sizes


def copy_pairs_fixed_count_divergence(symbols: int, sizes: Sequence[int]) -> float:
    """KL(q || p) = -log(1 - SER) in nats of L = sum(sizes) tokens, an even number: **exact**.

    To rounding, all terms being >= 0. Time O(L s^2) a step of s positions, less for small steps.
    """
    symbols, sizes = check_integer("symbols", symbols), check_sizes(sizes)
    left = sum(sizes)
    if left % 2:
        raise ValueError(f"copy pairs have an even length, got {left}")
    right = np.zeros(left // 2 + 1)
    right[-1] = 1.0  # the chance of no error so far, by the whole pairs left
    for size in sizes:
        after = np.zeros_like(right)
        for pairs in right.nonzero()[0].tolist():
            singles = left - 2 * pairs
            whole = np.arange(min(pairs, size // 2) + 1)[:, None]
            half = np.arange(min(pairs, size) + 1)[None, :]
            rest = size - 2 * whole - half
            possible = (rest >= 0) & (rest <= singles) & (whole + half <= pairs)
            whole, half = (
                np.broadcast_to(each, possible.shape)[possible] for each in (whole, half)
            )
            rest = rest[possible]
            nats = _log_choose(pairs, whole) + _log_choose(pairs - whole, half)
            nats = nats + half * math.log(2) + _log_choose(singles, rest)
            nats = nats - _log_choose(left, np.array(size)) - whole * math.log(symbols)
            np.add.at(after, pairs - whole - half, right[pairs] * np.exp(nats))
        right, left = after, left - size
    return max(0.0, float(-np.log(right[0])))


def _log_choose(total: int | np.ndarray, part: np.ndarray) -> np.ndarray:
    chosen = gammaln(np.add(total, 1)) - gammaln(part + 1) - gammaln(total - part + 1)
    return np.asarray(chosen)
