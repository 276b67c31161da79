"""The rows that came with the code: each still has the unit that would compute it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from synthetic.experiments import Unit, closure, kept_rows
from synthetic.experiments.unit import Value
from theory.claims.profile_units import profile_units
from theory.studies.profiles import PROFILES

COMMITTED = Path(__file__).parents[3] / "results" / "standard" / "rows.parquet"


def orphans(
    rows: Mapping[str, list[dict[str, Value]]], units: Iterable[Unit]
) -> set[tuple[Value, str]]:
    """Kind and hash of each unit in the rows that is not among the units."""
    known = {unit.hash for unit in closure(units)}
    return {(of_unit[0]["kind"], name) for name, of_unit in rows.items() if name not in known}


def test_every_committed_row_still_has_its_unit() -> None:
    rows, units = kept_rows(COMMITTED), profile_units(PROFILES["standard"])
    assert len(rows) > 1000
    assert orphans(rows, units) == set()
    lost = units[0]
    left = [unit for unit in units if unit.hash != lost.hash]
    assert orphans(rows, left) == {(lost.kind, lost.hash)}
