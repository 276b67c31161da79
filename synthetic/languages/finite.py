"""Finite languages: listed sequences of one length, each with its probability.

Under masks the words that fit are found by sets of bits (`listed_words.py`). Under other weights
the sequences become a graph of levels 0..L, whose paths are the words: an edge carries a symbol and
the share of the words that take it from its node. Nodes with the same shares to the same nodes are
one, so that 161,280 Latin squares of order 5 have some 60,000 edges.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthetic.arguments import (
    check_array,
    check_count,
    check_generator,
    check_length,
    check_vocab_size,
    checked,
)
from synthetic.categorical import cumulative_mass, invert
from synthetic.languages.alphabet import check_alphabet
from synthetic.languages.graph import Graph, GraphLanguage, GraphLevel
from synthetic.languages.listed_words import ListedWords
from synthetic.languages.sequences import check_tokens, enumerate_sequences, log_laws, mask_weights
from synthetic.languages.tables import probability_table
from synthetic.quantities import CertifiedValue, gamma

SEQUENCE_LIMIT = 2**20
MERGED_NUMBERS = 2**26  # of the table of a level; larger levels keep all of their nodes


@checked
class Finite(GraphLanguage):
    """The law with given `probabilities` (K,) of the listed `sequences` (K, L), int64.

    Without probabilities each counts the same; those of repeated sequences are summed, and zeros
    are no words. `vocab_size` is one more than the largest symbol unless given, or the size of the
    `alphabet`, what the symbols are written as.
    """

    chomsky = "finite"

    def __init__(
        self,
        sequences: Any,
        probabilities: Any = None,
        *,
        vocab_size: int | None = None,
        alphabet: Sequence[str] | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        if alphabet is not None:
            self.alphabet = check_alphabet(alphabet)
            vocab_size = len(self.alphabet) if vocab_size is None else vocab_size
            if vocab_size != len(self.alphabet):
                raise ValueError(
                    f"vocab_size is that of the alphabet, {len(self.alphabet)}, got {vocab_size}"
                )
        words = check_array("sequences", sequences, whole=True).cpu()
        if words.dim() != 2 or words.numel() == 0:
            raise ValueError(f"sequences are integers of shape (K, L), got {tuple(words.shape)}")
        if len(words) > SEQUENCE_LIMIT:
            raise ValueError(f"allowed are {SEQUENCE_LIMIT} sequences, got {len(words)}")
        low, high = (int(bound) for bound in torch.aminmax(words))
        size = high + 1 if vocab_size is None else check_vocab_size(vocab_size)
        if low < 0 or high >= size:
            top = "" if size < 1 else f" to {size - 1}"
            of = "" if alphabet is None else " of the alphabet"
            wrong = low if low < 0 else high
            raise ValueError(f"sequences hold symbols from 0{top}{of}, got {wrong}")
        if probabilities is None:
            shares = np.full(len(words), 1.0)  # counts are exact where shares are not
        else:
            shares = probability_table("probabilities", probabilities, (len(words),), "cpu").numpy()
        self._vocab_size = size
        self._words, self._shares = _distinct(words.long().numpy(), shares)

    @classmethod
    def from_law(cls, law: Any, vocab_size: int, *, device: torch.device | str = "cpu") -> "Finite":
        """The language with probabilities (V^L,) of all sequences of length L, in row-major order.

        A one-line error where the law is none, or its size is no power of V >= 2.
        """
        table = torch.as_tensor(law, device="cpu")
        size = table.numel()
        length = next((n for n in range(1, 64) if vocab_size**n >= size), 1)
        if vocab_size < 2 or vocab_size**length != size:
            raise ValueError(
                f"a law over V >= 2 symbols has V^L entries, got {size} for V = {vocab_size}"
            )
        words = enumerate_sequences(vocab_size, length)
        return cls(words, table.flatten(), vocab_size=vocab_size, device=device)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    @property
    def words(self) -> Tensor:
        """The sequences of positive probability (K, L), each once."""
        return torch.from_numpy(self._words).to(self.device)

    def count(self, length: int) -> int:
        """How many sequences of positive probability are listed."""
        return len(self._words) if length == self._words.shape[1] else 0

    @cached_property
    def _levels(self) -> list[GraphLevel]:
        return _merged(_tree(self._words, self._shares, self.vocab_size), self.vocab_size)

    @cached_property
    def _by_bits(self) -> ListedWords | None:
        """The sets of bits, where they serve: on a CPU, within their memory."""
        count, length = self._words.shape
        if self.device.type != "cpu" or not ListedWords.fit_in_memory(count, length, self.mask):
            return None
        return ListedWords(self._words, self._shares, self.vocab_size)

    def __getstate__(self) -> dict[str, Any]:
        kept = super().__getstate__().items()
        return {name: value for name, value in kept if name not in ("_levels", "_by_bits")}

    def build(self, length: int) -> Graph:
        """The graph of the list, with the bits of its rarest word."""
        rarest = math.log2(self._shares.min()) - math.log2(self._shares.sum())
        return Graph(self._levels, -rarest)

    def lengths(self, maximum: int) -> list[int]:
        """The one length L, where it is at most `maximum`."""
        length = self._words.shape[1]
        return [length] if length <= maximum else []

    def to(self, device: torch.device | str) -> Self:
        """The same language on another device (float64 must exist there)."""
        moved = super().to(device)
        vars(moved).pop("_by_bits", None)
        return moved

    def posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the revealed, (B, L, V).

        As in `Language`.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True)
        self._check_words(tokens.shape[1])
        if self._by_bits is None:
            return super().posterior(tokens)
        joint = torch.from_numpy(self._by_bits.joint(tokens.numpy()))
        return log_laws(joint.log(), mask_weights(tokens, self.vocab_size))

    def _log_evidence(self, tokens: Tensor) -> Tensor:
        self._check_words(tokens.shape[1])
        if self._by_bits is None:
            return super()._log_evidence(tokens)
        shares = torch.from_numpy(self._by_bits.evidence(tokens.numpy()))
        return shares.log() - math.log(math.fsum(self._shares))

    @cached_property
    def _listed(self) -> dict[tuple[int, ...], Fraction]:
        shares = map(Fraction, self._shares.tolist())
        return dict(zip(map(tuple, self._words.tolist()), shares))

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The listed probability, or the number of times a word is listed."""
        return self._listed.get(word, Fraction(0))

    def log_normaliser(self, length: int) -> float:
        """Zero, since shares sum to one; an error at another length."""
        self._check_words(length)
        return 0.0

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats of the law: the sum over its list."""
        self._check_words(length)
        shares = self._shares / math.fsum(self._shares)
        value = math.fsum(-shares * np.log(shares))
        return CertifiedValue(value, gamma(8) * (1 + value))

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64: one draw from the list for each."""
        count, length = check_count(count), check_length(length)
        check_generator(generator)
        self._check_words(length)
        uniforms = torch.rand(
            count, dtype=torch.float64, generator=generator, device=generator.device
        )
        shares = torch.from_numpy(self._shares / math.fsum(self._shares))
        return self.words[invert(cumulative_mass(shares).to(self.device), uniforms.to(self.device))]


