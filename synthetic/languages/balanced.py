"""Balanced words: every symbol occurs equally often."""

import math
from collections.abc import Iterable

import torch

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.graph import CountedGraph


@checked
class Balanced(CountedGraph):
    """Uniform over the words in which each of V symbols stands at L / V positions.

    A state is how often each symbol has occurred; there are (L/V + 1)^V of them at most.
    """

    def __init__(self, vocab_size: int = 2, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)
        self.chomsky = ("regular", "context-free", "context-sensitive")[min(vocab_size, 3) - 1]

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether all symbols occur equally often."""
        return len({word.count(symbol) for symbol in range(self.vocab_size)}) == 1

    def count(self, length: int) -> int:
        """L! / ((L/V)!)^V where V divides L."""
        each, rest = divmod(length, self.vocab_size)
        return 0 if rest else math.factorial(length) // math.factorial(each) ** self.vocab_size

    def start(self, length: int) -> tuple[int, ...]:
        """No symbol yet."""
        return (0,) * self.vocab_size

    def moves(
        self, state: tuple[int, ...], place: int, length: int
    ) -> Iterable[tuple[int, tuple[int, ...]]]:
        """Symbols that have not occurred L / V times."""
        for symbol, seen in enumerate(state):
            if seen < length // self.vocab_size:
                yield symbol, (*state[:symbol], seen + 1, *state[symbol + 1 :])

    def ends(self, state: tuple[int, ...], length: int) -> bool:
        """All of them: no symbol can occur more often than it may."""
        return True
