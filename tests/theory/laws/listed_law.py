"""A language given by the probabilities of all its sequences, and policies by masked positions."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.languages import enumerate_sequences
from synthetic.quantities import CertifiedValue, Estimate, mean_estimate
from synthetic.sampling.strategies.table_policy import TablePolicy
from tests.synthetic.sampling.small_cases import CPU, index_of


@dataclass(frozen=True)
class ListedLaw:
    """Any law (V^L,) over the sequences of one length, by sums over all of them."""

    law: Tensor
    vocab_size: int
    length: int
    device: torch.device = CPU

    @property
    def mask(self) -> int:
        return self.vocab_size

    @property
    def words(self) -> Tensor:
        return enumerate_sequences(self.vocab_size, self.length)

    def lengths(self, maximum: int) -> list[int]:
        return [self.length] if maximum >= self.length else []

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        return self.words[torch.multinomial(self.law, count, True, generator=generator)]

    def contains(self, tokens: Tensor) -> Tensor:
        return self.log_prob(tokens) > -math.inf

    def entropy(self, length: int) -> CertifiedValue:
        return CertifiedValue(float(torch.special.entr(self.law).sum()), 1e-12)

    def estimate_entropy(self, length: int, samples: int, generator: torch.Generator) -> Estimate:
        values = -self.log_prob(self.sample(samples, length, generator))
        return mean_estimate(values, "mean of -log q over samples")

    def log_evidence(self, tokens: Tensor) -> Tensor:
        fits = (tokens.unsqueeze(1) == self.words) | (tokens.unsqueeze(1) == self.mask)
        return (fits.all(2) * self.law).sum(1).log()

    def log_prob(self, tokens: Tensor) -> Tensor:
        return self.law[index_of(tokens, self.vocab_size)].log()

    def posterior(self, tokens: Tensor) -> Tensor:
        shape = (*tokens.shape, self.vocab_size)
        result = torch.full(shape, -math.log(self.vocab_size), dtype=torch.float64, device=CPU)
        total = self.log_evidence(tokens)
        alive = total > -math.inf
        for position in range(self.length):
            for symbol in range(self.vocab_size):
                shown = tokens.clone()
                shown[:, position] = symbol
                joint = self.log_evidence(shown) - total
                result[alive, position, symbol] = joint[alive]
        return result


def random_law(vocab_size: int, length: int, seed: int, zeros: float) -> ListedLaw:
    """Exponential weights, each zero with a probability, the first one never."""
    g = torch.Generator("cpu").manual_seed(seed)
    size = vocab_size**length
    weights = -torch.rand(size, dtype=torch.float64, generator=g, device=CPU).log()
    kept = torch.rand(size, dtype=torch.float64, generator=g, device=CPU) >= zeros
    kept[0] = True
    return ListedLaw(weights * kept / (weights * kept).sum(), vocab_size, length)


def policy_of(
    vocab_size: int, length: int, choose: Callable[[list[int]], list[int]]
) -> TablePolicy:
    """The table of a policy that looks at the masked positions alone."""
    table = []
    for row in enumerate_sequences(vocab_size + 1, length).tolist():
        masked = [position for position, token in enumerate(row) if token == vocab_size]
        table.append(sum(2**position for position in (choose(masked) if masked else [])))
    return TablePolicy(table)
