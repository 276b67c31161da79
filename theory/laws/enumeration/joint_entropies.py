"""Entropies of all sets of positions, and what a reveal step costs by its definition.

The definitions spelled out, by enumeration of all words and of all ways in which tokens can be
known, drawn or masked at a step: the referee of everything that is found from information curves.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from synthetic.languages import Language, enumerate_sequences
from synthetic.sampling.schedules import check_schedule, check_sizes

Floats = NDArray[np.float64]
Sets = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class JointEntropies:
    """H(X_S) in nats for every set S of positions, (2^L,): position i is in S where bit i is set.

    Costs enumerate 3^L ways to be known, drawn or masked, at 8 (L + 4) 3^L bytes or so.
    """

    values: Floats

    @property
    def length(self) -> int:
        return len(self.values).bit_length() - 1

    @property
    def entropy(self) -> float:
        """H(X) in nats per sequence."""
        return float(self.values[-1])

    @property
    def total_correlation(self) -> float:
        """sum_i H(X_i) - H(X) in nats per sequence."""
        return math.fsum(self.values[1 << np.arange(self.length)]) - self.entropy

    @property
    def dual_total_correlation(self) -> float:
        """H(X) - sum_i H(X_i | all others) in nats per sequence."""
        others = len(self.values) - 1 - (1 << np.arange(self.length))
        return self.entropy - math.fsum(self.entropy - self.values[others])

    def conditional_entropy(self, reveal: float) -> float:
        """f(r) = (1/L) sum_i E H(X_i | X_R) in nats, each other token in R with probability r."""
        known, conditional = self._conditional
        size = np.bitwise_count(known)
        weights = reveal**size * (1 - reveal) ** (self.length - 1.0 - size)
        return math.fsum((weights * conditional).ravel()) / self.length

    def information(self) -> Floats:
        """Z_1..Z_L, (L,) in nats: Z_j = E I(X_i; X_S), S a uniform set of j - 1 other positions."""
        known, conditional = self._conditional
        size = np.bitwise_count(known)
        means = np.array([conditional[size == count].mean() for count in range(self.length)])
        return np.asarray(means[0] - means)

    def reveal_cost(self, before: float, after: float) -> float:
        """E TC(X_S | X_K) in nats: K known with probability `before`, S drawn up to `after`."""
        known, drawn = self._sizes
        masked = self.length - known - drawn
        weights = before**known * (after - before) ** drawn * (1 - after) ** masked
        return math.fsum(weights * self._correlations)

    def path_average(self, schedule: Iterable[float]) -> float:
        """E sum_k TC(X_(S_k) | X_(S_<k)) in nats per sequence, Bernoulli reveal (a_1..a_N)."""
        ends = np.array(list(accumulate(check_schedule(schedule))))
        return math.fsum(
            self.reveal_cost(before, after)
            for before, after in pairwise([0.0, *(ends / ends[-1]).tolist()])
        )

    def path_average_of_sizes(self, sizes: Iterable[int]) -> float:
        """The same in nats per sequence for fixed-count reveal (s_1..s_N)."""
        known, drawn = self._sizes
        total, before = 0.0, 0
        for size in check_sizes(sizes):
            total += float(self._correlations[(known == before) & (drawn == size)].mean())
            before += size
        return total

    @cached_property
    def _conditional(self) -> tuple[Sets, Floats]:
        """Sets without position i (L, 2^(L-1)), and H(X_i | X_S) for them."""
        everything = np.arange(len(self.values))
        bits = 1 << np.arange(self.length)
        known = np.stack([everything[(everything & bit) == 0] for bit in bits])
        return known, self.values[known | bits[:, None]] - self.values[known]

    @cached_property
    def _pairs(self) -> tuple[Sets, Sets]:
        """All pairs of disjoint sets, (3^L,) each: known and drawn."""
        place = np.arange(self.length)
        roles = np.arange(3**self.length)[:, None] // 3**place % 3
        return (roles == 1) @ (1 << place), (roles == 2) @ (1 << place)

    @cached_property
    def _sizes(self) -> tuple[Floats, Floats]:
        known, drawn = self._pairs
        return np.bitwise_count(known).astype(float), np.bitwise_count(drawn).astype(float)

    @cached_property
    def _correlations(self) -> Floats:
        """TC(X_drawn | X_known) of all pairs, (3^L,)."""
        known, drawn = self._pairs
        correlations = self.values[known] - self.values[known | drawn]
        for bit in 1 << np.arange(self.length):
            alone = self.values[known | bit] - self.values[known]
            correlations += np.where(drawn & bit, alone, 0.0)
        return np.asarray(correlations)


def joint_entropies(language: Language, length: int) -> JointEntropies:
    """The entropies of all sets of positions, from the probabilities of all V^L words.

    Time O((2 V)^L) and less. Errors: those of `enumerate_sequences`.
    """
    words = enumerate_sequences(language.vocab_size, length, language.device)
    law = language.log_prob(words).exp().cpu().numpy().reshape((language.vocab_size,) * length)
    values = np.empty(2**length)
    for kept in range(2**length):
        others = tuple(place for place in range(length) if not kept >> place & 1)
        values[kept] = math.fsum(entr(law.sum(axis=others)).ravel())
    return JointEntropies(values)
