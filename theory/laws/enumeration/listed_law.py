"""A law of few words on every set of positions: which are independent, which pairs collide.

The words that agree on a set of positions are a group, and its share is their probability: all
marginal laws of the language are masses of groups. Words that are all as probable have shares of
one, and sums of these are whole numbers; then nothing here is rounded but quotients.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from synthetic.arguments import check_length
from synthetic.languages import Language
from synthetic.quantities import CertifiedValue, gamma

SIZE_LIMIT = 2**23  # words times sets of positions, about 16 bytes each
ROWS_AT_ONCE = 2**14
TOLERANCE = 1e-11  # relative, of conditional probabilities that count as equal


class TooManyWordsError(ValueError):
    """A length has more words than are listed."""


class Marginal(NamedTuple):
    """The groups of words that agree on some positions: that of each word (K,), a word of each
    (G,), its share (G,)."""

    group: NDArray[np.int64]
    word: NDArray[np.int64]
    share: NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class ListedLaw:
    """Distinct words (K, L) of symbols 0..V-1 and their shares (K,), the largest being one.

    `share_error` bounds the relative rounding of a share, zero where shares are exact. Sets of
    positions are bits: position i is in a set where bit i is set.
    """

    words: NDArray[np.int64]
    shares: NDArray[np.float64]
    vocab_size: int
    share_error: float = 0.0

    @property
    def length(self) -> int:
        """L, the number of positions."""
        return self.words.shape[1]

    def marginal(self, places: int) -> Marginal:
        """The groups of a set of positions; those asked for last are kept, at about 128 MiB."""
        return self._kept(places)

    @cached_property
    def _kept(self) -> Callable[[int], Marginal]:
        return lru_cache(2 + SIZE_LIMIT // len(self.words))(self._grouped)

    def _grouped(self, places: int) -> Marginal:
        """The groups without the last position, parted by its symbols."""
        if not places:
            return self._marginal(np.zeros(len(self.words), dtype=np.int64))
        last = places.bit_length() - 1
        code = self.marginal(places ^ 1 << last).group * self.vocab_size + self.words[:, last]
        present = np.zeros(int(code.max()) + 1, dtype=bool)
        present[code] = True
        return self._marginal((np.cumsum(present) - 1)[code])

    def _marginal(self, group: NDArray[np.int64]) -> Marginal:
        word = np.empty(int(group.max()) + 1, dtype=np.int64)
        word[group] = np.arange(len(group))
        return Marginal(group, word, np.bincount(group, self.shares).astype(np.float64))

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """Whether the symbol at a place is independent of those of a set, given any known part.

        Which symbols can occur together is decided exactly; conditional probabilities are equal
        where they differ by at most a relative 1e-11, since rounding tells no less apart. Those of
        up to 2^18 words that are all as probable differ by more or not at all.
        """
        given, both = self.marginal(known), self.marginal(known | chosen | 1 << place)
        first, second = self.marginal(known | chosen), self.marginal(known | 1 << place)
        if (
            self._pairs(given, both) != self._pairs(given, first) * self._pairs(given, second)
        ).any():
            return False
        at = both.word
        with_chosen = both.share / first.share[first.group[at]]
        without = second.share[second.group[at]] / given.share[given.group[at]]
        return bool((np.abs(with_chosen - without) <= TOLERANCE * without).all())

    def collision_constant(self) -> CertifiedValue:
        """c_L, the limit of N SER / L in random order as the steps N grow at this length.

        The sum over pairs and revealed sets of `collision_estimate.py`, where an impossible pair of
        draws is what all draws have beyond the possible ones; zero where all pairs are possible.
        `error` bounds the rounding of shares and of sums.
        """
        terms, weights = [], []
        for known, first, second in self._free_pairs():
            missed = self.missed(known, 1 << first, 1 << second)
            if missed is not None:
                sets = math.comb(self.length - 2, known.bit_count())
                weights.append(1 / (self.length * (self.length - 1) * sets))
                terms.append(missed * weights[-1])
        rounding = 5 * self.share_error + gamma(8 * len(self.words) + 64)
        return CertifiedValue(math.fsum(terms), rounding * math.fsum(weights))

    def _free_pairs(self) -> Iterator[tuple[int, int, int]]:
        for known in range(2**self.length):
            free = [place for place in range(self.length) if not known >> place & 1]
            for first, second in itertools.combinations(free, 2):
                yield known, first, second

    def missed(self, known: int, one: int, other: int) -> float | None:
        """Probability that independent draws at two places cannot occur together with the known
        part of a word; None where they always can."""
        given, first, second = (self.marginal(known | new) for new in (0, one, other))
        if len(given.word) in (len(first.word), len(second.word)):
            return None  # one of them is certain
        both = self.marginal(known | one | other)
        drawn = self._pairs(given, first) * self._pairs(given, second)
        lacks = self._pairs(given, both) != drawn
        if not lacks.any():
            return None
        at = both.word
        chance = first.share[first.group[at]] * second.share[second.group[at]]
        possible = np.bincount(given.group[at], chance / given.share[given.group[at]])
        return float((given.share - possible)[lacks].sum() / self.shares.sum())

    def _pairs(self, given: Marginal, finer: Marginal) -> NDArray[np.int64]:
        """How many groups of a larger set each group (G,) of a smaller one falls into."""
        return np.bincount(given.group[finer.word], minlength=len(given.word))


@torch.no_grad()
def listed_law(language: Language, length: int) -> ListedLaw:
    """The words of a length, begun symbol by symbol, with their probabilities.

    Words times sets of positions are at most 2^23, else it is a `TooManyWordsError`; memory is 16
    bytes for each of them.
    """
    most = SIZE_LIMIT >> check_length(length)
    words = torch.full((1, length), language.mask, dtype=torch.int64, device=language.device)
    for place in range(length):
        parts = [language.posterior(rows)[:, place] for rows in words.split(ROWS_AT_ONCE)]
        row, symbol = (torch.cat(parts) > -math.inf).nonzero().unbind(1)
        if len(row) > most:
            raise TooManyWordsError(
                f"words of length {length} are listed where they are at most {most}, got more: "
                "choose a shorter length"
            )
        words = words[row]
        words[:, place] = symbol
    log_prob = torch.cat([language.log_prob(rows) for rows in words.split(ROWS_AT_ONCE)])
    shares = (log_prob - log_prob.max()).exp().cpu().numpy()
    if not (shares > 0).all():
        raise ValueError(
            f"words of length {length} are listed where their probabilities are within a factor "
            f"of 1e300, got log-probabilities from {log_prob.min():.6g} to {log_prob.max():.6g}"
        )
    error = 3 * gamma(8 * length) * (1 + float(log_prob.abs().max()))
    return ListedLaw(words.cpu().numpy(), shares, language.vocab_size, error)


def longest_listed_law(language: Language, longest: int) -> ListedLaw:
    """That of the longest length up to `longest` that has words, few enough to be listed."""
    for length in sorted(language.lengths(longest), reverse=True):
        try:
            return listed_law(language, length)
        except TooManyWordsError:
            continue
    raise ValueError(f"no length up to {longest} has words that can be listed: give a longer one")
