"""The base of an induction in which nothing has been added yet."""

from dataclasses import dataclass
from typing import ClassVar

from proofs_check.outcome import Holds, Outcome


@dataclass(frozen=True)
class Empty:
    """Both sides are the same there as they are defined: empty sums and products, or one term."""

    kind: ClassVar[str] = "empty"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Nothing to show."""
        return Holds("nothing to show")

    def formula(self) -> str:
        """That there is nothing."""
        return "both sides are the same by definition"


EMPTY = Empty()
