"""The protocol of a certificate: a statement that a machine checks."""

from typing import ClassVar, Protocol

from proofs_check.outcome import Outcome


class Certificate(Protocol):
    """A statement with its check.

    `universal` says whether a success shows the statement for all values it speaks of, or for a
    finite family only.
    """

    kind: ClassVar[str]
    universal: ClassVar[bool]

    def check(self) -> Outcome:
        """Decides the statement; a counterexample where it is false."""
        ...

    def formula(self) -> str:
        """The statement for a reader."""
        ...
