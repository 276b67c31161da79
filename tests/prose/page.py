"""A page's passages and tables, and the numbers in them beside what they should be.

A passage is a piece of the page with `{}` in place of each number; a table is named by the start
of its header. Both say where their numbers stand and what the rows say of each. A number agrees
where it is off by at most half a unit of its last printed digit. Numbers that stand in the text of
a passage itself are settings, by which its function chooses rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DIGITS = r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
NUMBER = re.compile(rf"(?<![\w.]){DIGITS}")
PLACE = rf"({DIGITS}|{'|'.join(rf'(?i:{word})' for word in WORDS)})"
DECIMAL = re.compile(r"(?<![\w.])\d*\.\d+(?![\w]|\.\d)")
NAMES = re.compile(  # works, theorems and versions; targets and levels that are set
    r"\d{4}\.\d{5}|(?:Theorem|Python|torch|CUDA|Apache-) ?\d+\.\d+(?:\.\d+)?"
    r"|SER\s+0?\.1(?!\d)|0?\.01 ?/ ?L|0\.1\s+bits|level\s+\.\d+|[Mm]argin\s+of\s+\.\d+"
)
LINE = re.compile(r"\|.*\|")
ROUNDING = 1e-9


class Held(NamedTuple):
    """A printed number: where it begins and ends in the page, and what it should be."""

    begin: int
    end: int
    value: float


@dataclass(frozen=True)
class Passage:
    """A piece of the page that stands there once, and the numbers at its places, in order."""

    text: str
    values: Callable[[], Sequence[float]]

    def span(self, page: str) -> tuple[int, int]:
        """Where it stands."""
        return _match(self.text, page).span()

    def held(self, page: str) -> list[Held]:
        """Its numbers."""
        match, values = _match(self.text, page), self._values
        places = [match.span(place) for place in range(1, 1 + len(match.groups()))]
        assert len(places) == len(values), f"{self.text!r} has {len(places)} places for {values}"
        return [Held(*place, float(value)) for place, value in zip(places, values, strict=True)]

    @cached_property
    def _values(self) -> Sequence[float]:
        return self.values()


@dataclass(frozen=True)
class Outside:
    """A piece of the page whose numbers no row gives, with the reason; `{}` for any number."""

    text: str
    reason: str

    def span(self, page: str) -> tuple[int, int]:
        """Where it stands."""
        return _match(self.text, page).span()


@dataclass(frozen=True)
class OutsideSection:
    """All under a heading, whose numbers no row gives, with the reason."""

    heading: str
    reason: str

    def span(self, page: str) -> tuple[int, int]:
        """From the heading to the next one."""
        assert page.count(f"\n{self.heading}\n") == 1, f"no heading {self.heading!r}, or several"
        begin = page.index(f"\n{self.heading}\n") + 1
        end = page.find("\n## ", begin)
        return begin, len(page) if end < 0 else end


@dataclass(frozen=True)
class OutsideTable:
    """A table, by the start of its header, whose numbers no row gives, with the reason."""

    header: str
    reason: str

    def span(self, page: str) -> tuple[int, int]:
        """Where it stands."""
        return _table(self.header, page)


@dataclass(frozen=True)
class Table:
    """A table, and the numbers of a cell by the labels of its line and its column from 0.

    The first `labels` columns are labels; a label that is left out is that of the line above. Of
    a grouped table a label "one: two" begins a group, and each line has the labels one, two. A
    cell that the table leaves empty is not asked for. None says that no row gives its numbers.
    """

    header: str
    numbers: Callable[[tuple[str, ...], int], Sequence[float] | None]
    labels: int = 1
    grouped: bool = False

    def span(self, page: str) -> tuple[int, int]:
        """Where it stands."""
        return _table(self.header, page)

    def held(self, page: str) -> list[Held]:
        """The numbers of all its cells."""
        begin, end = self.span(page)
        held: list[Held] = []
        above, group = [""] * self.labels, ""
        for line in islice(LINE.finditer(page, begin, end), 2, None):
            cells = list(_cells(page, *line.span()))
            above = [page[slice(*cell)].strip() or old for cell, old in zip(cells, above)]
            names = tuple(above)
            if self.grouped:
                first, colon, second = names[0].rpartition(": ")
                group = first if colon else group
                names = (group, second)
            for column, cell in enumerate(cells[self.labels :]):
                if page[slice(*cell)].strip():
                    held += self._cell(page, cell, names, column)
        return held

    def _cell(
        self, page: str, cell: tuple[int, int], labels: tuple[str, ...], column: int
    ) -> Iterator[Held]:
        places = [match.span() for match in NUMBER.finditer(page, *cell)]
        values = self.numbers(labels, column)
        if values is None:
            return
        assert len(places) == len(values), f"{labels}, column {column}: {values}"
        for place, value in zip(places, values, strict=True):
            yield Held(*place, float(value))


Item = Passage | Table


@dataclass(frozen=True)
class Page:
    """A page of the source with what holds its numbers, and what comes from outside.

    At least `least` numbers are held by rows. Each number with a decimal point stands in a passage,
    in a table, or in what is said to come from outside.
    """

    path: str
    items: tuple[Item, ...]
    outside: tuple[Outside | OutsideSection | OutsideTable, ...] = ()
    least: int = 0

    def read(self) -> str:
        """The text as it is in the source."""
        return (ROOT / self.path).read_text()


def wrong(item: Item, page: str) -> list[str]:
    """What an item says otherwise than the page, one line a number; empty where they agree."""
    try:
        held = item.held(page)
    except AssertionError as error:
        return [str(error)]
    lines = []
    for begin, end, value in held:
        printed = page[begin:end]
        if not agrees(printed, value):
            around = " ".join(page[max(0, begin - 60) : end + 20].split())
            lines.append(f"{printed} should be {value:.6g}: ..{around}..")
    return lines


def agrees(printed: str, value: float) -> bool:
    """Whether a number is printed as it is, to half a unit of the last digit."""
    if printed.lower() in WORDS:
        return value == WORDS.index(printed.lower())
    digits = printed.replace(",", "")
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    return abs(float(digits) - value) <= half + ROUNDING


def unheld(page: Page, text: str) -> list[str]:
    """The numbers with a decimal point that nothing holds and that are not said to come from
    outside, each with its line."""
    spans = [part.span(text) for part in (*page.items, *page.outside)]
    spans += [match.span() for match in NAMES.finditer(text)]
    lines = []
    for match in DECIMAL.finditer(text):
        begin, end = match.span()
        if not any(first <= begin and end <= last for first, last in spans):
            line = text[text.rfind("\n", 0, begin) + 1 : text.find("\n", end)]
            lines.append(f"{match.group()} in {line.strip()!r}")
    return lines


def _match(passage: str, page: str) -> re.Match[str]:
    pieces = [r"\s+".join(map(re.escape, re.split(r"\s+", one))) for one in passage.split("{}")]
    matches = list(re.finditer(PLACE.join(pieces), page))
    assert len(matches) == 1, f"stands {len(matches)} times on the page: {passage!r}"
    return matches[0]


def _table(header: str, page: str) -> tuple[int, int]:
    assert page.count(f"\n{header}") == 1, f"no table {header!r}, or several"
    begin = page.find(f"\n{header}") + 1
    end = page.find("\n\n", begin)
    return begin, len(page) if end < 0 else end


def _cells(page: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the cells between the bars of a line begin and end."""
    bars = [at for at in range(begin, end) if page[at] == "|" and page[at - 1] != "\\"]
    yield from zip([bar + 1 for bar in bars], bars[1:])
