"""Finite languages: listed sequences of one length, each with its probability.

The sequences become a graph of levels 0..L, whose paths are the words: an edge carries a symbol
and the share of the words that take it from its node. Nodes with the same shares to the same nodes
are one, so that 161,280 Latin squares of order 5 have some 60,000 edges.
"""

import math
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthetic.arguments import check_count, check_generator, check_integer, check_length
from synthetic.categorical import cumulative_mass, invert
from synthetic.languages.language import Language, enumerate_sequences
from synthetic.languages.tables import probability_table
from synthetic.quantities import CertifiedValue, gamma

SEQUENCE_LIMIT = 10**6
SAFE_BITS = 900  # products down to 2^-SAFE_BITS are ordinary float64 numbers
MERGED_NUMBERS = 2**26  # of the table of a level; larger levels keep all of their nodes


class Level(NamedTuple):
    """Edges (E,) from one level of nodes to the next."""

    source: Tensor
    symbol: Tensor
    target: Tensor
    share: Tensor
    nodes: int
    """Nodes at the sources' level."""
    following: int
    """Nodes at the targets' level."""


class Finite(Language):
    """The law with given `probabilities` (K,) of the listed `sequences` (K, L), int64.

    Without probabilities each counts the same; those of repeated sequences are summed, and zeros
    are no words. `vocab_size` is one more than the largest symbol unless given.
    """

    def __init__(
        self,
        sequences: Any,
        probabilities: Any = None,
        *,
        vocab_size: int | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        words = torch.as_tensor(sequences, device="cpu")
        if words.dim() != 2 or words.numel() == 0 or words.dtype == torch.bool:
            raise ValueError(
                f"sequences are integers of shape (K, L), got {words.dtype} {tuple(words.shape)}"
            )
        if len(words) > SEQUENCE_LIMIT:
            raise ValueError(f"allowed are {SEQUENCE_LIMIT} sequences, got {len(words)}")
        if words.dtype.is_floating_point or words.dtype.is_complex:
            raise ValueError(f"sequences are integers, got {words.dtype}")
        low, high = (int(bound) for bound in torch.aminmax(words))
        size = check_integer("vocab_size", high + 1 if vocab_size is None else vocab_size)
        if low < 0 or high >= size:
            raise ValueError(f"symbols lie in 0..{size - 1}, got {low if low < 0 else high}")
        if probabilities is None:
            shares = np.full(len(words), 1.0)  # counts are exact where shares are not
        else:
            shares = probability_table("probabilities", probabilities, (len(words),), "cpu").numpy()
        self._vocab_size = size
        self._words, self._shares, tree = _tree(words.long().numpy(), shares, size)
        self._rarest_bits = math.log2(self._shares.sum()) - math.log2(self._shares.min())
        self._levels = [_to(level, self.device) for level in _merged(tree, size)]

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

    def to(self, device: torch.device | str) -> Self:
        """The same language on another device (float64 must exist there)."""
        moved = super().to(device)
        moved._levels = [_to(level, device) for level in self._levels]
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """The one length L, where it is at most `maximum`."""
        return [len(self._levels)] if len(self._levels) <= maximum else []

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

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        edges = max(len(level.symbol) for level in self._levels)
        return sum(level.nodes for level in self._levels) + 5 * edges + length * self.vocab_size

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of their share times `weights` (B, L, V), as (B,)."""
        sums = self._sums(weights)
        return sums.log(self._ahead(sums)[-1][0])

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        sums = self._sums(weights)
        ahead = self._ahead(sums)
        back = torch.full_like(ahead[-1], sums.one)  # of the nodes at the targets' level
        joint = []
        for place in reversed(range(len(self._levels))):
            level = self._levels[place]
            onward = sums.times(back[level.target], sums.edges(level, place))
            whole = sums.times(onward, ahead[place][level.source])
            joint.append(sums.log(sums.total(whole, level.symbol, self.vocab_size)))
            back = sums.total(onward, level.source, level.nodes)
        return torch.stack(joint[::-1]).permute(2, 0, 1)

    def _ahead(self, sums: "_Linear") -> list[Tensor]:
        """Sums (nodes, B) over all ways to each node, at levels 0..L."""
        found = [sums.columns.new_full((1, sums.columns.shape[-1]), sums.one)]
        for place, level in enumerate(self._levels):
            onward = sums.times(found[-1][level.source], sums.edges(level, place))
            found.append(sums.total(onward, level.target, level.following))
        return found

    def _sums(self, weights: Tensor) -> "_Linear":
        """Ordinary numbers where no product can underflow, else logarithms."""
        least = float(torch.where(weights > 0, weights, 1.0).min())
        bits = self._rarest_bits - len(self._levels) * min(0.0, math.log2(least))
        kind = _Linear if bits <= SAFE_BITS and float(weights.max()) <= 1.0 else _Logarithmic
        return kind(weights)


class _Linear:
    """Sums of products of weights (B, L, V) along edges, columns (E, B)."""

    one = 1.0

    def __init__(self, weights: Tensor) -> None:
        self.columns = weights.permute(1, 2, 0).contiguous()

    def edges(self, level: Level, place: int) -> Tensor:
        """Share times weight of each edge."""
        return self.columns[place][level.symbol].mul_(level.share.unsqueeze(1))

    def times(self, one: Tensor, other: Tensor) -> Tensor:
        """Products, element by element."""
        return one * other

    def total(self, values: Tensor, index: Tensor, count: int) -> Tensor:
        """Sums (count, B) of the values (E, B) with each index."""
        return values.new_zeros((count, values.shape[1])).index_add_(0, index, values)

    def log(self, values: Tensor) -> Tensor:
        """Natural logarithms."""
        return values.log()


class _Logarithmic(_Linear):
    """The same in logarithms."""

    one = 0.0

    def __init__(self, weights: Tensor) -> None:
        super().__init__(weights)
        self.columns = self.columns.log()

    def edges(self, level: Level, place: int) -> Tensor:
        return self.columns[place][level.symbol].add_(level.share.log().unsqueeze(1))

    def times(self, one: Tensor, other: Tensor) -> Tensor:
        return one + other

    def total(self, values: Tensor, index: Tensor, count: int) -> Tensor:
        rows = index.unsqueeze(1).expand_as(values)
        top = values.new_full((count, values.shape[1]), -math.inf)
        top = top.scatter_reduce(0, rows, values, "amax")
        shift = torch.where(top == -math.inf, 0.0, top)
        return super().total((values - shift[index]).exp(), index, count).log() + shift

    def log(self, values: Tensor) -> Tensor:
        return values


class _Tree(NamedTuple):
    """Edges of one level of the tree of prefixes: the target of edge k is node k."""

    source: NDArray[np.int64]
    symbol: NDArray[np.int64]
    share: NDArray[np.float64]
    nodes: int


def _tree(
    words: NDArray[np.int64], shares: NDArray[np.float64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[_Tree]]:
    """The words of positive share, each once, their shares, and the levels of their tree."""
    words, shares = words[shares > 0], shares[shares > 0]
    node = np.zeros(len(words), dtype=np.int64)
    totals = [np.array([shares.sum()])]
    levels = []
    for symbols in words.T:
        before = len(totals[-1])
        keys, first, node = np.unique(node * size + symbols, return_index=True, return_inverse=True)
        totals.append(np.bincount(node, weights=shares, minlength=len(keys)))
        source, symbol = keys // size, keys % size
        levels.append(_Tree(source, symbol, totals[-1] / totals[-2][source], before))
    return words[first], totals[-1], levels


def _merged(tree: list[_Tree], size: int) -> list[Level]:
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
        levels.append(Level(source_, symbol_, target, weight, len(first), following))
        kind = merged
    return levels[::-1]


def _to(level: Level, device: torch.device | str) -> Level:
    """The level on another device."""
    edges = (level.source, level.symbol, level.target, level.share)
    source, symbol, target, share = (part.to(device) for part in edges)
    return Level(source, symbol, target, share, level.nodes, level.following)
