"""What units really took, as rows say it, beside what they expect."""

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from synthetic.experiments import Unit, closure


def pace(rows: pd.DataFrame, units: Iterable[Unit]) -> dict[str, float]:
    """Measured over expected seconds by kind, of those units that have rows.

    A unit's rows share its seconds, on the machine that made them.
    """
    seconds = rows.groupby("unit")["seconds"].first()
    measured: dict[str, float] = defaultdict(float)
    expected: dict[str, float] = defaultdict(float)
    for unit in closure(units):
        if unit.hash in seconds.index:
            measured[unit.kind] += float(seconds[unit.hash])
            expected[unit.kind] += unit.expected_seconds
    return {kind: measured[kind] / expected[kind] for kind in measured if expected[kind] > 0}
