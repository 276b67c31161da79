"""What a search for a counterexample found: evidence where nothing is proved, or a refutation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Search:
    """A statement that is recalled or conjectured, and the worst case that was found.

    `worst` is the largest ratio over the family of the side that has to be the smaller one to the
    other: the statement says at most one. `example` holds what is needed to compute it again.
    """

    id: str
    statement: str
    reading: str  # the constants and definitions that were put in
    family: str
    cases: int
    worst: float
    example: Any
    nearest: str  # the nearest statement known to be true, and why

    @property
    def violated(self) -> bool:
        """Whether a counterexample was found."""
        return self.worst > 1

    @property
    def verdict(self) -> str:
        """One sentence."""
        if self.violated:
            return f"false as stated: counterexample {self.example}; nearest true: {self.nearest}"
        return f"no violation found: worst ratio {self.worst:.4f}; {self.nearest}"


def worst(searches: Sequence[Search]) -> Search:
    """The one with the largest ratio, the first of several, with the cases of all."""
    return replace(
        max(searches, key=lambda one: one.worst), cases=sum(one.cases for one in searches)
    )
