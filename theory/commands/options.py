"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import tyro

RESULTS = Path("results")
LanguageName = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="LANGUAGE")]


def elsewhere(results: Path) -> Path | None:
    """A folder of results that is not the usual one."""
    return None if results == RESULTS else results
