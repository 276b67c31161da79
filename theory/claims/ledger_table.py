"""The ledger in short, for a terminal: it needs neither rows nor rules."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table

CAPTION = "steplab ledger --claim ID shows every test, and what is shown beside those that decide"


class Line(NamedTuple):
    """What a table shows of a claim: `headline` is what the sentence begins with, `brief` is it
    without what is shown beside."""

    id: str
    verdict: str
    profile: str
    headline: str
    sentence: str
    brief: str
    subject: str


def ledger_table(lines: Sequence[Line], title: str, *, in_full: bool = False) -> Table:
    """Each claim with its verdict, and below it what holds, by subject; `in_full` with the numbers
    of what decides."""
    table = Table(title=title, caption=CAPTION, box=None, pad_edge=False, show_header=False)
    table.add_column("place", justify="right")
    table.add_column("what holds", overflow="fold")
    subject = ""
    for place, one in enumerate(lines, start=1):
        if one.subject != subject:
            subject = one.subject
            table.add_row("", subject, style="bold")
        told = f"{one.brief}\n" if in_full else one.headline
        table.add_row(str(place), f"{one.id}: {one.verdict}\n{told}")
    return table


def ledger_title(lines: Sequence[Line]) -> str:
    """Whose rows the ledger speaks of."""
    profiles = dict.fromkeys(one.profile for one in lines if one.verdict != "not run")
    return f"ledger of the {' and '.join(profiles) or 'missing'} rows"