def _distinct(
    words: NDArray[np.int64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The words of positive share in order, each once, and their shares."""
    words, shares = words[shares > 0], shares[shares > 0]
    bytes_ = np.ascontiguousarray(words.astype(">u4" if words.max() > 255 else "u1"))
    rows = bytes_.view(np.dtype((np.void, bytes_[0].nbytes))).ravel()
    _, first, same = np.unique(rows, return_index=True, return_inverse=True)
    return words[first], np.bincount(same, weights=shares).astype(np.float64)


class _Tree(NamedTuple):
    """Edges of one level of the tree of prefixes: the target of edge k is node k."""

    source: NDArray[np.int64]
    symbol: NDArray[np.int64]
    share: NDArray[np.float64]
    nodes: int


def _tree(words: NDArray[np.int64], shares: NDArray[np.float64], size: int) -> list[_Tree]:
    """The levels of the tree of distinct words."""
    node = np.zeros(len(words), dtype=np.int64)
    totals = [np.array([shares.sum()])]
    levels = []
    for symbols in words.T:
        before = len(totals[-1])
        keys, node = np.unique(node * size + symbols, return_inverse=True)
        totals.append(np.bincount(node, weights=shares, minlength=len(keys)))
        source, symbol = keys // size, keys % size
        levels.append(_Tree(source, symbol, totals[-1] / totals[-2][source], before))
    return levels


def _merged(tree: list[_Tree], size: int) -> list[GraphLevel]:
    """The levels with nodes of one future merged, from the last to the first."""
    kind = np.zeros(len(tree[-1].symbol), dtype=np.int64)  # of each node at the targets' level
    levels = []
    for source, symbol, share, nodes in reversed(tree):
        following = int(kind.max()) + 1
        if nodes * size > MERGED_NUMBERS:
            first, merged = np.arange(nodes), np.arange(nodes)
        else:
            table = np.zeros((nodes, 2, size))
            table[source, 0, symbol] = kind + 1
            table[source, 1, symbol] = share
            rows = table.reshape(nodes, -1).view(np.dtype((np.void, table[0].nbytes))).ravel()
            _, first, merged = np.unique(rows, return_index=True, return_inverse=True)
        keep = np.zeros(nodes, dtype=bool)
        keep[first] = True
        kept = keep[source]
        edges = (merged[source[kept]], symbol[kept], kind[kept], share[kept])
        source_, symbol_, target, weight = map(torch.from_numpy, edges)
        levels.append(GraphLevel(source_, symbol_, target, weight, len(first), following))
        kind = merged
    return levels[::-1]
