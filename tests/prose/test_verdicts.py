"""README and docs give no claim another verdict than the ledger of the committed rows does."""

from functools import cache
from pathlib import Path

import pytest

from tests.prose.page import ROOT
from tests.prose.verdicts import Said, verdicts
from theory.report.verdict_table import committed_entries

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LEAST = {"docs/results.md": 40, "docs/limited_data.md": 15, "docs/revisable_tokens.md": 6}


@cache
def ledger() -> dict[str, str]:
    """The verdict of every claim."""
    return {one.claim.id: one.verdict for one in committed_entries()}


def wrong(page: str) -> list[Said]:
    """What a page says otherwise than the ledger."""
    return [said for said in verdicts(page) if said.verdict != ledger()[said.claim]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_verdicts_are_those_of_the_ledger(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert not wrong(page)
    assert len(verdicts(page)) >= LEAST.get(path.relative_to(ROOT).as_posix(), 0)


@pytest.mark.parametrize("name", LEAST)
def test_one_verdict_changed_is_seen(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    for said in verdicts(page):
        other = "refuted" if said.verdict == "supported" else "supported"
        rest = page[said.begin + len(said.verdict) :]
        assert wrong(page[: said.begin] + other + rest) == [said._replace(verdict=other)]


PAGE = """The claim `metric-decides`, whose margin of .4 was
fixed, is refuted by one. `guidance` is open. It is supported by all.

| claim | verdict before | now |
|---|---|---|
| `learning-error` | supported | inconclusive: as `guidance`, supported |

| published | in the ledger | state |
|---|---|---|
| steps | `two-phase-rate` | supported by two |
| calls | `caching-does-not-rescue` | see below, refuted |
"""


def test_verdicts_are_read_in_sentences_and_tables() -> None:
    assert [(said.claim, said.verdict) for said in verdicts(PAGE)] == [
        ("metric-decides", "refuted"),
        ("learning-error", "inconclusive"),
        ("two-phase-rate", "supported"),
    ]
    for said in verdicts(PAGE):
        assert PAGE[said.begin :].startswith(said.verdict)
