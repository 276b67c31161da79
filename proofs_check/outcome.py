"""What checking a certificate can end in. Only `Holds` is a success."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Holds:
    """The statement is true; `detail` says what was looked at."""

    detail: str


@dataclass(frozen=True)
class Refuted:
    """The statement is false, with a counterexample that a reader can check by hand."""

    counterexample: str


@dataclass(frozen=True)
class Undecided:
    """Neither was shown; `where` is what is left open. Counts as a failure."""

    where: str


Outcome = Holds | Refuted | Undecided
