"""The ledger in short, for a terminal: it needs neither rows nor rules."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table


class Line(NamedTuple):
    """What a table shows of a claim."""

    id: str
    statement: str
    verdict: str
    differs: bool
    profile: str
    quick: str
    sentence: str


def ledger_table(lines: Sequence[Line]) -> Table:
    """The ledger for a terminal: claim, verdict and profile, what holds."""
    table = Table(
        title="ledger",
        caption="* the quick profile says otherwise; steplab ledger --claim ID shows every test",
        show_lines=True,
    )
    for column in ("claim", "verdict", "profile", "quick", "what holds"):
        table.add_column(column, overflow="fold")
    for one in lines:
        table.add_row(
            f"{one.id}\n{one.statement}",
            one.verdict + (" *" if one.differs else ""),
            one.profile,
            one.quick,
            one.sentence,
        )
    return table
