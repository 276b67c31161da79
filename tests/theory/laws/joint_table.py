"""Referees of information curves: definitions spelled out on the table of a joint law."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from synthetic.languages import Language, enumerate_sequences

Subset = tuple[int, ...]


class JointTable:
    """Entropies in nats of every set of positions, from the probabilities of all V^L words."""

    def __init__(self, language: Language, length: int) -> None:
        words = enumerate_sequences(language.vocab_size, length, language.device)
        law = language.log_prob(words).exp().numpy().reshape((language.vocab_size,) * length)
        self.length = length
        self.entropies: dict[Subset, float] = {}
        for size in range(length + 1):
            for kept in itertools.combinations(range(length), size):
                others = tuple(set(range(length)) - set(kept))
                terms = law.sum(axis=others).ravel()
                self.entropies[kept] = -math.fsum(p * math.log(p) for p in terms if p > 0)

    def entropy(self, positions: Sequence[int]) -> float:
        return self.entropies[tuple(sorted(positions))]

    def conditional(self, position: int, known: Sequence[int]) -> float:
        return self.entropy([*known, position]) - self.entropy(known)

    def total_correlation(self, drawn: Sequence[int], known: Sequence[int]) -> float:
        """Of the drawn positions given the known ones."""
        alone = sum(self.conditional(position, known) for position in drawn)
        return alone - self.entropy([*known, *drawn]) + self.entropy(known)

    def conditional_by_count(self, count: int) -> float:
        """The mean of H(X_i | X_S) over i and the sets S of `count` others."""
        terms = [
            self.conditional(position, known)
            for position in range(self.length)
            for known in itertools.combinations(sorted({*range(self.length)} - {position}), count)
        ]
        return math.fsum(terms) / len(terms)

    def conditional_by_reveal(self, reveal: float) -> float:
        """The mean of H(X_i | X_R), each other position in R with probability `reveal`."""
        total = 0.0
        for position in range(self.length):
            others = [other for other in range(self.length) if other != position]
            for flips in itertools.product((False, True), repeat=len(others)):
                weight = math.prod(reveal if flip else 1 - reveal for flip in flips)
                known = list(itertools.compress(others, flips))
                total += weight * self.conditional(position, known)
        return total / self.length

    def _lost(self, step_of: Sequence[int], steps: int) -> float:
        """Sum over steps of the total correlation, for the step of each position."""
        lost = 0.0
        for step in range(steps):
            drawn = [i for i, when in enumerate(step_of) if when == step]
            known = [i for i, when in enumerate(step_of) if when < step]
            lost += self.total_correlation(drawn, known)
        return lost

    def bernoulli_path_bound(self, schedule: Sequence[float]) -> float:
        """Nats per token, over all assignments of a step to each position."""
        total = 0.0
        for step_of in itertools.product(range(len(schedule)), repeat=self.length):
            weight = math.prod(schedule[step] for step in step_of)
            if weight > 0:
                total += weight * self._lost(step_of, len(schedule))
        return total / self.length

    def sizes_path_bound(self, sizes: Sequence[int]) -> float:
        """Nats per token, over all orders of the positions."""
        steps = np.repeat(np.arange(len(sizes)), sizes)
        orders = list(itertools.permutations(range(self.length)))
        total = 0.0
        for order in orders:
            step_of = [int(steps[place]) for place in order]
            total += self._lost(step_of, len(sizes))
        return total / len(orders) / self.length
