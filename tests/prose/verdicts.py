"""Verdicts that a page gives beside the id of a claim: in the cell of a table, or in a sentence.

In a table the verdict is the first word of the cell after the id, or of the column `now` where the
table also says what it was before. In a sentence it is the first verdict after an id, before the
next backtick and the next stop.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, get_args

from theory.claims import CLAIMS
from theory.claims.rules import Verdict

WORDS = "|".join(word for word in get_args(Verdict) if word.isalpha())
ID = rf"`({'|'.join(CLAIMS)})`"
SENTENCE = re.compile(rf"{ID}(?:(?!\.\s)[^`|;:])*?\b({WORDS})\b")
CELL = re.compile(rf"\s*({WORDS})\b")
NOW = "now"


class Said(NamedTuple):
    """A verdict on a page: the claim, the word, and where the word begins."""

    claim: str
    verdict: str
    begin: int


def verdicts(page: str) -> list[Said]:
    """All verdicts of a page."""
    prose = re.sub(r"^\|.*$", lambda line: " " * len(line[0]), page, flags=re.MULTILINE)
    pairs = [Said(match[1], match[2], match.start(2)) for match in SENTENCE.finditer(prose)]
    return pairs + list(_of_tables(page))


def _of_tables(page: str) -> Iterator[Said]:
    header: list[str] = []
    for line in re.finditer(r"^.*$", page, flags=re.MULTILINE):
        if not line[0].startswith("|"):
            header = []
            continue
        cells = line[0].split("|")
        header = header or [cell.strip() for cell in cells]
        for column, cell in enumerate(cells[:-1]):
            claim = re.fullmatch(rf"\s*{ID}\s*", cell)
            if claim is None:
                continue
            place = header.index(NOW) if NOW in header else column + 1
            begin = line.start() + sum(len(before) + 1 for before in cells[:place])
            if verdict := CELL.match(cells[place]):
                yield Said(claim[1], verdict[1], begin + verdict.start(1))
