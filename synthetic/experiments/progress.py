"""What a run shows while it runs: a live bar on a terminal, single lines elsewhere."""

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from synthetic.arguments import checked
from synthetic.experiments.unit import Unit

if TYPE_CHECKING:
    from rich.table import Table

_LINE_SECONDS = 1.0
_TRUSTED_SECONDS = 60.0
_SHOWN_UNITS = 6


@dataclass(frozen=True)
class Running:
    """A unit that runs now: its description and the fraction of it done."""

    text: str
    fraction: float


@dataclass(frozen=True)
class Standing:
    """Where a run stands: counts of units, what runs now, seconds elapsed and left."""

    total: int
    done: int
    failed: int
    blocked: int
    running: Sequence[Running]
    elapsed_seconds: float
    left_seconds: float

    @property
    def counts(self) -> str:
        """The counts and times on one line."""
        parts = [f"{self.done} of {self.total} units done"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.blocked} not run because of it"] if self.blocked else []
        parts += [f"{duration(self.elapsed_seconds)} elapsed"]
        if self.done + self.failed + self.blocked < self.total:
            parts += [f"about {duration(self.left_seconds)} left"]
        return ", ".join(parts)


class Progress(Protocol):
    """Shows the standing of a run."""

    def line(self, text: str) -> None:
        """Say something that stays to be read."""
        ...

    def update(self, standing: Standing) -> None:
        """Show where the run stands; called often."""
        ...

    def close(self) -> None:
        """Show the last standing and let the terminal go."""
        ...


class Forecast:
    """The seconds left: those expected of the units left, scaled by what others have taken.

    The first units of a run are often small ones that pay for the start of their worker, many times
    what they expect of themselves: until a minute was expected of units that have ended, the rest
    of it counts as taken as expected.
    """

    def __init__(self) -> None:
        self._shared = 0.0
        self._alone = 0.0
        self._expected = 0.0
        self._observed = 0.0

    def add(self, unit: Unit) -> None:
        """Count on a unit."""
        self._count(unit, 1.0)

    def end(self, unit: Unit, seconds: float | None = None) -> None:
        """A unit that was counted on took so many seconds, or will not run (None)."""
        self._count(unit, -1.0)
        if seconds is not None:
            self._expected += unit.expected_seconds
            self._observed += seconds

    def seconds_left(self, running: Iterable[tuple[Unit, float]], capacity: int) -> float:
        """The estimate, given the fraction done of each running unit."""
        shared, alone = self._shared, self._alone
        for unit, fraction in running:
            if unit.timing:
                alone -= fraction * unit.expected_seconds
            else:
                shared -= fraction * unit.expected_seconds * unit.threads
        trusted = max(0.0, _TRUSTED_SECONDS - self._expected)
        ratio = (self._observed + trusted) / (self._expected + trusted)
        return max(0.0, ratio * (shared / max(capacity, 1) + alone))

    def _count(self, unit: Unit, sign: float) -> None:
        if unit.timing:
            self._alone += sign * unit.expected_seconds
        else:
            self._shared += sign * unit.expected_seconds * unit.threads


@checked
def progress_on(stream: TextIO | None = None) -> Progress:
    """A live bar where the stream (standard error unless given) is a terminal, else lines."""
    stream = stream or sys.stderr
    return TerminalProgress(stream) if stream.isatty() else LineProgress(stream)


class LineProgress:
    """Plain lines: one when the counts have changed, at most one a second."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = 0.0
        self._said: tuple[int, ...] = ()
        self._last: Standing | None = None

    def line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def update(self, standing: Standing) -> None:
        """Print the counts if they are news."""
        self._last = standing
        if time.monotonic() >= self._next:
            self._say(standing)

    def close(self) -> None:
        """Print the last counts if they are news."""
        if self._last is not None:
            self._say(self._last)

    def _say(self, standing: Standing) -> None:
        news = (standing.done, standing.failed, standing.blocked)
        if news != self._said:
            self._said = news
            self._next = time.monotonic() + _LINE_SECONDS
            self.line(standing.counts)


class TerminalProgress:
    """A live bar with the units that run now below it."""

    def __init__(self, stream: TextIO) -> None:
        # Imported here: a run with nothing to do is over before rich would be loaded.
        from rich.console import Console
        from rich.live import Live

        self._live = Live(console=Console(file=stream), auto_refresh=False)
        self._live.start()

    def line(self, text: str) -> None:
        """Print a line above the bar."""
        self._live.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def update(self, standing: Standing) -> None:
        """Draw the bar."""
        self._live.update(_drawn(standing), refresh=True)

    def close(self) -> None:
        """Leave the last bar in place."""
        self._live.stop()


def duration(seconds: float) -> str:
    """Seconds for a person: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _drawn(standing: Standing) -> "Table":
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    inside = sum(unit.fraction for unit in standing.running)
    ended = standing.done + standing.failed + standing.blocked
    lines = [Text(standing.counts, no_wrap=True, overflow="ellipsis")]
    for unit in standing.running[:_SHOWN_UNITS]:
        share = f"{unit.fraction:4.0%} " if unit.fraction else "     "
        lines.append(Text(f"  {share}{unit.text}", no_wrap=True, overflow="ellipsis"))
    if len(standing.running) > _SHOWN_UNITS:
        lines.append(Text(f"       and {len(standing.running) - _SHOWN_UNITS} more"))
    drawn = Table.grid()
    drawn.add_row(ProgressBar(total=max(standing.total, 1), completed=ended + inside, width=60))
    for line in lines:
        drawn.add_row(line)
    return drawn
