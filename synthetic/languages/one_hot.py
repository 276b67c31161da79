"""One-hot blocks: in every block of bits exactly one is set."""

from collections.abc import Iterable

import torch

from synthetic.arguments import check_integer, checked
from synthetic.languages.graph import CountedGraph


@checked
class OneHot(CountedGraph):
    """Uniform over the binary words whose blocks of `block` positions hold a single 1 each.

    A state is whether the 1 of the block has been seen. Lengths are multiples of the block.
    """

    chomsky = "regular"

    def __init__(self, block: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self.block = check_integer("block", block)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return 2

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether each block sums to one."""
        starts = range(0, len(word), self.block)
        return len(word) % self.block == 0 and all(
            sum(word[start : start + self.block]) == 1 for start in starts
        )

    def count(self, length: int) -> int:
        """One of `block` places for each 1."""
        return 0 if length % self.block else self.block ** (length // self.block)

    def start(self, length: int) -> bool:
        """No 1 in this block yet."""
        return False

    def moves(self, state: bool, place: int, length: int) -> Iterable[tuple[int, bool]]:
        """A 1 where there was none, a 0 unless the block would end without a 1."""
        last = place % self.block == self.block - 1
        if not state:
            yield 1, not last
        if state or not last:
            yield 0, state and not last

    def ends(self, state: bool, length: int) -> bool:
        """After a whole block."""
        return not state
