"""Copy pairs under fixed-count reveal in random order: exact at any length.

A pair both of whose tokens are revealed in one step is right with chance 1/V, every other one for
certain. The masked positions are always a uniform subset: with a pairs masked whole and b single
tokens a step of s positions takes c whole pairs, one token of h others and s - 2c - h singles in

    binom(a, c) binom(a - c, h) 2^h binom(b, s - 2c - h)  of  binom(2a + b, s)

ways, so that a alone is the state, with the weight V^-c.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

from synthetic.arguments import check_integer
from synthetic.sampling.schedules import check_sizes


def copy_pairs_fixed_count_divergence(symbols: int, sizes: Sequence[int]) -> float:
    """KL(q || p) = -log(1 - SER) in nats of L = sum(sizes) tokens, an even number: **exact**.

    To rounding, all terms being >= 0. Time O(L s^2) a step of s positions.
    """
    symbols, sizes = check_integer("symbols", symbols), check_sizes(sizes)
    left = sum(sizes)
    if left % 2:
        raise ValueError(f"copy pairs have an even length, got {left}")
    right = np.zeros(left // 2 + 1)
    right[-1] = 1.0  # the chance of no error so far, by the whole pairs left
    pairs = np.arange(len(right))
    for size in sizes:
        after, singles = np.zeros_like(right), left - 2 * pairs
        for whole, half in itertools.product(range(size // 2 + 1), range(size + 1)):
            rest = size - 2 * whole - half
            possible = (right > 0) & (rest >= 0) & (rest <= singles) & (whole + half <= pairs)
            possible_pairs = pairs[possible]
            if not len(possible_pairs):
                continue
            nats = _log_choose(possible_pairs, whole) + _log_choose(possible_pairs - whole, half)
            nats += _log_choose(singles[possible], rest) - _log_choose(np.array(left), size)
            nats += half * math.log(2) - whole * math.log(symbols)
            after[possible_pairs - whole - half] += right[possible_pairs] * np.exp(nats)
        right, left = after, left - size
    return max(0.0, float(-np.log(right[0])))


def _log_choose(total: np.ndarray, part: int) -> np.ndarray:
    chosen = gammaln(total + 1) - gammaln(part + 1) - gammaln(total - part + 1)
    return np.asarray(chosen)
