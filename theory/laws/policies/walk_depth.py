"""Bernoulli walks from left to right: what few rounds cost (2608.25505).

x_i = x_(i-1) + Bern(1/2), x_0 = 0 known. A contiguous round of B tokens costs their total
correlation sum_(j <= B) H(Bin(j, 1/2)) - B bits, wherever it starts and whatever came before, so
that the best R rounds follow from a recursion over sizes. Bisection has no such cost: D_0 of the
walk is logarithmic (the theorem bisection-depth).
"""

import math

import numpy as np
from scipy.special import gammaln

from synthetic.arguments import check_integer


def contiguous_walk_least_error(length: int, rounds: int) -> float:
    """The least KL(q || p) in bits of R contiguous left-to-right rounds: **exact**, O(R n^2)."""
    length = check_integer("length", length)
    rounds = check_integer("rounds", rounds)
    entropies = [binomial_entropy(steps) for steps in range(length + 1)]
    block = np.cumsum(entropies) - np.arange(length + 1)
    least = block
    for _ in range(1, min(rounds, length)):
        # at least one token in the first round, the rest in the later ones
        least = np.array(
            [0.0] + [(block[1 : n + 1][::-1] + least[:n]).min() for n in range(1, length + 1)]
        )
    return float(least[length])


def binomial_entropy(steps: int) -> float:
    """H(Bin(n, 1/2)) in bits."""
    steps = check_integer("steps", steps, least=0)
    ones = np.arange(steps + 1)
    nats = gammaln(steps + 1) - gammaln(ones + 1) - gammaln(steps - ones + 1) - steps * math.log(2)
    return float(-(np.exp(nats) * nats).sum() / math.log(2))
