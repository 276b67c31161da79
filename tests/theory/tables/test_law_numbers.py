"""Numbers of the exact laws on rows whose answers are known."""

import math

import numpy as np
import pandas as pd
import pytest

from tests.theory.report.figures.law_rows_by_hand import law_rows
from theory.studies.kinds import PathSlack
from theory.tables.law_numbers import COLUMNS, law_numbers
from theory.tables.law_rows import collapse, slope, two_phase_bound

LOG_V = math.log(8)
SER_AT_16 = 1 - math.exp(-0.5) + 0.001

KNOWN = {
    "collision constant c": (0.5, 0.499, 0.501),
    "largest SER - (1 - exp(-c L/N))": (
        -0.02,
        -0.02 + math.exp(-0.501) - math.exp(-0.5),
        -0.02 + math.exp(-0.499) - math.exp(-0.5),
    ),
    "the same at the longest L": (
        0.001,
        0.001 + math.exp(-0.501) - math.exp(-0.5),
        0.001 + math.exp(-0.499) - math.exp(-0.5),
    ),
    "least N for SER <= 0.5: slope in L": (1.0, None, None),
    "least N for SER <= 0.5: collision law / exact - 1": (0.1, None, None),
    "least N for TER gap <= 0.05: slope in L": (0.0, None, None),
    "least N for TER gap <= 0.05: collision law / exact - 1": (0.1, None, None),
    "least N for TER gap <= 0.05": (10, None, None),
    "N TER gap": (0.4, 0.32, 0.64),
    "TER gap: slope in N": (math.log(0.025 / 0.7) / math.log(16), None, None),
    "-N log(1 - SER)/L": (-math.log(1 - SER_AT_16), None, None),
    "N path average": (0.8, None, None),
    "path average / TER gap": (2.0, 1.25, 2.5),
    "(log V / N) / TER gap": (LOG_V / 0.4, LOG_V / 0.64, LOG_V / 0.32),
    "least computed N of SER 0: bisection": (5, None, None),
    "least computed N of SER 0: fixed count": (16, None, None),
    "chains with c = 0": (1, None, None),
    "c / ((f(0) - f(1))/2) where c > 0, median": (0.5, None, None),
    "c / ((f(0) - f(1))/2) where c > 0, least": (0.25, None, None),
    "c / ((f(0) - f(1))/2) where c > 0, largest": (1.0, None, None),
    "KL of the law sampled / path average, branching 2, median": (0.5, None, None),
    "KL of the law sampled / path average, branching 2, least": (0.25, None, None),
    "KL of the law sampled / path average, branching 2, largest": (0.75, None, None),
}


def wrong(numbers: pd.DataFrame) -> list[str]:
    """The known quantities that are missing or differ."""
    computed = numbers.drop_duplicates("quantity").set_index("quantity")
    return [
        name
        for name, expected in KNOWN.items()
        if name not in computed.index
        or any(
            not (math.isnan(value) if known is None else math.isclose(value, known, abs_tol=1e-12))
            for value, known in zip(
                computed.loc[name, ["value", "low", "high"]], expected, strict=True
            )
        )
    ]


def test_known_rows_give_known_numbers() -> None:
    numbers = law_numbers(law_rows())
    assert tuple(numbers.columns) == COLUMNS
    assert not wrong(numbers)
    theorem = numbers[numbers["quantity"] == "Theorem 4.2 (our statement) / TER gap"].iloc[0]
    assert theorem["value"] == pytest.approx(two_phase_bound(8, 16, 16) / 0.025)
    assert set(numbers["quantity"]) - set(KNOWN) == {theorem["quantity"]}


def test_other_rows_give_other_numbers() -> None:
    """The check above refuses rows off by one in a thousand, each law in its own numbers."""
    rows = law_rows()
    for kind, group in rows.groupby("kind"):
        # not what the others are divided by
        chosen = rows.index.isin(group.index) & (rows["metric"] != "path_average_constant")
        chosen &= rows["estimator"] != "collision law"
        if kind == PathSlack.kind:
            chosen &= rows["estimator"] == "exact law"
        changed = rows.assign(value=rows["value"].where(~chosen, rows["value"] * 1.001 + 1e-9))
        changed["high"] = changed["high"].where(~chosen, changed["value"])
        assert wrong(law_numbers(changed)), kind


def test_notes_say_where() -> None:
    notes = law_numbers(law_rows()).set_index("quantity")["note"]
    assert notes["largest SER - (1 - exp(-c L/N))"] == "at L = 8, N = 8"
    assert notes["the same at the longest L"] == "at L = 16, N = 16"
    assert notes["least N for SER <= 0.5: slope in L"] == "log-log, L = 16..64, +0.0000 from 1"
    assert notes["N TER gap"] == "L = 16, N = 16, 7 words, c = 0.5"
    assert notes["N path average"] == "L = 16, N = 16, exact, (f(0) - f(1))/2 = 0.75"
    assert notes["least computed N of SER 0: bisection"] == "L = 16, ceil(log2(L + 1)) = 5"
    assert notes["chains with c = 0"] == "branching 8, of 4"


def test_computed_rows_of_part_of_the_laws_give_part_of_the_numbers() -> None:
    rows = law_rows()
    everything = set(law_numbers(rows)["quantity"])
    assert law_numbers(rows.iloc[:0]).empty
    assert law_numbers(rows.drop(columns="kind")).empty
    for kind in rows["kind"].unique():
        part = set(law_numbers(rows[rows["kind"] != kind])["quantity"])
        assert part < everything


def test_only_ratios_that_lengths_share_count_in_the_collapse() -> None:
    table = collapse(law_rows())
    assert set(table["ratio"]) == {1, 2}
    assert len(table) == 4


@pytest.mark.parametrize("power", [1.0, 0.0, 1.1])
def test_the_slope_is_the_power(power: float) -> None:
    lengths = np.array([4, 16, 64, 256])
    steps = 3.0 * lengths**power
    steps[0] = 1000  # too short to count
    assert slope(pd.DataFrame({"length": lengths, "steps": steps})) == pytest.approx(power)
    assert slope(pd.DataFrame({"length": lengths[:2], "steps": steps[:2]})) is None


@pytest.mark.parametrize(("length", "steps"), [(4, 2), (16, 3), (16, 64), (512, 1024)])
def test_the_two_phase_bound_is_the_least_over_eps(length: int, steps: int) -> None:
    eps = np.linspace(1e-4, 1, 200_001)
    bounds = math.log(8) * (eps + (1 + 1 / length) / (eps * (steps - 1)))
    assert two_phase_bound(8, length, steps) == pytest.approx(bounds.min(), rel=1e-6)
    assert two_phase_bound(8, length, 1) == math.inf
