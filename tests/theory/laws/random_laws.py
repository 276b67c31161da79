"""Random laws by the probabilities of all sequences, and policies by masked positions."""

from collections.abc import Callable

import torch
from torch import Tensor

from synthetic.languages import enumerate_sequences
from synthetic.sampling.strategies.table_policy import TablePolicy
from tests.synthetic.sampling.small_cases import CPU


def random_law(vocab_size: int, length: int, seed: int, zeros: float) -> Tensor:
    """A law (V^L,) of exponential weights, each zero with a probability, the first one never."""
    g = torch.Generator("cpu").manual_seed(seed)
    size = vocab_size**length
    weights = -torch.rand(size, dtype=torch.float64, generator=g, device=CPU).log()
    kept = torch.rand(size, dtype=torch.float64, generator=g, device=CPU) >= zeros
    kept[0] = True
    return weights * kept / (weights * kept).sum()


def policy_of(
    vocab_size: int, length: int, choose: Callable[[list[int]], list[int]]
) -> TablePolicy:
    """The table of a policy that looks at the masked positions alone."""
    table = []
    for row in enumerate_sequences(vocab_size + 1, length).tolist():
        masked = [position for position, token in enumerate(row) if token == vocab_size]
        table.append(sum(2**position for position in (choose(masked) if masked else [])))
    return TablePolicy(table)
