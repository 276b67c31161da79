"""`figures/.drawn-from`: what a report was made from, and what its files were when it was made.

So that a report is made again where rows or code changed, and where a file was cut, removed or
edited since.
"""

import json
from pathlib import Path

from synthetic.experiments.durable import set_aside, sha256_of, write_over
from synthetic.experiments.store import to_stderr

REPORT, LINES, FIGURES = "report.html", "ledger_lines.json", "figures"


def is_current(folder: Path, source: str) -> bool:
    """Whether the report of a folder was made from this source and all its files are as written.

    A line on standard error names a file that is not.
    """
    try:
        kept = json.loads(_mark(folder).read_text(encoding="utf-8"))
        if kept["source"] != source:
            return False
        written = dict(kept["files"])
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError, KeyError):
        to_stderr(f"{_mark(folder)} is damaged: the report is made again")
        return False
    changed = [name for name, digest in written.items() if _digest(folder / name) != digest]
    if changed:
        to_stderr(f"{folder / changed[0]} is not as it was written: the report is made again")
    return not changed


def forget(folder: Path) -> None:
    """Clear the way for a new report: no mark, and nothing but files in the places of files."""
    for path in (folder / REPORT, folder / LINES, _mark(folder)):
        if path.is_dir():
            to_stderr(f"{path} is a folder; kept as {set_aside(path)}")
    _mark(folder).unlink(missing_ok=True)


def remember(folder: Path, source: str) -> None:
    """Say what the report of a folder was made from, once all its files are there."""
    figures = [path for path in sorted((folder / FIGURES).iterdir()) if path.name[0] != "."]
    files = [folder / REPORT, folder / LINES, *(path for path in figures if path.is_file())]
    digests = {str(path.relative_to(folder)): sha256_of(path) for path in files}
    write_over(_mark(folder), json.dumps({"source": source, "files": digests}, indent=1).encode())


def _mark(folder: Path) -> Path:
    return folder / FIGURES / ".drawn-from"


def _digest(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None
