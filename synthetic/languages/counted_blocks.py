"""Counted blocks: a^n b^n, a^n b^n c^n, and so on."""

from collections.abc import Iterable

import torch

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.graph import CountedGraph


@checked
class CountedBlocks(CountedGraph):
    """0^n 1^n ... (V-1)^n, one word at each length L = n V.

    With three symbols the standard language that is not context-free; at one length its law has no
    entropy. A state is the number of symbols so far.
    """

    def __init__(self, vocab_size: int = 3, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._vocab_size = check_vocab_size(vocab_size)
        self.chomsky = ("regular", "context-free", "context-sensitive")[min(vocab_size, 3) - 1]

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether the symbols stand in order, each equally often."""
        counts = {word.count(symbol) for symbol in range(self.vocab_size)}
        return list(word) == sorted(word) and len(counts) == 1

    def count(self, length: int) -> int:
        """One where V divides L."""
        return int(length % self.vocab_size == 0)

    def start(self, length: int) -> int:
        """The place says all."""
        return 0

    def moves(self, state: int, place: int, length: int) -> Iterable[tuple[int, int]]:
        """The symbol of this place."""
        yield place * self.vocab_size // length, 0

    def ends(self, state: int, length: int) -> bool:
        return True
