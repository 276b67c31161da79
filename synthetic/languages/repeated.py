"""Repeated token: one symbol at all positions."""

import torch
from torch import Tensor

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.uniform import UniformLanguage


@checked
class Repeated(UniformLanguage):
    """Uniform over the V words v v v ... v."""

    chomsky = "regular"

    def __init__(self, vocab_size: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether all symbols are the same."""
        return len(set(word)) == 1

    def count(self, length: int) -> int:
        """V, at every length."""
        return self.vocab_size

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of the product of their weights (B, L, V), as (B,)."""
        return weights.log().sum(1).logsumexp(-1)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        return weights.log().sum(1, keepdim=True).expand_as(weights)
