"""The referee of strategies that go by entropy: word by word, in plain numbers."""

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from synthetic.sampling import EntropyBounded, LeastEntropy, Strategy
from tests.synthetic.sampling.small_cases import CPU, Table, index_of


def law_word_by_word(table: Table, strategy: Strategy) -> Tensor:
    """The law (V^L,): each word's path is certain, and its probability a product of predictions."""
    words = itertools.product(range(table.vocab_size), repeat=table.length)
    law = [_probability(table, strategy, word) for word in words]
    return torch.tensor(law, dtype=torch.float64, device=CPU)


def _probability(table: Table, strategy: Strategy, word: Sequence[int]) -> float:
    mask = table.vocab_size
    context, probability, step = [mask] * table.length, 1.0, 0
    while mask in context:
        chosen, laws = chosen_positions(table, strategy, context, step)
        for position in chosen:
            probability *= laws[position][word[position]]
            context[position] = word[position]
        step += 1
    return probability


def chosen_positions(
    table: Table, strategy: Strategy, context: Sequence[int], step: int
) -> tuple[list[int], list[list[float]]]:
    """The positions that a step reveals in a context, and the laws (L, V) predicted there."""
    code = int(index_of(torch.tensor([context], device=CPU), table.vocab_size + 1))
    laws: list[list[float]] = table.log_probs[code].exp().tolist()
    entropies = [-math.fsum(p * math.log(p) for p in law if p > 0) for law in laws]
    masked = [i for i, token in enumerate(context) if token == table.vocab_size]
    ranked = sorted(masked, key=lambda i: (round(entropies[i], 9), i))
    if isinstance(strategy, LeastEntropy):
        return ranked[: strategy.sizes[step]], laws
    assert isinstance(strategy, EntropyBounded)
    best = 1
    for size in range(1, len(ranked) + 1):
        several = [entropies[i] for i in ranked[:size]]
        if math.fsum(several) - max(several) <= strategy.gamma + 1e-8:
            best = size
    return ranked[:best], laws
