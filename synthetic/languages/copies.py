"""Copies: a word written twice."""

import torch
from torch import Tensor

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.uniform import UniformLanguage


@checked
class Copies(UniformLanguage):
    """Uniform over the words w w: x_i = x_(i + L/2), at even lengths.

    Positions meet their copy alone, so the evidence is a product over such pairs.
    """

    def __init__(self, vocab_size: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)
        self.chomsky = "context-sensitive" if vocab_size > 1 else "regular"

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether the second half is the first."""
        half = len(word) // 2
        return word[:half] == word[half:]

    def count(self, length: int) -> int:
        """V^(L/2): the first half decides."""
        return 0 if length % 2 else self.vocab_size ** (length // 2)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of the product of their weights (B, L, V), as (B,)."""
        return self._pairs(weights).logsumexp(-1).sum(-1)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        pairs = self._pairs(weights)
        dead = (pairs.amax(-1) == -torch.inf).any(1)
        return torch.where(dead[:, None, None], -torch.inf, pairs).repeat(1, 2, 1)

    def _pairs(self, weights: Tensor) -> Tensor:
        """Log-weights (B, L/2, V) of both places of a symbol."""
        first, second = weights.log().chunk(2, dim=1)
        return first + second
