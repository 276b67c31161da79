"""Numbers of the languages of the catalogue."""

from functools import cache

import pandas as pd
from scipy.stats import spearmanr

from tests.prose.rows import chosen

CONSTANT = "collision_constant_at_length"


@cache
def depths() -> pd.DataFrame:
    """By language: the constant, and the rounds of each order without an error."""
    rows = chosen("depth of orders")
    column = rows["reveal"].where(rows["metric"] != CONSTANT, "constant")
    return rows.assign(column=column).pivot(index="language", columns="column", values="value")


def depth_languages() -> float:
    """How many have their depths computed."""
    return len(depths())


def depth_correlation(order: str) -> float:
    """The rank correlation of constant and depth, where the constant is above zero."""
    table = depths()
    table = table[table["constant"] > 0]
    return float(spearmanr(table["constant"], table[order]).statistic)
