"""How tight each bound is over a stated family of cases: the largest ratio of exact to bound.

The families lie in the file of the theorem itself, or here in the file of its group, which may add
to them the cases that come nearest.
"""

from synthetic.arguments import checked
from theory.bounds import THEOREMS
from theory.bounds.theorem import Family
from theory.tightness import collisions, curves, policies, reveals, revision, training
from theory.tightness.family import Point, Tightness, tightness

FAMILIES: dict[str, Family] = {
    **{name: one.family for name, one in THEOREMS.items() if one.family is not None},
    **reveals.FAMILIES,
    **collisions.FAMILIES,
    **curves.FAMILIES,
    **policies.FAMILIES,
    **training.FAMILIES,
    **revision.FAMILIES,
}


@checked
def tightness_of(theorem: str) -> Tightness:
    """The tightness of a theorem of `theory.bounds` over its family."""
    if theorem not in FAMILIES:
        raise ValueError(f"theorem is one of theory.bounds.THEOREMS, got {theorem!r}")
    return tightness(THEOREMS[theorem], FAMILIES[theorem])


__all__ = ["FAMILIES", "Family", "Point", "Tightness", "tightness", "tightness_of"]
