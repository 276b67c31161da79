"""The exact laws in numbers: constants, slopes, deviations and looseness, read off rows."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from theory.tables.law_rows import (
    LEAST_LENGTH,
    chain_laws,
    collapse,
    collision_row,
    exact_laws,
    gap_slope,
    information_drop,
    largest_deviation,
    least_steps_rows,
    orders,
    phase_points,
    slack_ratios,
    slope,
    three_curves,
)
from theory.tables.rows import one_each


class LawNumber(NamedTuple):
    """One number with the ends of its interval, not a number where it has none."""

    quantity: str
    value: float
    low: float = math.nan
    high: float = math.nan
    note: str = ""


COLUMNS = ("language", *LawNumber._fields)


def law_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns language, quantity, value, low, high, note: every number that the rows allow.

    low and high are the ends of a 95% interval where the note names words, of a proved error
    elsewhere, and not a number where there is neither. Empty without rows of exact laws.
    """
    laws = one_each(exact_laws(rows))
    lines: list[tuple[object, ...]] = []
    for language, group in chain_laws(laws).groupby("language", sort=False):
        lines += [(language, *number) for number in _chain_numbers(group)]
    lines += [("random chains", *number) for number in _grid_numbers(laws)]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _chain_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    yield from _collapse_numbers(rows)
    yield from _least_steps_numbers(rows)
    yield from _curve_numbers(rows)
    yield from _order_numbers(rows)


def _collapse_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    constant = collision_row(rows)
    if constant is not None:
        ends = (constant["value"], constant["low"], constant["high"])
        yield LawNumber("collision constant c", *ends, "certified")
    table = collapse(rows)
    if len(table):
        longest = table[table["length"] == table["length"].max()]
        yield _deviation("largest SER - (1 - exp(-c L/N))", table)
        yield _deviation("the same at the longest L", longest)


def _deviation(name: str, table: pd.DataFrame) -> LawNumber:
    worst = largest_deviation(table)
    note = f"at L = {worst['length']:g}, N = {worst['steps']:g}"
    return LawNumber(
        name, worst["deviation"], worst["deviation_low"], worst["deviation_high"], note
    )


def _least_steps_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    for metric, name in (("sequence_error_rate", "SER"), ("token_error_rate_gap", "TER gap")):
        for target, group in least_steps_rows(rows, metric).groupby("target", sort=False):
            last, label = group.iloc[-1], f"least N for {name} <= {target:g}"
            fitted = slope(group)
            if fitted is not None:
                from_one = f", {fitted - 1:+.4f} from 1" if name == "SER" else ""
                lengths = f"L = {max(LEAST_LENGTH, group['length'].min()):g}..{last['length']:g}"
                yield LawNumber(
                    f"{label}: slope in L", fitted, note=f"log-log, {lengths}{from_one}"
                )
            off = last["predicted"] / last["steps"] - 1
            note = f"at L = {last['length']:g}: {last['predicted']:g} for {last['steps']:g}"
            yield LawNumber(f"{label}: collision law / exact - 1", off, note=note)
            if name == "TER gap":
                for line in group.itertuples(index=False):
                    yield LawNumber(
                        label, float(str(line.steps)), note=f"L = {line.length}, {line.estimator}"
                    )


def _curve_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    """The three constants at the largest N beside their predictions, and how loose bounds are."""
    table = three_curves(rows)
    if table.empty:
        return
    last = table.iloc[-1]
    steps, where = last["steps"], f"L = {last['length']:g}, N = {last['steps']:g}"
    constant, drop = collision_row(rows), information_drop(rows)
    c = "" if constant is None else f", c = {constant['value']:.6g}"
    half = "" if drop is None else f", (f(0) - f(1))/2 = {drop / 2:.6g}"
    words = f"{last['samples']:g} words"
    ends = (steps * last["low"], steps * last["high"])
    yield LawNumber("N TER gap", steps * last["gap"], *ends, note=f"{where}, {words}{c}")
    if len(table) > 1:
        yield LawNumber(
            "TER gap: slope in N", gap_slope(table), note=f"log-log, the last two, {where}"
        )
    yield LawNumber("-N log(1 - SER)/L", steps * last["per_token"], note=f"{where}, exact{c}")
    yield LawNumber("N path average", steps * last["path_average"], note=f"{where}, exact{half}")
    for column, name in (
        ("path_average", "path average"),
        ("log_vocabulary", "(log V / N)"),
        ("two_phase", "Theorem 4.2 (our statement)"),
    ):
        value = last[column]
        # a gap whose interval reaches 0 bounds no ratio from above
        top = value / last["low"] if last["low"] > 0 else math.inf
        note = f"{where}, {words}"
        yield LawNumber(f"{name} / TER gap", value / last["gap"], value / last["high"], top, note)


def _order_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    table = orders(rows)
    zero = table[table["is_exact"] & (table["high"] == 0)]
    for reveal, group in zero.groupby("reveal", sort=False):
        length = int(group["length"].iloc[0])
        known = (
            f", ceil(log2(L + 1)) = {math.ceil(math.log2(length + 1))}"
            if reveal == "bisection"
            else ""
        )
        yield LawNumber(
            f"least computed N of SER 0: {reveal}",
            group["steps"].min(),
            note=f"L = {length}{known}",
        )


def _grid_numbers(rows: pd.DataFrame) -> Iterator[LawNumber]:
    points = phase_points(rows)
    if len(points):
        zero = points["collision_constant"] == 0
        branchings = ", ".join(f"{value:g}" for value in sorted(points[zero]["branching"].unique()))
        yield LawNumber(
            "chains with c = 0",
            int(zero.sum()),
            note=f"branching {branchings or 'none'}, of {len(points)}",
        )
        yield from _spread("c / ((f(0) - f(1))/2) where c > 0", points[~zero]["ratio"])
    ratios = slack_ratios(rows)
    if len(ratios):
        for branching, group in ratios.groupby("branching"):
            name = f"KL of the law sampled / path average, branching {branching:g}"
            yield from _spread(name, group["ratio"])


def _spread(name: str, values: "pd.Series[float]") -> Iterator[LawNumber]:
    values = values.dropna()
    for word, function in (("median", np.median), ("least", np.min), ("largest", np.max)):
        if len(values):
            yield LawNumber(f"{name}, {word}", float(function(values)), note=f"of {len(values):,}")
