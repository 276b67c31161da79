"""What a figure is before it is drawn, and what it is on disk."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A figure on disk: its title, what it shows, and its two PNG files (a PDF lies beside)."""

    title: str
    text: str
    light: Path
    dark: Path


@dataclass(frozen=True)
class Plan:
    """A figure to draw: file name, title, what it shows, and the function that draws it."""

    name: str
    title: str
    text: str
    draw: Callable[[pd.DataFrame], Figure]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", file_name(self.name))


def file_name(text: str) -> str:
    """A text as the name of a file: what could lead elsewhere is gone, and names stay apart."""
    plain = re.sub(r"[^A-Za-z0-9_.+-]+|^\.+|\.\.+", "_", text)[:120]
    return plain if plain == text else f"{plain}-{sha256(text.encode()).hexdigest()[:8]}"
