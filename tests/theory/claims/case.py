"""A statistic of a claim with rows that give it any wanted interval."""

import math
from collections.abc import Callable
from typing import NamedTuple

from tests.theory.claims.rows_by_hand import USUAL, Ends, Row
from theory.claims.claim import Claim, Example
from theory.claims.rules import Rule

GAP, ERROR, ANSWER = "token_error_rate_gap", "sequence_error_rate", "answer_error_rate"
Build = Callable[[str, Ends], list[Row]]


class Case(NamedTuple):
    """A statistic of a claim: its rule, and rows of a language that give it an interval.

    `suffix` is what the test adds to the name of the language, `most` the largest value that the
    statistic can take; `shown` marks one that decides nothing.
    """

    claim: Claim
    denoiser: str
    statistic: str
    rule: Rule
    rows: Build
    languages: tuple[str, str] = ("ngram2-v8", "hmm32-v8")
    suffix: str = ""
    most: float = math.inf
    shown: bool = False

    @property
    def name(self) -> str:
        """Claim, denoiser, statistic and what stands behind the language."""
        return f"{self.claim.id}: {self.denoiser}, {self.statistic}{self.suffix}"


def case_of(claim: Claim, example: Example) -> Case:
    """The case of an example that stands in the claim's own file."""

    def build(language: str, ends: Ends) -> list[Row]:
        return [{**USUAL, **row} for row in example.rows(language, *ends)]

    return Case(claim, example.denoiser, example.statistic, example.rule, build)
