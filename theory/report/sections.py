"""What the report shows, as tables of cells that a template writes down."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from theory.claims.ledger import LedgerEntry
from theory.claims.sentences import clauses
from theory.claims.statistics_table import StatisticLine, statistic_lines
from theory.tables.law_numbers import law_numbers
from theory.tables.rounding import ROUNDING_ERROR, shown_interval
from theory.tables.summary import summary

TESTS = ("denoiser", "language", "statistic", "value [low, high]", "samples", "verdict")
UNITS = ("unit", "language", "kind", "denoiser", "reveal", "length", "steps", "samples", "seconds",
         "commit")  # fmt: skip
LAWS = ("language", "quantity", "value", "low, high", "note")
SHORT = 12  # hexadecimal digits of a hash that are shown
COMMIT_LENGTH = 40

# the claims that answer the question of the report, in this order
STEPS = ("constant-steps-for-token-error", "linear-steps-for-sequence-error")
COST = "efficiency-advantage"


class TableCell(NamedTuple):
    """A cell: its text, what it leads to, and the name by which others lead to it."""

    text: str
    to: str = ""
    id: str = ""


class Table(NamedTuple):
    """Columns and lines of cells."""

    columns: Sequence[str]
    lines: Sequence[Sequence[TableCell]]


class LanguageUnits(NamedTuple):
    """The units behind the tests of a claim on one language."""

    id: str
    language: str
    units: Sequence[TableCell]


def answer(entries: Sequence[LedgerEntry]) -> list[str]:
    """The question in three sentences: how the steps grow by each metric, and when they pay."""
    by_id = {entry.claim.id: entry for entry in entries if entry.tests}
    told = [
        str(clauses(by_id[name].claim, by_id[name].tests)[0]) for name in STEPS if name in by_id
    ]
    if COST in by_id:
        both = clauses(by_id[COST].claim, by_id[COST].tests)[:2]
        told.append("; ".join(clause.statement for clause in both))
    return [f"{one[:1].upper()}{one[1:]}." for one in told]


def statistics(entry: LedgerEntry) -> Table:
    """The statistics of a claim, a line each."""
    lines = [list(map(TableCell, line)) for line in statistic_lines(entry.tests)]
    return Table(StatisticLine._fields, lines)


def tests(entry: LedgerEntry) -> Table:
    """Every test of a claim; its value leads to the units of its language, or of its languages."""
    lines = []
    languages = set(entry.rows["language"]) if entry.tests else set()
    for test in entry.tests:
        value, low, high = shown_interval(test)
        language = test.language.split(",")[0]
        to = units_id(entry, language) if language in languages else f"units-{entry.claim.id}"
        verdict = test.verdict + ("" if test.decides else ", does not decide")
        cells = (test.denoiser, test.language, test.statistic, f"{value} [{low}, {high}]")
        line = [TableCell(text) for text in (*cells, f"{test.samples:,}", verdict)]
        line[3] = line[3]._replace(to=to)
        lines.append(line)
    return Table(TESTS, lines)


def claim_units(entry: LedgerEntry) -> list[LanguageUnits]:
    """The units behind the tests of each language."""
    if entry.rows.empty:
        return []
    return [
        LanguageUnits(
            units_id(entry, str(language)),
            str(language),
            [TableCell(str(unit)[:SHORT], to=f"unit-{unit}") for unit in group["unit"].unique()],
        )
        for language, group in entry.rows.groupby("language", sort=False)
    ]


def units(rows: pd.DataFrame) -> Table:
    """Every unit once, by language: what it is, where and when it was computed."""
    lines = []
    seen: set[str] = set()
    once = rows.drop_duplicates("unit").sort_values(["language", "kind"], kind="stable")
    for row in once.to_dict("records"):
        language = str(row["language"])
        anchor = "" if language in seen else language_id(language)
        seen.add(language)
        first = [
            TableCell(str(row["unit"])[:SHORT], id=f"unit-{row['unit']}"),
            TableCell(language, id=anchor),
        ]
        lines.append([*first, *(TableCell(_text(row[name])) for name in UNITS[2:])])
    return Table(UNITS, lines)


def least_steps(rows: pd.DataFrame) -> Table:
    """The least measured steps to each target; no lines where the rows hold exact laws alone."""
    frame = summary(rows)
    lines = [dict(zip(frame.columns, line, strict=True)) for line in frame.to_numpy()]
    return Table(list(frame.columns), _linked(lines, rows))


def laws(rows: pd.DataFrame) -> Table:
    """The exact laws in numbers; no lines where the rows hold none."""
    lines = []
    for language, quantity, *ends, note in law_numbers(rows).to_numpy():
        value, interval = _law_number(*map(float, ends))
        lines.append(dict(zip(LAWS, (language, quantity, value, interval, note), strict=True)))
    return Table(LAWS, _linked(lines, rows))


def units_id(entry: LedgerEntry, language: str) -> str:
    """The place of the units of a claim's language."""
    return f"units-{entry.claim.id}-{language.replace(' ', '-')}"


def language_id(language: str) -> str:
    """The place of a language's first unit."""
    return f"units-of-{language.replace(' ', '-')}"


def _linked(lines: Iterable[Mapping[str, object]], rows: pd.DataFrame) -> list[list[TableCell]]:
    """Lines whose language leads to its units, a group of languages to all units."""
    known = set(rows["language"])
    table = []
    for line in lines:
        language = str(line["language"])
        to = language_id(language) if language in known else "units"
        rest = (TableCell(str(cell)) for name, cell in line.items() if name != "language")
        table.append([TableCell(language, to=to), *rest])
    return table


def _law_number(value: float, low: float, high: float) -> tuple[str, str]:
    """A value by its interval where it has a wide one, else with six digits and an empty one."""
    if math.isnan(low) or high - low <= ROUNDING_ERROR:
        return f"{value:.6g}", ""
    text, *ends = shown_interval(_Ends(value, low, high))
    return text, ", ".join(ends)


class _Ends(NamedTuple):
    value: float
    low: float
    high: float


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3g}"
    text = str(value)
    return text[:SHORT] if len(text) == COMMIT_LENGTH else text
