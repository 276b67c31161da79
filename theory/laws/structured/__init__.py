"""Laws on sets of positions by the structure of a language, where a list of sets is too long."""

from synthetic.languages import Affine, Language, LatinSquares, NotAllEqual, Permutations
from theory.laws.structured.affine_law import AffineLaw
from theory.laws.structured.latin_law import LatinLaw
from theory.laws.structured.observed_law import ObservedLaw
from theory.laws.structured.permutation_law import PermutationLaw
from theory.laws.structured.structured_law import StructuredLaw

__all__ = [
    "AffineLaw",
    "LatinLaw",
    "ObservedLaw",
    "PermutationLaw",
    "StructuredLaw",
    "structured_law",
]


def structured_law(language: Language) -> StructuredLaw:
    """The law of an affine subspace, of permutations, Latin squares or observations of bits."""
    if isinstance(language, Affine):
        return AffineLaw(language)
    if isinstance(language, Permutations):
        return PermutationLaw(language)
    if isinstance(language, LatinSquares):
        return LatinLaw(language)
    if isinstance(language, NotAllEqual):
        return ObservedLaw(language)
    raise ValueError(
        "structures are those of Affine, Permutations, LatinSquares and NotAllEqual, got "
        f"{type(language).__name__}"
    )
