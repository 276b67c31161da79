"""A statement for every member of a finite family, in exact rationals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from proofs_check.outcome import Holds, Outcome, Refuted, Undecided


@dataclass(frozen=True)
class Exhaustive:
    """`holds` for all members of `family`, which `text` names; members print themselves."""

    family: Callable[[], Iterable[Any]]
    holds: Callable[[Any], bool]
    text: str

    kind: ClassVar[str] = "exhaustive"
    universal: ClassVar[bool] = False

    def check(self) -> Outcome:
        """Looks at every member; an empty family shows nothing."""
        count = 0
        for member in self.family():
            if not self.holds(member):
                return Refuted(str(member))
            count += 1
        return Holds(f"{count} members") if count else Undecided("the family is empty")

    def formula(self) -> str:
        """The statement and the family."""
        return self.text
