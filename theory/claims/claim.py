"""A claim of the literature: what it predicts, what decides it, and the evidence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import pandas as pd

from synthetic.experiments.unit import Unit
from synthetic.quantities import Estimate
from theory.claims.rules import Rule, Verdict, together
from theory.studies.profiles import Profile

DenoiserName = Literal["exact", "trained"]
INTERVALS = "95% intervals, proved errors, or the fastest and slowest of timed runs"


@dataclass(frozen=True)
class Test:
    """One statistic of one denoiser on one language, with its interval, and what its rule says.

    `language` also names the reveal where tests differ by it. `decides` marks the tests that the
    claim's verdict rests on; the others say where it holds and where not. Without `enough` behind
    it, by the rule of the claim, a test is inconclusive whatever its interval. A model that has
    not `learned` what the statistic asks for, one token at a time, is called so. Tests of many
    languages that are `grouped` are one line in tables and figures.
    """

    denoiser: DenoiserName
    language: str
    statistic: str
    value: float
    low: float
    high: float
    samples: int
    rule: Rule
    decides: bool = True
    enough: bool = True
    learned: bool = True
    grouped: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the rule says of the interval."""
        if not self.learned:
            return "not learned"
        return self.rule.verdict(self.low, self.high) if self.enough else "inconclusive"


def judged(
    denoiser: DenoiserName,
    language: str,
    statistic: str,
    measured: Estimate | None,
    rule: Rule,
    *,
    decides: bool = True,
    learned: bool = True,
) -> list[Test]:
    """The test of an estimate; no test without one."""
    if measured is None:
        return []
    values = (measured.value, measured.low, measured.high, measured.samples)
    return [Test(denoiser, language, statistic, *values, rule, decides, learned=learned)]


def of_catalogue(
    statistic: str,
    measured: Iterable[tuple[str, Estimate]],
    rule: Rule,
    decides: Callable[[str], bool] = lambda language: False,
) -> list[Test]:
    """Tests of the exact denoiser on the languages of the catalogue, as a group; they are shown,
    but for those that decide."""
    return [
        replace(test, grouped=True)
        for language, value in measured
        for test in judged("exact", language, statistic, value, rule, decides=decides(language))
    ]


class Phrase(NamedTuple):
    """A statistic in words: what is so where its rule is met, what is so where it is broken, and
    what its number is called, such as 'exponent{s} {}'."""

    statistic: str
    holds: str
    fails: str
    number: str


class Part(NamedTuple):
    """A part of a statement that has a verdict of its own, and its statistics."""

    name: str
    statistics: tuple[str, ...]


class Example(NamedTuple):
    """Rows by hand that give a statistic a wanted interval on a language, from (language, low,
    value, high): the tests move it across both margins of the rule."""

    denoiser: DenoiserName
    statistic: str
    rule: Rule
    rows: Callable[[str, float, float, float], Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class Claim:
    """A claim with its prediction and its rule in words, its units of work and its test.

    `tests` is a pure function of rows; `phrases` say of its statistics in plain English what holds
    and what does not, those that are left out stand in tables alone. `examples` test the margins of
    each statistic that decides. `version` is raised where a rule changes after its rows were seen,
    and the rule says why. `parts` have verdicts of their own beside that of the whole.
    """

    id: str
    statement: str
    source: str
    prediction: str
    rule: str
    units: Callable[[Profile], Sequence[Unit]]
    tests: Callable[[pd.DataFrame], Sequence[Test]]
    phrases: tuple[Phrase, ...]
    examples: tuple[Example, ...] = ()
    version: int = 1
    parts: tuple[Part, ...] = ()

    @property
    def figure(self) -> str:
        """The name of the figure that shows the claim."""
        return f"claim_{self.id}"

    def verdict(self, tests: Sequence[Test]) -> Verdict:
        """All the tests that decide, together."""
        return together(test.verdict for test in tests if test.decides)

    def verdicts(self, tests: Sequence[Test]) -> dict[str, Verdict]:
        """Those of the parts, of tests that decide."""
        return {
            part.name: self.verdict([test for test in tests if test.statistic in part.statistics])
            for part in self.parts
        }
