"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import tyro

RESULTS = Path("results")
LanguageName = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="LANGUAGE")]
