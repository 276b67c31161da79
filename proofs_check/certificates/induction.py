"""A statement for all whole numbers from a base on."""

from dataclasses import dataclass
from typing import ClassVar

from proofs_check.certificates.certificate import Certificate
from proofs_check.certificates.empty import EMPTY
from proofs_check.outcome import Holds, Outcome


@dataclass(frozen=True)
class Induction:
    """The base, and that each case gives the next; `measure` is what grows by one.

    Where nothing has been added at the base, it is left out.
    """

    measure: str
    step: Certificate
    base: Certificate = EMPTY

    kind: ClassVar[str] = "induction"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Both parts, which have to speak of all values themselves."""
        for name, part in (("base", self.base), ("step", self.step)):
            if not part.universal:
                raise TypeError(f"the {name} of an induction holds for all values, got {part.kind}")
            if name == "step" and part is EMPTY:
                raise TypeError("the step of an induction shows something, got an empty one")
            outcome = part.check()
            if not isinstance(outcome, Holds):
                return outcome
        return Holds(f"base and step, on {self.measure}")

    def formula(self) -> str:
        """Base and step."""
        return f"on {self.measure}: base: {self.base.formula()}; step: {self.step.formula()}"
