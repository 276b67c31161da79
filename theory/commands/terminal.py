"""Where commands print."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

LONG = 4096


def wide_console() -> Console:
    """The terminal, or wide enough for every table where output goes to a file or a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=160)


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

    Nothing is shown where the errors go to a file or a pipe.
    """
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int, following: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{what}: {following}")

        yield show
