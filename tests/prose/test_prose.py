"""README and docs say nothing that rows do not: each number beside what it is read from."""

import random

import pytest

from tests.prose.page import ROOT, Outside, Page, Passage, Table, agrees, unheld, wrong
from tests.prose.pages import ELSEWHERE, PAGES

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)


@by_page
def test_numbers_are_those_of_the_rows(page: Page) -> None:
    text = page.read()
    lines = [line for item in page.items for line in wrong(item, text)]
    assert not lines, "\n".join([f"{page.path} says otherwise than the rows:", *lines])


@by_page
def test_one_digit_changed_is_seen(page: Page) -> None:
    """One digit of each number of a passage, and of some numbers of a table."""
    text, chance = page.read(), random.Random(0)
    for item in page.items:
        held = item.held(text)
        for begin, end, _ in chance.sample(held, min(len(held), 8)):
            at = chance.choice([at for at in range(begin, end) if text[at].isdigit()] or [begin])
            digit = str((int(text[at]) + 5) % 10) if text[at].isdigit() else "#"
            assert wrong(item, text[:at] + digit + text[at + 1 :]), text[begin - 30 : end]


@by_page
def test_no_number_is_without_rows_or_a_reason(page: Page) -> None:
    lines = unheld(page, page.read())
    held = sum(len(item.held(page.read())) for item in page.items)
    assert not lines, "\n".join(
        [f"{page.path}: write a passage in tests/prose, or say what is outside:", *lines]
    )
    assert held >= page.least, f"{page.path}: {held} numbers are held, {page.least} were"


def test_every_page_is_held_or_comes_from_elsewhere() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert names | {"README.md"} == {page.path for page in PAGES} | set(ELSEWHERE)


def test_a_new_number_is_noticed() -> None:
    page = PAGES[0]
    text = page.read() + "\nThe constant is 0.25.\n"
    assert len(unheld(page, text)) == len(unheld(page, page.read())) + 1


@pytest.mark.parametrize(
    ("printed", "value", "right"),
    [
        (".14", 0.144, True),
        (".14", 0.145, True),
        (".15", 0.145, True),
        (".14", 0.1451, False),
        ("-.36", -0.355, True),
        (".36", -0.36, False),
        ("0.050", 0.0506, False),
        ("2,048", 2048, True),
        ("5", 5.6, False),
        ("Seven", 7, True),
        ("seven", 7.2, False),
    ],
)
def test_agreement_is_half_a_unit_of_the_last_digit(
    printed: str, value: float, right: bool
) -> None:
    assert agrees(printed, value) == right


PAGE = """# Page

SER is .14 at
N = 32, seven times.

| L | here [low, high] | there |
|---|---|---|
| 8, a | .5 [.4, .6] | |
| | 3 | 1,000 |

SER is .5 (Theorem 4.4 of arXiv 2502.09622, 0.25).
"""


def test_passages_and_tables_are_read() -> None:
    passage = Passage("SER is {} at N = 32, {} times", lambda: [0.14, 7])
    lines: dict[tuple[str, int], list[float]] = {
        ("8, a", 0): [0.5, 0.4, 0.6],
        ("8, a", 1): [1000],
    }
    table = Table("| L | here", lambda labels, column: lines[labels[0], column])
    assert not wrong(passage, PAGE)
    assert wrong(table, PAGE) == ["('8, a',), column 0: [0.5, 0.4, 0.6]"]  # the second line has one
    lines["8, a", 0] = [3]
    assert wrong(table, PAGE) == ["('8, a',), column 0: [3]"]
    page = Page("", (passage,), (Outside("arXiv 2502.09622, {}", "another work's"),))
    assert [line.partition(" ")[0] for line in unheld(page, PAGE)] == [".5", ".4", ".6", ".5"]


def test_a_label_with_a_colon_begins_a_group() -> None:
    text = "\n| a | b |\n|---|---|\n| one: two | 1 |\n| three | 2 |\n"
    numbers = {("one", "two"): [1.0], ("one", "three"): [2.0]}
    table = Table("| a |", lambda labels, column: numbers[labels[0], labels[1]], grouped=True)
    assert not wrong(table, text)
    assert wrong(table, text.replace("| 2 |", "| 3 |"))


def test_a_passage_stands_once() -> None:
    assert "0 times" in wrong(Passage("TER is {}", lambda: [1]), PAGE)[0]
    assert "2 times" in wrong(Passage("SER is {}", lambda: [1]), PAGE)[0]
