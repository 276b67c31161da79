"""Latin squares: sets of cells up to exchanges of rows, columns and both with one another.

These leave the law as it is, and so does a permutation of the symbols: what is known at the start
of the first row may be taken as 0, 1, .., and the squares that begin so say all about the rest. Of
order 5 there are 3,014 sets of cells for 2^25, and 2,688 squares for 161,280 once three are known.
"""

import itertools
import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from synthetic.languages import LatinSquares
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.enumeration.listed_law import ListedLaw
from theory.laws.policies.order_depth import least_depth


class LatinLaw:
    """The law of all Latin squares of an order on sets of cells."""

    def __init__(self, language: LatinSquares) -> None:
        self.order, self.length = language.order, language.order**2
        words = language.words.cpu().numpy()
        begun = [
            words[(words[:, :known] == np.arange(known)).all(1)] for known in range(self.order + 1)
        ]
        self._begun = [ListedLaw(some, np.ones(len(some)), self.order) for some in begun]
        self._canonical = {0: (0, 1)}

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """As of the squares that begin with what is known of the first row."""
        return self._given(known).adds_independent(known, chosen, place)

    def _given(self, known: int) -> ListedLaw:
        row = (known >> place & 1 for place in range(self.order))
        return self._begun[sum(1 for _ in itertools.takewhile(bool, row))]

    @cached_property
    def _images(self) -> np.ndarray:
        """The cell of each cell under all exchanges, (2 order!^2, L)."""
        cells = np.arange(self.length).reshape(self.order, self.order)
        lines = [list(line) for line in itertools.permutations(range(self.order))]
        moved = [cells[rows][:, columns] for rows in lines for columns in lines]
        return np.array([grid.ravel() for one in moved for grid in (one, one.T)])

    def canonical(self, known: int) -> int:
        """The set of cells that stands for those which exchanges lead to: its first cells first."""
        return self._same(known)[0]

    def _same(self, known: int) -> tuple[int, int]:
        """That set, and how many sets it stands for."""
        if known not in self._canonical:
            cells = [place for place in range(self.length) if known >> place & 1]
            images = self._images[:, cells]
            rank = (1 << self.length - 1 - images).sum(1)
            first = images[rank.argmax()]
            number = len(rank) // int((rank == rank.max()).sum())
            self._canonical[known] = int((1 << first).sum()), number
        return self._canonical[known]

    def least_depth(self) -> int:
        """Over all sequences of sets of cells, one set for all that exchanges lead to."""
        return least_depth(self, self.canonical)

    def collision_constant(self) -> CertifiedValue:
        """c_L: the sum of `ListedLaw`, one set for all that exchanges lead to."""
        terms, weights = [], []
        for known, number in self._sets():
            law = self._given(known)
            free = [place for place in range(self.length) if not known >> place & 1]
            for first, second in itertools.combinations(free, 2):
                missed = law.missed(known, 1 << first, 1 << second)
                if missed is not None:
                    sets = math.comb(self.length - 2, known.bit_count())
                    weights.append(number / (self.length * (self.length - 1) * sets))
                    terms.append(missed * weights[-1])
        rounding = gamma(8 * len(self._begun[0].words) + 64)
        return CertifiedValue(math.fsum(terms), rounding * math.fsum(weights))

    def _sets(self) -> Iterator[tuple[int, int]]:
        """The sets of cells, one for all that exchanges lead to, and how many those are."""
        sets = {0}
        while sets:
            yield from (self._same(known) for known in sorted(sets))
            larger = (
                known | 1 << place
                for known in sets
                for place in range(self.length)
                if not known >> place & 1
            )
            sets = {self.canonical(known) for known in larger}
