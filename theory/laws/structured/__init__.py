"""Laws on sets of positions by the structure of a language, where a list of sets is too long."""

from collections.abc import Callable
from typing import Any

from synthetic.languages import Affine, Language, LatinSquares, NotAllEqual, Permutations
from theory.laws.structured.affine_law import AffineLaw
from theory.laws.structured.latin_law import LatinLaw
from theory.laws.structured.observed_law import ObservedLaw
from theory.laws.structured.permutation_law import PermutationLaw
from theory.laws.structured.structured_law import StructuredLaw

__all__ = ["STRUCTURES", "structured_law"]
STRUCTURES: dict[type[Language], Callable[[Any], StructuredLaw]] = {
    Affine: AffineLaw,
    LatinSquares: LatinLaw,
    NotAllEqual: ObservedLaw,
    Permutations: PermutationLaw,
}


def structured_law(language: Language) -> StructuredLaw:
    """The law of a language of one of the STRUCTURES."""
    if type(language) not in STRUCTURES:
        raise ValueError(
            f"language is of {', '.join(kind.__name__ for kind in STRUCTURES)}, got "
            f"{type(language).__name__}"
        )
    return STRUCTURES[type(language)](language)
