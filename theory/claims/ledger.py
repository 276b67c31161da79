"""The ledger: every claim with its prediction, its measurement and its verdict.

    rows of a profile --those of the claim's own units--> tests --rule--> verdict, sentence

The verdict comes from the largest profile whose rows hold all units of the claim; profiles are
never mixed, and where the quick profile says otherwise, the ledger says so in words.
"""

import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from rich.table import Table

from synthetic.experiments import closure
from synthetic.experiments.unit import Unit
from theory.claims import CLAIMS, SUBJECT_OF, Claim, Test
from theory.claims.chance import chance_text, verdict_by_chance
from theory.claims.claim import INTERVALS
from theory.claims.counts import counted, counts
from theory.claims.groups import GroupedTests, in_groups
from theory.claims.ledger_table import Line
from theory.claims.rules import Verdict
from theory.claims.sentences import brief, headline, sentence
from theory.claims.statistics_table import PATH_BOUNDS
from theory.studies.profiles import PROFILES, Profile
from theory.tables.committed import rows_file
from theory.tables.ranges import rows_in_range
from theory.tables.rounding import shown_interval
from theory.tables.rows import one_each

ASCENDING = ("quick", "standard", "paper")
NOT_RUN = "No profile has run all that this claim needs."
GROUPS = "Languages of the catalogue: the median between the least and the greatest."
TEST_COLUMNS = ("denoiser", "language", "statistic", "value", "low", "high", "samples")


@dataclass(frozen=True)
class LedgerEntry:
    """A claim with the tests of one profile, and the verdict of the quick one beside it.

    `profile` is None, and there are no tests, where no profile has all the rows.
    """

    claim: Claim
    profile: str | None
    tests: tuple[Test, ...]
    quick: Verdict
    rows: pd.DataFrame = field(compare=False, repr=False)  # those of the claim's units

    @property
    def subject(self) -> str:
        """What the claim is about; empty for one that is not in the ledger."""
        return SUBJECT_OF.get(self.claim.id, "")

    @property
    def verdict(self) -> Verdict:
        """The verdict by the claim's rule."""
        return self.claim.verdict(self.tests)

    @property
    def differs(self) -> bool:
        """Whether a larger profile says otherwise than the quick one, where both speak."""
        return self.profile not in (None, "quick") and self.quick not in ("not run", self.verdict)

    @property
    def sentence(self) -> str:
        """What holds, where, and what does not."""
        return NOT_RUN if self.profile is None else sentence(self.claim, self.tests)

    @property
    def brief(self) -> str:
        """The sentence without what is shown, cut where it is long."""
        return NOT_RUN if self.profile is None else brief(self.claim, self.tests)

    @property
    def headline(self) -> str:
        """What the sentence begins with, without its numbers."""
        return NOT_RUN if self.profile is None else headline(self.claim, self.tests)

    @property
    def counted(self) -> str:
        """The verdict, and how many of the tests that decide say what."""
        return counted(self.verdict, self.tests)

    @property
    def verdict_in_words(self) -> str:
        """The same, and the verdict of the quick profile where it is another."""
        return self.counted + (f"; the quick profile says {self.quick}" if self.differs else "")

    @property
    def line(self) -> Line:
        """The entry in short."""
        profile = self.profile or "none"
        said = (self.verdict_in_words, profile, self.headline, self.sentence, self.brief)
        return Line(self.claim.id, *said, self.subject)

    @property
    def command(self) -> str:
        """What makes the rows of the claim, and its line, again."""
        profile = self.profile or smallest_profile(self.claim)
        return f"steplab run --profile {profile} --claim {self.claim.id}"


def smallest_profile(claim: Claim) -> str:
    """The first profile that has units of a claim."""
    return next(name for name in ASCENDING if claim.units(PROFILES[name]))


class RowsOfUnits:
    """The rows of a profile by the units that made them; claims of the same units share them."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.units = frozenset(rows["unit"])
        self._of: dict[frozenset[str], pd.DataFrame] = {}

    def of(self, claim: Claim, profile: Profile) -> pd.DataFrame | None:
        """The rows of the units that a claim names, one a quantity, or None if a unit has none.

        Units that only others need, such as trainings, are among the rows but need not be.
        """
        named, all_needed = _unit_hashes(claim.units, profile)
        if not named or not named <= self.units:
            return None
        if all_needed not in self._of:
            self._of[all_needed] = one_each(self.rows[self.rows["unit"].isin(all_needed)])
        return self._of[all_needed].copy(deep=False)  # what one claim adds, no other sees


def own_rows(claim: Claim, profile: Profile, rows: pd.DataFrame) -> pd.DataFrame | None:
    """The rows of the units that a claim names, as `RowsOfUnits` says it."""
    return RowsOfUnits(rows).of(claim, profile)


@cache
def _unit_hashes(
    units_of: Callable[[Profile], Sequence[Unit]], profile: Profile
) -> tuple[frozenset[str], frozenset[str]]:
    """The units that a claim names, and these with all that they need."""
    units = units_of(profile)
    return frozenset(unit.hash for unit in units), frozenset(unit.hash for unit in closure(units))


def entry(
    claim: Claim,
    rows: Mapping[str, pd.DataFrame],
    profiles: Mapping[str, Profile] = MappingProxyType(PROFILES),
) -> LedgerEntry:
    """A claim's line of the ledger from the rows of each profile by its name."""
    return _entry(claim, {name: RowsOfUnits(table) for name, table in rows.items()}, profiles)


