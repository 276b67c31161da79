"""Observations of free bits: the bits in one round, what follows from them in the next."""

import numpy as np

from synthetic.languages import NotAllEqual
from theory.laws.enumeration.listed_law import ListedLaw
from theory.laws.policies.order_depth import order_depth


class ObservedLaw:
    """The law of `NotAllEqual` on sets of positions, by its words."""

    def __init__(self, language: NotAllEqual) -> None:
        words = language.words.cpu().numpy()
        self._listed = ListedLaw(words, np.ones(len(words)), language.vocab_size)
        self.length = self._listed.length

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """As of the list."""
        return self._listed.adds_independent(known, chosen, place)

    def least_depth(self) -> int:
        """From left to right the bits are free and determine the rest: two rounds, and in one no
        order differs from another."""
        return order_depth(self, range(self.length))

    def collision_constant(self) -> None:
        """Out of reach: 2^L sets of positions, which have no symmetry."""
