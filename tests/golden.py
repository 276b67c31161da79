"""Golden rows: the numbers of a kind of unit change only together with its version.

A golden file holds, for a few cheap units, kind, version, parameters and rows. When numbers are
meant to change, raise the version of the kind and write the file again with

    STEPLAB_WRITE_GOLDEN=1 pytest ...

which refuses to write other numbers under an old version.
"""

import json
import math
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthetic.experiments import InProcess, Row, Store, Unit, run_units

WRITE = "STEPLAB_WRITE_GOLDEN"


def check_golden(path: Path, units: Sequence[Unit], relative_error: float = 1e-9) -> None:
    """Fail where rows differ from the golden file and the version does not say so.

    Floats may differ by `relative_error`, since processors round differently.
    """
    golden = json.loads(path.read_text()) if path.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        summary = run_units(units, store, InProcess())
        assert summary.ok, summary.failed
        entries = [_entry(unit, store) for unit in units]
    writes = bool(os.environ.get(WRITE))
    for entry in entries:
        old = next((old for old in golden if _names(old) == _names(entry)), None)
        if old is not None and old["version"] == entry["version"]:
            assert _agree(old["rows"], entry["rows"], relative_error), (
                f"the numbers of kind {entry['kind']!r} changed and its version is still "
                f"{entry['version']}: {old['rows']} became {entry['rows']}; raise the version"
            )
        elif not writes:
            had = f"version {old['version']}" if old is not None else "nothing"
            raise AssertionError(
                f"kind {entry['kind']!r} is at version {entry['version']} and {path.name} has "
                f"{had} for it; write it again with {WRITE}=1"
            )
    if writes:
        path.write_text(json.dumps(entries, indent=1) + "\n")


def _entry(unit: Unit, store: Store) -> dict[str, Any]:
    stored = store.find(unit)
    assert stored is not None
    return {**unit.content, "rows": [dict(row) for row in stored.rows]}


def _names(entry: dict[str, Any]) -> list[Any]:
    # A need of another version is another unit, whose numbers may change.
    return [entry[key] for key in ("kind", "threads", "parameters", "needs")]


def _agree(old: Sequence[Row], new: Sequence[Row], relative_error: float) -> bool:
    return len(old) == len(new) and all(
        a.keys() == b.keys() and all(_same(a[key], b[key], relative_error) for key in a)
        for a, b in zip(old, new)
    )


def _same(old: object, new: object, relative_error: float) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        both_undefined = math.isnan(old) and math.isnan(new)
        return both_undefined or math.isclose(old, new, rel_tol=relative_error)
    return type(old) is type(new) and old == new
