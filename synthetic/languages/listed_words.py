"""Listed words and the partial sequences that they fit, by sets of bits.

A set for each symbol at each position says which of the K words have it there. The words that fit a
partial sequence are the intersection over its revealed positions, and 64 words are one operation: a
row takes about L V K / 64 of them at most, and less the fewer words fit.
"""

import numpy as np
from numpy.typing import NDArray

BYTES = 2**27  # of all sets


class ListedWords:
    """Distinct words (K, L) of symbols 0..V-1, and their shares (K,)."""

    def __init__(
        self, words: NDArray[np.int64], shares: NDArray[np.float64], vocab_size: int
    ) -> None:
        self.words, self.shares, self.vocab_size = words, shares, vocab_size
        self._even = bool((shares == shares[0]).all())
        count, length = words.shape
        blocks = -(-count // 64)
        packed = np.zeros((length, vocab_size, 8 * blocks), dtype=np.uint8)
        symbols = np.arange(vocab_size)[:, None]
        for place, column in enumerate(words.T):
            packed[place, :, : -(-count // 8)] = np.packbits(
                column == symbols, axis=1, bitorder="little"
            )
        self._sets: NDArray[np.uint64] = packed.view(np.uint64)
        everything = np.zeros(8 * blocks, dtype=np.uint8)
        everything[: -(-count // 8)] = np.packbits(np.ones(count, dtype=bool), bitorder="little")
        self._all: NDArray[np.uint64] = everything.view(np.uint64)

    @staticmethod
    def fit_in_memory(count: int, length: int, vocab_size: int) -> bool:
        """Whether the sets are within BYTES."""
        return length * vocab_size * (count + 63) // 8 <= BYTES

    def evidence(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """Total shares of the words that fit partial sequences (B, L), as (B,)."""
        return np.array([self._total(self._fitting(row)) for row in tokens], dtype=np.float64)

    def joint(self, tokens: NDArray[np.int64]) -> NDArray[np.float64]:
        """Total shares of the words that fit, with each symbol at each position, (B, L, V)."""
        totals = np.zeros((*tokens.shape, self.vocab_size))
        for row, sums in zip(tokens, totals):
            fitting = self._fitting(row)
            masked = np.flatnonzero(row == self.vocab_size)
            if self._even:
                active = np.flatnonzero(fitting)
                sets = self._sets[masked]
                if len(active) < len(fitting) // 2:
                    sets, fitting = sets[..., active], fitting[active]
                counts = np.bitwise_count(sets & fitting).sum(axis=-1, dtype=np.int64)
                sums[masked] = counts * self.shares[0]
            else:
                chosen = self._chosen(fitting)
                for place in masked:
                    sums[place] = np.bincount(
                        self.words[chosen, place], self.shares[chosen], self.vocab_size
                    )
            revealed = np.flatnonzero(row != self.vocab_size)
            sums[revealed, row[revealed]] = self._total(self._fitting(row))
        return totals

    def _fitting(self, row: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The set of words that fit one partial sequence (L,)."""
        revealed = np.flatnonzero(row != self.vocab_size)
        if not len(revealed):
            return self._all
        return np.bitwise_and.reduce(self._sets[revealed, row[revealed]], axis=0)

    def _total(self, fitting: NDArray[np.uint64]) -> float:
        if self._even:
            return float(np.bitwise_count(fitting).sum(dtype=np.int64) * self.shares[0])
        return float(self.shares[self._chosen(fitting)].sum())

    def _chosen(self, fitting: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The numbers of the words in a set."""
        return np.flatnonzero(np.unpackbits(fitting.view(np.uint8), bitorder="little"))
