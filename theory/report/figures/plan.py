"""What a figure is before it is drawn, and what it is on disk."""

from collections.abc import Callable
from dataclasses import dataclass
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
