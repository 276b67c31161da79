"""A lemma that is only tried on random instances: evidence, never a proof."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from proofs_check.outcome import Holds, Outcome, Refuted


@dataclass(frozen=True)
class Tried:
    """`lemma`, of which `count` instances are drawn from a seeded source; they print themselves.

    A theorem that rests on it is proved up to this lemma, and says so.
    """

    lemma: str
    instance: Callable[[random.Random], Any]
    holds: Callable[[Any], bool]
    count: int = 500

    kind: ClassVar[str] = "tried"
    universal: ClassVar[bool] = False

    def check(self) -> Outcome:
        """Draws instances."""
        refuted = first_refuted(self.instance, self.holds, self.count)
        return refuted or Holds(f"{self.count} random instances")

    def formula(self) -> str:
        """The lemma, and that it is tried."""
        return f"{self.lemma} [tried on {self.count} random instances]"


def first_refuted(
    instance: Callable[[random.Random], Any], holds: Callable[[Any], bool], count: int
) -> Refuted | None:
    """The first of `count` seeded instances that is false; None if all hold."""
    source = random.Random(0)
    for _ in range(count):
        drawn = instance(source)
        if not holds(drawn):
            return Refuted(str(drawn))
    return None