def _entry(
    claim: Claim, rows: Mapping[str, RowsOfUnits], profiles: Mapping[str, Profile]
) -> LedgerEntry:
    judged: dict[str, tuple[pd.DataFrame, tuple[Test, ...]]] = {}
    for name in ASCENDING:
        claimed = rows[name].of(claim, profiles[name]) if name in rows else None
        if claimed is not None:
            judged[name] = claimed, tuple(claim.tests(claimed))
    profile = next((name for name in reversed(ASCENDING) if name in judged), None)
    quick = claim.verdict(judged["quick"][1]) if "quick" in judged else "not run"
    used, tests = judged[profile] if profile else (pd.DataFrame(), ())
    return LedgerEntry(claim, profile, tests, quick, used)


def ledger(
    rows: Mapping[str, pd.DataFrame], claims: Sequence[Claim] = tuple(CLAIMS.values())
) -> list[LedgerEntry]:
    """The line of every claim."""
    by_units = {name: RowsOfUnits(table) for name, table in rows.items()}
    return [_entry(claim, by_units, PROFILES) for claim in claims]


def read_profiles(results: Path, *, committed: bool = False) -> dict[str, pd.DataFrame]:
    """The rows of each profile that has some, by its name.

    With `committed` those that come with the code stand in where the folder has no rows at all.
    """
    files = {name: results / name / "rows.parquet" for name in ASCENDING}
    if committed and not any(path.exists() for path in files.values()):
        files = {name: rows_file(results / name) for name in ASCENDING}
    return {name: rows_in_range(path) for name, path in files.items() if path.exists()}


def find_claim(name: str) -> Claim:
    """A claim by its id; a one-line error that lists those there are."""
    if name not in CLAIMS:
        raise ValueError(f"no claim {name!r}, there are {', '.join(CLAIMS)}")
    return CLAIMS[name]


def as_records(entries: Sequence[LedgerEntry]) -> list[dict[str, Any]]:
    """The ledger as plain JSON values; a number that JSON does not have is a string, 'infinity'."""
    return [
        {
            "id": one.claim.id,
            "statement": one.claim.statement,
            "source": one.claim.source,
            "verdict": one.verdict,
            "counted": one.counted,
            "counts": counts(one.tests),
            "chance": _chance(one),
            "version": one.claim.version,
            "parts": one.claim.verdicts(one.tests),
            "sentence": one.sentence,
            "command": one.command,
            "tests": [
                {
                    "denoiser": test.denoiser,
                    "language": test.language,
                    "profile": one.profile,
                    "statistic": test.statistic,
                    "value": _number(test.value),
                    "low": _number(test.low),
                    "high": _number(test.high),
                    "samples": test.samples,
                    "rule": str(test.rule) + ("" if test.decides else " (shown, does not decide)"),
                    "verdict": test.verdict,
                }
                for test in one.tests
            ],
        }
        for one in entries
    ]


def _chance(one: LedgerEntry) -> dict[str, Any] | None:
    """How likely the verdict is by chance, and whether it stands for all tests together."""
    bounds = verdict_by_chance(one.verdict, one.tests)
    return None if bounds is None else {**bounds._asdict(), "stands": bounds.stands}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value).replace("inf", "infinity")


def claim_text(one: LedgerEntry, results: Path | None = None) -> str:
    """A claim in full: statement, prediction, rule, sentence and command.

    `results` is the folder of results where it is not the usual one.
    """
    profile = one.profile or "quick"
    picture = (results or Path("results")) / profile / "figures" / f"{one.claim.figure}.png"
    where = "" if results is None else f" --results {shlex.quote(str(results))}"
    parts = [
        f"{one.claim.id}: {one.verdict_in_words}, {one.profile or 'no'} profile",
        f"statement   {one.claim.statement}",
        f"source      {one.claim.source}",
        f"prediction  {one.claim.prediction}",
        f"rule        version {one.claim.version}: {one.claim.rule}",
        f"found       {one.sentence}",
        f"chance      {chance_text(one.verdict, one.tests)}",
        f"figure      {picture}, drawn by steplab report --profile {profile}{where}",
        f"command     {one.command}{where}",
    ]
    return "\n".join(parts)


def tests_table(tests: Sequence[Test]) -> Table:
    """Every test with its interval and verdict, many languages as one line."""
    table = Table(caption=f"Low, high: {INTERVALS}. {PATH_BOUNDS} {GROUPS}")
    for column in (*TEST_COLUMNS, "verdict"):
        table.add_column(column, overflow="fold")
    for test in in_groups(tests):
        verdict = test.verdict + ("" if test.decides else ", does not decide")
        language = test.language
        if isinstance(test, GroupedTests) and test.others:
            language = f"{language} ({test.others})"
        table.add_row(
            test.denoiser,
            language,
            test.statistic,
            *shown_interval(test),
            f"{test.samples:,}",
            verdict,
        )
    return table
