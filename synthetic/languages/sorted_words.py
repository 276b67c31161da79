"""Sorted words: symbols never fall."""

import math
from collections.abc import Iterable

import torch

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.graph import CountedGraph


@checked
class SortedWords(CountedGraph):
    """Uniform over the words x_1 <= x_2 <= ... <= x_L. A state is the last symbol."""

    chomsky = "regular"

    def __init__(self, vocab_size: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether a word is the sorted one of its symbols."""
        return list(word) == sorted(word)

    def count(self, length: int) -> int:
        """Multisets of L of the V symbols."""
        return math.comb(length + self.vocab_size - 1, length)

    def start(self, length: int) -> int:
        """As after the least symbol."""
        return 0

    def moves(self, state: int, place: int, length: int) -> Iterable[tuple[int, int]]:
        """The last symbol and greater ones."""
        return ((symbol, symbol) for symbol in range(state, self.vocab_size))

    def ends(self, state: int, length: int) -> bool:
        """Anywhere."""
        return True
