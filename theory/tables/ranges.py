"""Rows and estimates whose intervals hold no value that their quantity cannot have.

An interval is made without knowing its quantity: a perplexity of which nothing is known may lie
below 1, a divergence from which a bias was taken away below 0, and a certified error can reach past
a share of 1. Cut to the range of the quantity, an interval covers as often as before.
"""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from synthetic.experiments import read_rows
from synthetic.quantities import Estimate

SHARES = (
    *("sequence_error_rate", "answer_error_rate", "sweep_total_variation"),
    *("grid_sequence_error_rate", "grid_total_variation"),
)
DIVERGENCES = ("token_error_rate_gap", "window_divergence")
CONSTANT = "collision_constant_at_length"
LEAST = dict.fromkeys((*SHARES, *DIVERGENCES, CONSTANT), 0.0) | {"token_error_rate": 1.0}
MOST = dict.fromkeys(SHARES, 1.0)


def rows_in_range(path: Path) -> pd.DataFrame:
    """The rows of a file, their intervals within the range of what they measure."""
    return cut_to_range(read_rows(path))


def cut_to_range(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with `low` and `high` in the range of their metric; values stay as they are,
    and within their interval."""
    if not {"metric", "value", "low", "high"} <= set(rows):
        return rows
    least = rows["metric"].map(LEAST).fillna(-math.inf)
    most = rows["metric"].map(MOST).fillna(math.inf)
    low, high = _ends(rows["low"], rows["value"], rows["high"], least, most)
    return rows.assign(low=low, high=high)


def estimate_in_range(metric: str, estimate: Estimate) -> Estimate:
    """The same with its ends in the range of the metric, as `cut_to_range` does it to rows."""
    least, most = LEAST.get(metric, -math.inf), MOST.get(metric, math.inf)
    low, high = _ends(estimate.low, estimate.value, estimate.high, least, most)
    return replace(estimate, low=float(low), high=float(high))


def _ends(low: Any, value: Any, high: Any, least: Any, most: Any) -> tuple[Any, Any]:
    """Both ends within the range and the value, of numbers or of columns."""
    return np.maximum(low, np.minimum(value, least)), np.minimum(high, np.maximum(value, most))
