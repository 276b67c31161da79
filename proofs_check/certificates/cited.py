"""A fact proved elsewhere, with a reference that a reader can open."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from proofs_check.certificates.tried import first_refuted
from proofs_check.certificates.works import address
from proofs_check.outcome import Holds, Outcome


@dataclass(frozen=True)
class Cited:
    """`fact`, proved in `reference`: a work of `works.py` or on arXiv, with theorem, equation or
    section.

    Instances are drawn from a seeded source and print themselves. They do not prove the fact: they
    guard against citing it wrongly. What this project shows itself is a theorem of its own that a
    proof rests on, and what is shown nowhere is `Tried`.
    """

    fact: str
    reference: str
    instance: Callable[[random.Random], Any]
    holds: Callable[[Any], bool]
    count: int = 500

    kind: ClassVar[str] = "cited"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Draws instances."""
        refuted = first_refuted(self.instance, self.holds, self.count)
        return refuted or Holds(f"{self.reference}; {self.count} random instances")

    def formula(self) -> str:
        """The fact, where it is proved, and where that can be opened."""
        where = address(self.reference)
        known = where is None or where in self.reference
        return f"{self.fact} [{self.reference}{'' if known else f'; {where}'}]"
