"""One table of all benchmarks: ours beside a peer's, measured in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

REPEATS = 7


@dataclass(frozen=True)
class Row:
    """A figure of ours, and where there is one the peer's figure in the same unit."""

    name: str
    ours: float
    unit: str
    peer: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The peer's figure over ours."""
        return None if self.peer is None else self.peer / self.ours


def median_seconds(
    functions: Sequence[Callable[[], object]], repeats: int = REPEATS
) -> list[float]:
    """Median seconds of each function over alternating runs, after one warm-up of each."""
    for function in functions:
        function()
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(repeats):
        for function, taken in zip(functions, seconds, strict=True):
            started = time.perf_counter()
            function()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]


def show(rows: Sequence[Row], title: str) -> None:
    """Prints rows as a table."""
    table = Table(title=title)
    for column in ("what", "ours", "peer", "peer / ours", "unit", "note"):
        table.add_column(column, justify="left" if column in ("what", "unit", "note") else "right")
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:.4g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.name, f"{row.ours:.4g}", peer, ratio, row.unit, row.note)
    Console(width=160).print(table)
