"""All figures of a set of rows, each in the light and the dark theme."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from synthetic.experiments import InProcess, local_executor, processors
from synthetic.experiments.durable import remove_stale
from synthetic.experiments.kinds import LimitedData
from theory.claims import Test
from theory.claims.claim import INTERVALS
from theory.claims.ledger import LedgerEntry
from theory.claims.statistics_table import PATH_BOUNDS
from theory.report.figures import claims, cost_against_error, error_against_steps
from theory.report.figures.data import DATA_PLANS, FAMILY_PLANS
from theory.report.figures.formal import class_and_steps, order_depth
from theory.report.figures.laws import CHAIN_PLANS, GRID_PLANS
from theory.report.figures.noise import DISTANCE_PLANS, NOISE_PLANS, ORDER_PLANS, SMALL_PLANS
from theory.report.figures.plan import Picture, Plan
from theory.report.figures.style import DARK, LIGHT, save, settle, themed
from theory.studies.kinds import (
    CallsToDivergence,
    ClassAndSteps,
    GridOptimum,
    LeastStepsToDistance,
    LongOrderDepth,
    OrderDepth,
)
from theory.tables.law_rows import chain_laws, exact_laws
from theory.tables.limited_data import family_of
from theory.tables.noise_rows import noise_rows
from theory.tables.rows import of_kind, one_each, sampled

__all__ = ["Picture", "Plan", "claim_plan", "draw_all", "draw_one", "plans"]
MOST_PROCESSES = 8  # beyond that their start takes longer than the drawing

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


CLAIM_TEXT = (
    f"Points with {INTERVALS}, round for the exact denoiser, square for trained models, triangles "
    "and diamonds where they are path bounds; of the catalogue's languages the median between the "
    "least and the greatest. Filled "
    "where the rule says supported, open where refuted, half where inconclusive. The solid line is "
    "the margin of support, the dashed one that of refutation, one line if both are the same. An "
    f"arrow stands for an end beyond all that was measured. {PATH_BOUNDS}"
)


def plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures that the rows allow, each with its own rows, one a quantity: of samples, of laws,
    of formal languages, of noise, of limited data."""
    rows = one_each(rows)
    noisy = by_language(noise_rows(rows), NOISE_PLANS)
    orders = by_language(of_kind(rows, CallsToDivergence), ORDER_PLANS)
    grids, distances = of_kind(rows, GridOptimum), of_kind(rows, LeastStepsToDistance)
    wanted = [(plan, grids) for plan in SMALL_PLANS]
    wanted += [(plan, distances) for plan in DISTANCE_PLANS]
    small = [(made, table) for plan, table in wanted if (made := plan(table)) is not None]
    limited = data_plans(of_kind(rows, LimitedData))
    laws = [*law_plans(exact_laws(rows)), *formal_plans(rows)]
    return [*sampled_plans(sampled(rows)), *laws, *noisy, *orders, *small, *limited]


def sampled_plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures of measurements, each with the rows of its language at the longest length."""
    pictures = []
    longest = rows.groupby("language")["length"].transform("max")
    by_language = list(rows[rows["length"] == longest].groupby("language", sort=False))
    for language, group in by_language:
        if (group["metric"] == "sequence_error_rate").any():
            error = Plan(
                f"error_against_steps_{language}",
                f"{language}: error against denoising steps",
                ERROR_TEXT,
                error_against_steps.draw,
            )
            pictures.append((error, group))
    for language, group in by_language:
        if (group["metric"] == "flops").any():
            cost = Plan(
                f"cost_against_error_{language}",
                f"{language}: what an error rate costs",
                COST_TEXT,
                cost_against_error.draw,
            )
            pictures.append((cost, group))
    return pictures


def law_plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures of exact laws: those of one chain with its rows, then those of many chains."""
    chains = [table for _, table in chain_laws(rows).groupby("language", sort=False)]
    wanted = [(plan, table) for table in chains for plan in CHAIN_PLANS]
    wanted += [(plan, rows) for plan in GRID_PLANS]
    made = [(plan(table), table) for plan, table in wanted]
    return [(plan, table) for plan, table in made if plan is not None]


def formal_plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures of all formal languages: their steps, and the depths of orders."""
    steps, depths = of_kind(rows, ClassAndSteps), of_kind(rows, OrderDepth, LongOrderDepth)
    made = [(class_and_steps.plan(steps), steps), (order_depth.plan(depths), depths)]
    return [(plan, table) for plan, table in made if plan is not None]


def data_plans(rows: pd.DataFrame) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures of models on limited data: those of one draw, then those of all draws."""
    if rows.empty:
        return []
    families = rows["language"].astype(str).map(family_of)
    groups = [group for _, group in rows.groupby(families, sort=False)]
    made = [(plan(group), group) for group in groups for plan in FAMILY_PLANS]
    together = [(plan, group) for plan, group in made if plan is not None]
    return [*by_language(rows, DATA_PLANS), *together]


def by_language(
    rows: pd.DataFrame, made_of: Sequence[Callable[[pd.DataFrame], Plan | None]]
) -> list[tuple[Plan, pd.DataFrame]]:
    """The figures of each language with its rows."""
    languages = [group for _, group in rows.groupby("language", sort=False)]
    made = [(plan(group), group) for group in languages for plan in made_of]
    return [(plan, group) for plan, group in made if plan is not None]


def claim_plan(entry: LedgerEntry) -> tuple[Plan, pd.DataFrame]:
    """The figure of a claim from its tests, with the rows behind them."""
    title = f"{entry.claim.id}: every test between the margins of its rule"
    text = f"{CLAIM_TEXT} Profile: {entry.profile}."
    return Plan(entry.claim.figure, title, text, partial(_draw_tests, entry.tests)), entry.rows


def _draw_tests(tests: Sequence[Test], _: pd.DataFrame) -> Figure:
    return claims.draw(tests)


def draw_all(
    drawings: Sequence[tuple[Plan, pd.DataFrame]], folder: Path, workers: int | None = 1
) -> list[Picture]:
    """Draws figures into a folder, side by side in `workers` processes; the bytes are the same.

    One worker is this process; None stands for one a core, up to MOST_PROCESSES. Raises
    ChildProcessError where a process dies.
    """
    if workers is None:
        workers = min(MOST_PROCESSES, processors())
    pool = (InProcess() if workers == 1 else local_executor(workers)).open()
    ended = False
    try:
        # not by `map`, which cancels what it waits for: the pool of Python 3.11 never ends then
        drawn = [pool.executor.submit(draw_one, plan, rows, folder) for plan, rows in drawings]
        pictures = [one.result() for one in drawn]
        ended = True
        return pictures
    except BrokenExecutor as error:
        raise ChildProcessError(
            f"a process that drew figures into {folder} died, perhaps for want of memory; "
            "draw in fewer with --workers"
        ) from error
    finally:
        pool.close()
        if not ended:  # what its processes left half written
            remove_stale(folder, seconds=0)


def draw_one(plan: Plan, rows: pd.DataFrame, folder: Path) -> Picture:
    """Draws one figure as PNG in both themes and as PDF."""
    settled = None
    for theme in (LIGHT, DARK):
        with themed(theme):
            figure = plan.draw(rows)
            settle(figure, like=settled)
            save(figure, folder, plan.name, theme)
            settled = figure
    return picture_of(plan, folder)


def picture_of(plan: Plan, folder: Path) -> Picture:
    """Where a figure that was drawn into a folder lies."""
    return Picture(
        plan.title, plan.text, folder / f"{plan.name}.png", folder / f"{plan.name}-dark.png"
    )
