"""Referee for laws along reveal orders: exact rational arithmetic over listed words."""

import itertools
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from synthetic.languages import NGram
from tests.generators import SEEDS, ngrams

Word = tuple[int, ...]
Partition = Sequence[Sequence[int]]


def erring_chain(seed: int) -> NGram:
    """A chain with two of three successors, away from its stationary law."""
    return NGram((0.7, 0.2, 0.1), NGram.random(2, 3, 2, 1.0, seed).transition)


def chains() -> st.SearchStrategy[NGram]:
    """Order-2 n-grams: half of any shape, half with two of three successors, which often err."""
    return st.one_of(ngrams(orders=(2, 2)), SEEDS.map(erring_chain))


def word_weights(language: NGram, length: int) -> dict[Word, Fraction]:
    """The weight of every word of an order-2 n-gram as the rational that its tables spell."""
    initial = [Fraction(value) for value in language.initial.tolist()]
    transition = [[Fraction(value) for value in row] for row in language.transition.tolist()]
    weights = {}
    for word in itertools.product(range(len(initial)), repeat=length):
        weight = initial[word[0]]
        for before, after in itertools.pairwise(word):
            weight *= transition[before][after]
        if weight:
            weights[word] = weight
    return weights


def valid_probability(weights: dict[Word, Fraction], partition: Partition) -> Fraction:
    """P(a word of the language is generated) when the sets of positions are revealed in turn."""
    total = Fraction(0)
    for word in weights:
        probability = Fraction(1)
        known: list[int] = []
        for positions in partition:
            given = [other for other in weights if all(other[i] == word[i] for i in known)]
            evidence = sum(weights[other] for other in given)
            for position in positions:
                same = sum(weights[other] for other in given if other[position] == word[position])
                probability *= Fraction(same) / evidence
            known += positions
        total += probability
    return total


def arrangements(sizes: Sequence[int]) -> list[Partition]:
    """Every partition of the positions into sets of the sizes, one after the other."""
    labels = [step for step, size in enumerate(sizes) for _ in range(size)]
    return [
        [[i for i, time in enumerate(order) if time == step] for step in range(len(sizes))]
        for order in sorted(set(itertools.permutations(labels)))
    ]


def halves(length: int, rounds: int) -> Partition:
    """The sets of positions that bisection reveals, the rest in the last round."""
    runs, levels = [(0, length)], []
    for _ in range(rounds - 1):
        middles = [(start + stop - 1) // 2 for start, stop in runs if start < stop]
        levels.append(middles)
        runs = [
            part
            for (start, stop), middle in zip([run for run in runs if run[0] < run[1]], middles)
            for part in ((start, middle), (middle + 1, stop))
        ]
    return [*levels, [i for start, stop in runs for i in range(start, stop)]]
