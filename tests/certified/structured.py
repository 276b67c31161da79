"""Collision constants of languages by their structure: one rounding of a fraction, or of a sum."""

from fractions import Fraction

from synthetic.languages import Affine, Language, LatinSquares, Permutations
from synthetic.quantities import CertifiedValue
from tests.certified.case import Case, roundings
from theory.laws.structured import structured_law

ROOM = "theory/laws/structured"


def _sum_modulo_three() -> Affine:
    """Five symbols of GF(3) whose sum is zero: each is free, and certain given the others."""
    return Affine([[1, 1, 1, 1, 1]], modulus=3)


def _constant(language: Language) -> CertifiedValue:
    constant = structured_law(language).collision_constant()
    assert constant is not None
    return constant


def _harmonic(size: int) -> Fraction:
    return sum((Fraction(1, 2 * left) for left in range(2, size + 1)), Fraction(0))


CASES = (
    Case(
        "collision constant of a sum modulo 3",
        f"{ROOM}/affine_law.py",
        lambda: _constant(_sum_modulo_three()),
        lambda: Fraction(1, 3),
        lambda: roundings(1, Fraction(1, 3)),
    ),
    Case(
        "collision constant of permutations of 5",
        f"{ROOM}/permutation_law.py",
        lambda: _constant(Permutations(5)),
        lambda: _harmonic(5),
        lambda: roundings(1, _harmonic(5)),
    ),
    Case(
        # two words, each the other's complement: any cell says all others
        "collision constant of Latin squares of order 2",
        f"{ROOM}/latin_law.py",
        lambda: _constant(LatinSquares(2)),
        lambda: Fraction(1, 4),
        lambda: roundings(8 * 2 + 64, Fraction(1, 2)),
    ),
)
