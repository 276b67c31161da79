"""All figures of a set of rows, each in the light and the dark theme."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from theory.figures import cost_against_error, error_against_steps
from theory.figures.style import DARK, LIGHT, save, themed


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


ERROR_TEXT = (
    "Left: token error rate by its path bound, an upper bound on the perplexity of the generated "
    "law; the thin line is the perplexity of the language itself. Middle: perplexity under the "
    "language of the generated sequences that it contains; that of all of them is infinite as soon "
    "as one is impossible, and the share of impossible ones stands at the top. Right: sequence "
    "error rate. Bernoulli reveal is the ancestral sampler, fixed count reveals L/N tokens a step. "
    "The dotted level is the autoregressive model, L evaluations of one position each."
)
COST_TEXT = (
    "The same error rates of the trained models against what a sequence costs: evaluations of the "
    "network (a step that reveals nothing needs none; the autoregressive model computes one "
    "position an evaluation, with a key-value cache), FLOPs by formula, and measured seconds on "
    "one thread where they were measured."
)


def plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures that the rows allow, each with its own rows."""
    found = []
    for language, own in rows.groupby("language", sort=False):
        if (own["metric"] == "sequence_error_rate").any():
            error = Plan(
                f"error_against_steps_{language}",
                f"{language}: error against denoising steps",
                ERROR_TEXT,
                error_against_steps.draw,
            )
            found.append((error, own))
    for language, own in rows.groupby("language", sort=False):
        if (own["metric"] == "flops").any():
            cost = Plan(
                f"cost_against_error_{language}",
                f"{language}: what an error rate costs",
                COST_TEXT,
                cost_against_error.draw,
            )
            found.append((cost, own))
    return found


def draw_all(rows: pd.DataFrame, folder: Path) -> list[Picture]:
    """Draws every figure of the rows into a folder."""
    return [draw_one(plan, own, folder) for plan, own in plans(rows)]


def draw_one(plan: Plan, rows: pd.DataFrame, folder: Path) -> Picture:
    """Draws one figure as PNG in both themes and as PDF."""
    for theme in (LIGHT, DARK):
        with themed(theme):
            save(plan.draw(rows), folder, plan.name, theme)
    return Picture(
        plan.title, plan.text, folder / f"{plan.name}.png", folder / f"{plan.name}-dark.png"
    )
