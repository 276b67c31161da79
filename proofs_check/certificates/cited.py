"""A standard fact with its reference, tried on random instances."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from proofs_check.outcome import Holds, Outcome, Refuted


@dataclass(frozen=True)
class Cited:
    """`fact`, proved in `reference`; instances are drawn from a seeded source and print themselves.

    The instances do not prove the fact: they guard against citing it wrongly.
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
        source = random.Random(0)
        for _ in range(self.count):
            drawn = self.instance(source)
            if not self.holds(drawn):
                return Refuted(str(drawn))
        return Holds(f"{self.reference}; {self.count} random instances")

    def formula(self) -> str:
        """The fact and where it is proved."""
        return f"{self.fact} [{self.reference}]"
