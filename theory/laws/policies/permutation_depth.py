"""Uniform permutations: what an error of eps bits buys in rounds (2608.25505).

When B entries are revealed at once with M values left, each is uniform over the M, while the truth
has (M)_B = M (M-1) .. (M-B+1) equally likely ways: the round costs log2(M^B / (M)_B) bits on every
path. So a profile of sizes B_1..B_R costs sum_t B_t log2 M_t - log2 n!, and the least over profiles
is F_(n,R) - log2 n! with F_(n,1) = n log2 n and F_(n,R) = min_m (n-m) log2 n + F_(m,R-1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthetic.arguments import check_integer
from synthetic.sampling.schedules import check_sizes


@dataclass(frozen=True)
class PermutationProfile:
    """Sizes of the rounds and the KL divergence that they cost, in bits."""

    sizes: tuple[int, ...]
    error: float


def permutation_error(sizes: Sequence[int]) -> float:
    """KL(q || p) in bits of revealing a permutation in rounds of these sizes: **exact**."""
    sizes = check_sizes(sizes)
    left = sum(sizes)
    nats = -math.lgamma(left + 1)
    for size in sizes:
        nats += size * math.log(left) if size else 0.0
        left -= size
    return nats / math.log(2)


def permutation_least_error(length: int, rounds: int) -> PermutationProfile:
    """The best profile of at most `rounds` rounds and its KL in bits: **exact**, by the recursion.

    Of several best profiles the one whose last rounds are shortest. Time O(R n^2), memory O(R n).
    """
    length = check_integer("length", length)
    rounds = check_integer("rounds", rounds)
    rounds = min(rounds, length)
    value = np.arange(length + 1, dtype=np.float64)
    cost = value * np.log2(np.maximum(value, 1))  # F_(n,1)
    least = cost
    kept = [np.zeros(length + 1, dtype=np.int64)]  # what a first round leaves
    for _ in range(1, rounds):
        logs = np.log2(np.maximum(value, 1))
        following = np.zeros_like(least)
        left = np.zeros(length + 1, dtype=np.int64)
        for total in range(1, length + 1):
            options = (total - value[:total]) * logs[total] + least[:total]
            left[total] = options.argmin()
            following[total] = options[left[total]]
        least = following
        kept.append(left)
    sizes, remaining = [], length
    for left in reversed(kept):
        sizes.append(int(remaining - left[remaining]))
        remaining = int(left[remaining])
    return PermutationProfile(tuple(sizes), permutation_error(sizes))


def permutation_asymptotic_error(length: int, rounds: int) -> float:
    """**Asymptotic** least KL in bits: n (1 - rho_R) / ln 2 - log2(2 pi n) / 2, up to O(1).

    rho_1 = 0, rho_R = exp(rho_(R-1) - 1); R fixed, n large (2608.25505).
    """
    length = check_integer("length", length)
    rounds = check_integer("rounds", rounds)
    rho = 0.0
    for _ in range(1, rounds):
        rho = math.exp(rho - 1)
    return length * (1 - rho) / math.log(2) - math.log2(2 * math.pi * length) / 2
