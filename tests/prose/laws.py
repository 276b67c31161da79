"""Numbers of the exact laws of a chain."""

import pandas as pd

from tests.prose.revision import CHAIN
from tests.prose.rows import chosen, number, row
from theory.tables.law_rows import collapse, largest_deviation


def gap_steps() -> list[float]:
    """Least N to a TER gap of 0.05: the least and the greatest over lengths, and the last one."""
    rows = chosen("least steps law", metric="least_steps_token_error_rate_gap", target=0.05)
    rows = rows[rows["estimator"] != "collision law"]
    return [rows["value"].min(), rows["value"].max(), rows["length"].max()]


def path_bound(steps: int) -> float:
    """The simulated path bound on the TER gap, random order, L = 64."""
    return float(_path_bounds().set_index("steps")["value"][steps])


def path_bound_steps() -> list[float]:
    """The last simulated N at which that is above 0.05, and the next one."""
    curve = _path_bounds()
    above = curve["value"] > 0.05
    return [curve["steps"][above].max(), curve["steps"][~above].min()]


def _path_bounds() -> pd.DataFrame:
    wanted = {"language": CHAIN, "reveal": "bernoulli", "length": 64, "estimator": "path bound"}
    return chosen("oracle error", metric="token_error_rate_gap", **wanted).sort_values("steps")


def gap_words() -> float:
    """The words behind each TER gap from exact p(x)."""
    return float(row("chain token error law", language=CHAIN, steps=8)["samples"])


def constant() -> float:
    """The collision constant c."""
    return number("collision constant", language=CHAIN)


def deviation(length: int) -> float:
    """The largest difference of SER from 1 - exp(-c L / N) at a length."""
    laws = chosen("chain error law", language=CHAIN)
    both = collapse(pd.concat([laws, chosen("collision constant", language=CHAIN)]))
    return abs(float(largest_deviation(both[both["length"] == length])["deviation"]))


def bisection_rounds(length: int) -> float:
    """The fewest rounds of bisection in which SER is 0."""
    orders = chosen("order of reveals", reveal="bisection", length=length, estimator="exact")
    return float(orders["steps"][orders["high"] == 0].min())
