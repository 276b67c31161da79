"""The table of verdicts of docs/results.md: counts of tests, and whether they stand together.

`python -m theory.report.verdict_table` writes it again from the rows that come with the code.
"""

from collections.abc import Sequence
from pathlib import Path

from theory.claims.chance import shown_probability, verdict_by_chance
from theory.claims.ledger import LedgerEntry, ledger, read_profiles

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "results.md"
HEADER = (
    "| claim | verdict | by chance at most | if tests are independent | "
    "stands for all tests together |"
)


def verdict_table(entries: Sequence[LedgerEntry]) -> str:
    """A line for each claim that was run, below the header."""
    lines = [HEADER, "|---" * (HEADER.count("|") - 1) + "|"]
    for one in entries:
        if one.profile is None:
            continue
        bounds = verdict_by_chance(one.verdict, one.tests)
        cells = ["", "", ""] if bounds is None else [*map(shown_probability, bounds), bounds.stands]
        lines.append(f"| {' | '.join([f'`{one.claim.id}`', one.counted, *cells])} |")
    return "\n".join(lines)


def with_table(page: str, table: str) -> str:
    """The page with another table in the place of its own."""
    begin = page.index(HEADER)
    return page[:begin] + table + page[page.index("\n\n", begin) :]


def committed_entries() -> list[LedgerEntry]:
    """The ledger of the rows that come with the code."""
    return ledger(read_profiles(ROOT / "results"))


if __name__ == "__main__":
    text = PATH.read_text(encoding="utf-8")
    PATH.write_text(with_table(text, verdict_table(committed_entries())), encoding="utf-8")
