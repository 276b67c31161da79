"""Random instances that cited facts are tried on: laws of a few bits, and their entropies."""

import itertools
import math
import random
from collections.abc import Mapping, Sequence

BITS = 3
Law = Mapping[tuple[int, ...], float]
ROUNDING = 1e-12


def random_numbers(source: random.Random, count: int) -> list[float]:
    """Positive numbers of several orders of magnitude that sum to one."""
    weights = [10 ** source.uniform(-3, 0) for _ in range(count)]
    return [weight / sum(weights) for weight in weights]


def random_law(source: random.Random) -> dict[tuple[int, ...], float]:
    """A law of three bits, with zeros."""
    words = list(itertools.product((0, 1), repeat=BITS))
    kept = source.sample(words, source.randint(2, len(words)))
    return dict(zip(kept, random_numbers(source, len(kept)), strict=True))


def marginal(law: Law, positions: Sequence[int]) -> dict[tuple[int, ...], float]:
    """The law of the bits at the positions."""
    shares: dict[tuple[int, ...], float] = {}
    for word, probability in law.items():
        seen = tuple(word[position] for position in positions)
        shares[seen] = shares.get(seen, 0.0) + probability
    return shares


def entropy(law: Law, positions: Sequence[int]) -> float:
    """Entropy in nats of the bits at the positions."""
    return -math.fsum(p * math.log(p) for p in marginal(law, positions).values() if p > 0)


def conditional_entropy(law: Law, position: int, given: Sequence[int]) -> float:
    """H(X_i | X_R) in nats by its definition, the mean of -log q(x_i | x_R)."""
    known = marginal(law, given)
    together = marginal(law, [*given, position])
    return -math.fsum(p * math.log(p / known[seen[:-1]]) for seen, p in together.items() if p > 0)


def curve(law: Law, reveal: float) -> float:
    """f(r) in nats: the mean over positions of H(X_i | X_R), others in R with probability r."""
    total = 0.0
    for position in range(BITS):
        others = [other for other in range(BITS) if other != position]
        for size in range(len(others) + 1):
            weight = reveal**size * (1 - reveal) ** (len(others) - size)
            total += weight * math.fsum(
                conditional_entropy(law, position, given)
                for given in itertools.combinations(others, size)
            )
    return total / BITS
