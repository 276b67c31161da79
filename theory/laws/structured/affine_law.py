"""Affine subspaces over GF(p): conditional laws are uniform on affine subspaces, so ranks say all.

The words on a set S of positions number p^rank(S), the rank of its columns, all as probable.
"""

from fractions import Fraction

from synthetic.languages import Affine
from synthetic.languages.affine import reduced_rows
from synthetic.quantities import CertifiedValue, gamma


class AffineLaw:
    """The law of an affine subspace on sets of positions."""

    def __init__(self, language: Affine) -> None:
        self.length = len(language.offset)
        self._modulus, self._matrix = language.modulus, language.matrix

    def _rank(self, places: int) -> int:
        columns = [place for place in range(self.length) if places >> place & 1]
        return len(reduced_rows(self._matrix[:, columns], self._modulus)[1])

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """Whether the ranks beyond the known part add up."""
        given, both = self._rank(known), self._rank(known | chosen | 1 << place)
        first, second = self._rank(known | chosen), self._rank(known | 1 << place)
        return both - given == (first - given) + (second - given)

    def least_depth(self) -> int:
        """Two: positions that are free together and determine the rest, then the rest. One where
        all are independent."""
        whole = self._rank(2**self.length - 1)
        return 1 if whole == sum(self._rank(1 << place) for place in range(self.length)) else 2

    def collision_constant(self) -> CertifiedValue:
        """c_L = (1 - 1/p) / 2 times the share of positions that are free, but certain given all
        others.

        Two positions tell nothing about each other, or each says what the other is: then their
        mutual information is log p, and draws exclude each other with probability 1 - 1/p. So c_L
        is (1 - 1/p) / (2 log p) times the sum over k of E I(X_i; X_j | X_R), R any k others, which
        telescopes to the mean over i of H(X_i) - H(X_i | all others).
        """
        every, bound = 2**self.length - 1, 0
        for place in (1 << place for place in range(self.length)):
            bound += self._rank(place) - (self._rank(every) - self._rank(every ^ place))
        value = Fraction(bound * (self._modulus - 1), 2 * self._modulus * self.length)
        return CertifiedValue(float(value), gamma(1) * float(value))
