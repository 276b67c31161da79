"""Intervals lie in the range of what they measure; values are not moved."""

import math

import pandas as pd
import pytest

from synthetic.experiments import read_rows
from synthetic.quantities import Estimate
from theory.tables.committed import committed_rows
from theory.tables.ranges import (
    DIVERGENCES,
    LEAST,
    MOST,
    cut_to_range,
    estimate_in_range,
    rows_in_range,
)


def rows_of(metric: str, value: float, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame({"metric": [metric], "value": [value], "low": [low], "high": [high]})


@pytest.mark.parametrize(
    ("metric", "given", "wanted"),
    [
        ("token_error_rate", (4.0, 0.0, math.inf), (4.0, 1.0, math.inf)),
        ("token_error_rate", (4.0, 2.0, 5.0), (4.0, 2.0, 5.0)),
        ("token_error_rate", (1 - 1e-16, 0.0, 2.0), (1 - 1e-16, 1 - 1e-16, 2.0)),
        ("sequence_error_rate", (1.0, 1 - 1e-11, 1 + 1e-11), (1.0, 1 - 1e-11, 1.0)),
        ("sweep_total_variation", (1e-17, -2e-13, 2e-13), (1e-17, 0.0, 2e-13)),
        ("window_divergence", (0.0, -1e-4, 1e-4), (0.0, 0.0, 1e-4)),
        ("window_divergence", (-1e-5, -1e-4, 1e-4), (-1e-5, -1e-5, 1e-4)),  # a corrected value
        ("token_error_rate_gap", (1e-3, -1e-3, math.inf), (1e-3, 0.0, math.inf)),
        ("option_gap", (0.1, -0.1, 0.3), (0.1, -0.1, 0.3)),  # of any sign
    ],
)
def test_ends_are_cut_and_values_are_not(
    metric: str, given: tuple[float, float, float], wanted: tuple[float, float, float]
) -> None:
    row = cut_to_range(rows_of(metric, *given)).iloc[0]
    assert (row["value"], row["low"], row["high"]) == wanted
    one = estimate_in_range(metric, Estimate(*given, 7, "given", 0.5))
    assert one == Estimate(*wanted, 7, "given", 0.5)


def test_no_committed_interval_holds_an_impossible_value() -> None:
    """The broken twin: rows as they are written."""
    rows = rows_in_range(committed_rows())
    assert impossible(rows).sum() == 0
    written = read_rows(committed_rows())
    assert impossible(written).sum() > 0
    changed = (written[["value", "low", "high"]] != rows[["value", "low", "high"]]).any(axis=1)
    pd.testing.assert_series_equal(changed & written["value"].notna(), impossible(written))


def impossible(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of whose interval a part is out of range; of a divergence, a part beyond its value."""
    least = rows["metric"].map(LEAST).fillna(-math.inf)
    most = rows["metric"].map(MOST).fillna(math.inf)
    divergence = rows["metric"].isin(DIVERGENCES)  # values below 0 stay, by rounding or correction
    least = least.mask(divergence & (rows["value"] < least), rows["value"])
    return (rows["low"] < least) | (rows["high"] > most)


def test_rows_of_another_shape_are_left_alone() -> None:
    assert cut_to_range(pd.DataFrame({"a": [1]})).equals(pd.DataFrame({"a": [1]}))
