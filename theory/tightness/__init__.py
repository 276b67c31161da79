"""How tight each bound is over a stated family of cases: the largest ratio of exact to bound."""

from theory.bounds import THEOREMS
from theory.tightness import curves, policies, reveals, rounds
from theory.tightness.family import Family, Point, Tightness, tightness

FAMILIES: dict[str, Family] = {
    **reveals.FAMILIES,
    **curves.FAMILIES,
    **policies.FAMILIES,
    **rounds.FAMILIES,
}


def tightness_of(theorem: str) -> Tightness:
    """The tightness of a theorem of `theory.bounds` over its family."""
    return tightness(THEOREMS[theorem], FAMILIES[theorem])


__all__ = ["FAMILIES", "Family", "Point", "Tightness", "tightness", "tightness_of"]
