"""Permutations: a position takes each of the symbols that are left with the same chance."""

from fractions import Fraction

from synthetic.languages import Permutations
from synthetic.quantities import CertifiedValue, gamma


class PermutationLaw:
    """The law of all permutations of n symbols on sets of positions."""

    def __init__(self, language: Permutations) -> None:
        self.length = language.size

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """Only next to nothing: no two positions take the same symbol, and either could.

        `chosen` has no position that is known, and not the place itself.
        """
        return not chosen

    def least_depth(self) -> int:
        """L: no two positions go in one round."""
        return self.length

    def collision_constant(self) -> CertifiedValue:
        """c_L = (1/2 + 1/3 + .. + 1/L) / 2.

        With k positions known two draws agree with probability 1 / (L - k), and k is uniform over
        0..L-2; c_L is the mean times (L - 1) / 2.
        """
        value = sum(Fraction(1, 2 * left) for left in range(2, self.length + 1))
        return CertifiedValue(float(value), gamma(1) * float(value))
