"""Where commands print."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from synthetic.experiments.progress import duration

LONG = 4096
FIRST_LINE_SECONDS = 30.0


def wide_console() -> Console:
    """The terminal, or wide enough for every table where output goes to a file or a pipe."""
    width = None if sys.stdout.isatty() else 160
    return Console(width=width, markup=False)  # a pattern may have brackets


def say_if_long(length: int) -> None:
    """One line on the errors where sequences are so long that minutes pass without a word."""
    if length > LONG:
        print(
            f"steplab: {length:,} positions or steps may take minutes or hours; Ctrl-C ends it",
            file=sys.stderr,
            flush=True,
        )


@contextmanager
def shown_progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the terminal of the errors, moved by (number done, number in all, what is next).

    The time that has passed moves while one long step is computed. Where the errors go to a file or
    a pipe, a line says what is at work after FIRST_LINE_SECONDS and after twice as long each time.
    """
    from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

    console = Console(stderr=True, markup=False)
    columns = (SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn())
    ended = threading.Event()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int, following: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{what}: {following}")

        def tell() -> None:
            passed, until = 0.0, FIRST_LINE_SECONDS
            while not ended.wait(until - passed):
                passed, until = until, 2 * until
                print(
                    f"steplab: {bar.tasks[0].description}, after {duration(passed)}; "
                    "Ctrl-C ends it",
                    file=sys.stderr,
                    flush=True,
                )

        if bar.disable:
            threading.Thread(target=tell, daemon=True).start()
        try:
            yield show
        finally:
            ended.set()
