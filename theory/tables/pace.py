"""What units really took, as rows say it, beside what they expect."""

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from synthetic.experiments import Unit, closure


def measured_here(rows: pd.DataFrame, came_with_the_code: pd.DataFrame) -> pd.DataFrame:
    """The rows whose seconds are those of one core of the machine that ran this profile.

    Rows that came with the code hold the seconds of other machines, under other loads and of older
    code; those of a GPU are not seconds of a core.
    """
    known = set(zip(came_with_the_code["unit"], came_with_the_code["seconds"], strict=True))
    on_a_core = rows[rows["device"] == "cpu"]
    pairs = zip(on_a_core["unit"], on_a_core["seconds"], strict=True)
    return on_a_core[[pair not in known for pair in pairs]]


def pace(rows: pd.DataFrame, units: Iterable[Unit]) -> dict[str, float]:
    """Measured over expected seconds by kind, of those units that have rows.

    A unit's rows share its seconds, on the machine that made them: seconds by the clock, so that
    busy cores count.
    """
    seconds = rows.groupby("unit")["seconds"].first()
    measured: dict[str, float] = defaultdict(float)
    expected: dict[str, float] = defaultdict(float)
    for unit in closure(units):
        if unit.hash in seconds.index:
            measured[unit.kind] += float(seconds[unit.hash])
            expected[unit.kind] += unit.expected_seconds
    return {kind: measured[kind] / expected[kind] for kind in measured if expected[kind] > 0}
