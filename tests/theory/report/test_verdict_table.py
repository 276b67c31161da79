"""The table of verdicts of docs/results.md says what the committed rows do."""

import pytest

from theory.claims.ledger import LedgerEntry
from theory.report.verdict_table import (
    HEADER,
    PATH,
    committed_entries,
    verdict_table,
    with_table,
)


@pytest.fixture(scope="module")
def committed() -> list[LedgerEntry]:
    return committed_entries()


def test_the_page_has_the_verdicts_of_the_committed_rows(committed: list[LedgerEntry]) -> None:
    page = PATH.read_text(encoding="utf-8")
    assert with_table(page, verdict_table(committed)) == page, (
        "write it again with python -m theory.report.verdict_table"
    )


def test_each_claim_that_was_run_has_one_line(committed: list[LedgerEntry]) -> None:
    lines = verdict_table(committed).splitlines()[2:]
    run = [one for one in committed if one.profile is not None]
    assert len(lines) == len(run) > 0
    for line, one in zip(lines, run, strict=True):
        assert line.startswith(f"| `{one.claim.id}` | {one.counted} |")
        assert line.count("|") == HEADER.count("|")


def test_broken_twin_another_verdict_is_another_page(committed: list[LedgerEntry]) -> None:
    page, table = PATH.read_text(encoding="utf-8"), verdict_table(committed)
    changed = with_table(page, table.replace("refuted by", "supported by", 1))
    assert changed != page
    assert with_table(changed, table) == page
