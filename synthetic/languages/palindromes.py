"""Palindromes: words that read the same from both ends."""

import torch
from torch import Tensor

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.uniform import UniformLanguage


@checked
class Palindromes(UniformLanguage):
    """Uniform over the words x with x_i = x_(L+1-i); the middle one of an odd length is free.

    Positions meet their mirror image alone, so the evidence is a product over such pairs.
    """

    def __init__(self, vocab_size: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)
        self.chomsky = "context-free" if vocab_size > 1 else "regular"

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether a word is its own mirror image."""
        return word == word[::-1]

    def count(self, length: int) -> int:
        """V^ceil(L/2): the first half decides."""
        return self.vocab_size ** ((length + 1) // 2)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of the product of their weights (B, L, V), as (B,)."""
        pairs, middle = self._pairs(weights)
        return torch.cat([pairs, middle], dim=1).logsumexp(-1).sum(-1)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        pairs, middle = self._pairs(weights)
        joint = torch.cat([pairs, middle, pairs.flip(1)], dim=1)
        dead = (joint.amax(-1) == -torch.inf).any(1)
        return torch.where(dead[:, None, None], -torch.inf, joint)

    def _pairs(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Log-weights (B, L//2, V) of both places of a symbol, and those of a middle place."""
        half, log = weights.shape[1] // 2, weights.log()
        pairs = (log + log.flip(1))[:, :half]
        return pairs, log[:, half : weights.shape[1] - half]
