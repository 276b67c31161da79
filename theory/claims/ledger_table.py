"""The ledger in short, for a terminal: it needs neither rows nor rules."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table


class Line(NamedTuple):
    """What a table shows of a claim: `headline` is what the sentence begins with."""

    id: str
    verdict: str
    profile: str
    headline: str
    sentence: str
    subject: str


def ledger_table(lines: Sequence[Line], title: str, *, in_full: bool = False) -> Table:
    """Verdict and claim, a line each, below their subjects; `in_full` with the numbers behind."""
    table = Table(
        title=title, caption="steplab ledger --claim ID shows every test", box=None, pad_edge=False
    )
    for column in ("verdict", "claim", "what holds"):
        table.add_column(column, overflow="fold", no_wrap=column == "claim")
    subject = ""
    for place, one in enumerate(lines, start=1):
        if one.subject != subject:
            subject = one.subject
            table.add_row("", "", f"[bold]{subject}[/]")
        told = f"{one.sentence}\n" if in_full else one.headline
        table.add_row(one.verdict, f"{place:>2} {one.id}", told)
    return table


def ledger_title(lines: Sequence[Line]) -> str:
    """Whose rows the ledger speaks of."""
    profiles = dict.fromkeys(one.profile for one in lines if one.verdict != "not run")
    return f"ledger of the {' and '.join(profiles) or 'missing'} rows"
