"""A statement for all whole numbers from a base on."""

from dataclasses import dataclass
from typing import ClassVar

from proofs_check.certificates.certificate import Certificate
from proofs_check.outcome import Holds, Outcome


@dataclass(frozen=True)
class Induction:
    """The base, and that each case gives the next; `measure` is what grows by one."""

    measure: str
    base: Certificate
    step: Certificate

    kind: ClassVar[str] = "induction"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Both parts, which have to speak of all values themselves."""
        for name, part in (("base", self.base), ("step", self.step)):
            if not part.universal:
                raise TypeError(f"the {name} of an induction holds for all values, got {part.kind}")
            outcome = part.check()
            if not isinstance(outcome, Holds):
                return outcome
        return Holds(f"base and step, on {self.measure}")

    def formula(self) -> str:
        """Base and step."""
        return f"on {self.measure}: base {self.base.formula()}; step {self.step.formula()}"
