"""Where commands print."""

import sys

from rich.console import Console


def wide_console() -> Console:
    """The terminal, or wide enough for every table where output goes to a file or a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=160)
