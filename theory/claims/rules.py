"""Rules that turn a measured interval into a verdict, fixed before anything is measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["supported", "refuted", "inconclusive", "not run", "not learned"]


@dataclass(frozen=True)
class AtMost:
    """Supported where the whole interval is at most `supported`, refuted where it is all at least
    `refuted`, which is the larger of both."""

    supported: float
    refuted: float

    def __post_init__(self) -> None:
        if not self.supported <= self.refuted:
            raise ValueError(
                f"AtMost needs supported <= refuted, got {self.supported} and {self.refuted}"
            )

    def verdict(self, low: float, high: float) -> Verdict:
        """The verdict on an interval; one that meets both margins is supported."""
        if high <= self.supported:
            return "supported"
        return "refuted" if low >= self.refuted else "inconclusive"

    def __str__(self) -> str:
        return f"supported if high <= {self.supported:g}, refuted if low >= {self.refuted:g}"


@dataclass(frozen=True)
class AtLeast:
    """Supported where the whole interval is at least `supported`, refuted where it is all at most
    `refuted`, which is the smaller of both."""

    supported: float
    refuted: float

    def __post_init__(self) -> None:
        if not self.supported >= self.refuted:
            raise ValueError(
                f"AtLeast needs supported >= refuted, got {self.supported} and {self.refuted}"
            )

    def verdict(self, low: float, high: float) -> Verdict:
        """The verdict on an interval; one that meets both margins is supported."""
        if low >= self.supported:
            return "supported"
        return "refuted" if high <= self.refuted else "inconclusive"

    def __str__(self) -> str:
        return f"supported if low >= {self.supported:g}, refuted if high <= {self.refuted:g}"


Rule = AtMost | AtLeast


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """All of several: refuted where one is, supported where all are, not run where there is none.

    For a claim about every language it speaks of: one counterexample refutes it. Models that did
    not learn what is asked of them say nothing; where there are no others, it is inconclusive.
    """
    given = set(verdicts)
    kinds = given - {"not learned"}
    if not kinds:
        return "inconclusive" if given else "not run"
    if "refuted" in kinds:
        return "refuted"
    return "supported" if kinds == {"supported"} else "inconclusive"
