"""Numbers of the languages of the catalogue."""

from functools import cache
from typing import NamedTuple

import pandas as pd
from scipy.stats import spearmanr

from tests.prose.rows import chosen

SHORT_DEPTHS, LONG_DEPTHS = "depth of orders", "depth of orders of long words"
CONSTANT, ERROR, GAP = "collision_constant_at_length", "sequence_error_rate", "token_error_rate_gap"


@cache
def depths() -> pd.DataFrame:
    """By language: the constant, and the rounds of each order without an error."""
    return _depths(pd.concat([chosen(SHORT_DEPTHS), chosen(LONG_DEPTHS)]))


@cache
def short_depths() -> pd.DataFrame:
    """The same of those whose words are listed."""
    return _depths(chosen(SHORT_DEPTHS))


def _depths(rows: pd.DataFrame) -> pd.DataFrame:
    column = rows["reveal"].where(rows["metric"] != CONSTANT, "constant")
    return rows.assign(column=column).pivot(index="language", columns="column", values="value")


def depth_languages() -> list[float]:
    """How many have their depths computed, the most tokens, and the same of those listed."""
    lengths = [chosen(kind)["length"].max() for kind in (LONG_DEPTHS, SHORT_DEPTHS)]
    return [len(depths()), lengths[0], len(short_depths()), lengths[1]]


def depth_correlation(order: str) -> float:
    """The rank correlation of constant and depth of short words, where the constant is above
    zero."""
    table = short_depths()
    table = table[table["constant"] > 0]
    return float(spearmanr(table["constant"], table[order]).statistic)


class Measured(NamedTuple):
    """What a row says."""

    value: float
    low: float
    high: float
    standard_error: float
    samples: int


@cache
def _measured() -> dict[tuple[str, int, str, str], dict[int, Measured]]:
    """The study of class and steps by language, length, reveal and metric, then by steps."""
    keys = ["language", "length", "reveal", "metric", "steps"]
    table: dict[tuple[str, int, str, str], dict[int, Measured]] = {}
    for line in chosen("class and steps")[[*keys, *Measured._fields]].itertuples(index=False):
        *key, steps = line[:5]
        table.setdefault(tuple(key), {})[steps] = Measured(*line[5:])
    return table


@cache
def lengths(language: str) -> list[int]:
    """The lengths at which a language is measured."""
    return sorted({key[1] for key in _measured() if key[0] == language})


def languages() -> list[str]:
    """All languages that are measured."""
    return sorted({key[0] for key in _measured()})


def constant(language: str, length: int) -> tuple[float, float, float]:
    """c_L with its interval."""
    return _measured()[language, length, "bernoulli", CONSTANT][0][:3]


def measured(language: str, length: int, metric: str, steps: int) -> float:
    """A metric in random order."""
    return _measured()[language, length, "bernoulli", metric][steps].value


def bisection(language: str, length: int) -> tuple[float, float]:
    """SER of bisection, and its rounds."""
    ((rounds, one),) = _measured()[language, length, "bisection", ERROR].items()
    return one.value, rounds


def samples(language: str) -> set[int]:
    """Of all numbers of a language."""
    tables = [table for key, table in _measured().items() if key[0] == language]
    return {one.samples for table in tables for one in table.values()}


def standard_error(language: str, length: int, steps: int) -> float:
    """Of SER in random order."""
    return _measured()[language, length, "bernoulli", ERROR][steps].standard_error
