"""All rows of a list of units in one file, `rows.parquet`: what figures are drawn from."""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from synthetic.arguments import check_kind, check_path, checked
from synthetic.experiments.durable import set_aside, sha256_of, write_over
from synthetic.experiments.provenance import IDENTITY_COLUMNS, MEASURED_COLUMNS
from synthetic.experiments.rows_file import DamagedRowsError, encoded_rows, read_table
from synthetic.experiments.store import Store
from synthetic.experiments.unit import Unit, Value

if TYPE_CHECKING:
    import pyarrow

_TYPES: Mapping[str, str] = {
    "unit": "string",
    "kind": "string",
    "version": "int64",
    "language": "string",
    "language_hash": "string",
    "denoiser": "string",
    "reveal": "string",
    "steps": "int64",
    "length": "int64",
    "metric": "string",
    "estimator": "string",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "samples": "int64",
    "seed": "int64",
    "seconds": "float64",
    "device": "string",
    "machine": "string",
    "commit": "string",
    "steplab_version": "string",
    "torch_version": "string",
    "numpy_version": "string",
    "python_version": "string",
}

_HOLDS: Mapping[str, set[type]] = {
    "string": {str},
    "bool": {bool},
    "int64": {int},
    "float64": {int, float},
}

ROW_COLUMNS = tuple(n for n in _TYPES if n not in (*IDENTITY_COLUMNS, *MEASURED_COLUMNS))
"""Columns that every merged file has and that units fill where they mean something."""


@checked
def merge(
    units: Iterable[Unit],
    store: Store,
    path: Path | str | None = None,
    *,
    others: Mapping[str, list[dict[str, Value]]] = MappingProxyType({}),
) -> bool:
    """Write the rows of all complete units of the list; True if the file's content changed.

    Rows are in the order of the list, then of the unit; a unit given twice counts once. One without
    a result keeps the rows that the file has of it already, else those in `others` by its hash, and
    is left out where there are none. A damaged file is reported, set aside and written again.
    Columns are the identity, `ROW_COLUMNS`, then those that only some units have by name, then the
    measured ones. The file is `rows.parquet` in the results folder unless a path is given. Raises
    ValueError where two units disagree on a column's type.
    """
    path = store.merged_path if path is None else check_path(path)
    kept = {**others, **_rows_or_set_aside(path, store)}
    data = encoded_rows(_table(_merged_rows(units, store, kept)))
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    in_a_run = path == store.merged_path and (store.folder / "work").is_dir()
    with store.held() if in_a_run else contextlib.nullcontext():
        write_over(path, data)
    return True


@checked
def content_digest(path: Path | str) -> str:
    """The sha256 of a merged file: equal rows of equal provenance, equal digest."""
    return sha256_of(check_path(path))


@checked
def kept_rows(path: Path | str) -> dict[str, list[dict[str, Value]]]:
    """The rows of a merged file by the hash of their unit; empty without a file.

    DamagedRowsError unless all of them are as they were written.
    """
    path = check_path(path)
    if not path.exists():
        return {}
    kept: dict[str, list[dict[str, Value]]] = {}
    for row in read_table(path).to_pylist():
        known = {name: value for name, value in row.items() if value is not None}
        kept.setdefault(row["unit"], []).append(known)
    return kept


def _rows_or_set_aside(path: Path, store: Store) -> dict[str, list[dict[str, Value]]]:
    try:
        return kept_rows(path)
    except DamagedRowsError as error:
        aside = set_aside(path)
        store.report(f"damaged: {error}; kept as {aside}, and written again from the units")
        return {}


def _unit(unit: Unit) -> Unit:
    check_kind("each of the units", unit, Unit)
    return unit


def _merged_rows(
    units: Iterable[Unit], store: Store, kept: Mapping[str, list[dict[str, Value]]]
) -> list[dict[str, Value]]:
    merged: list[dict[str, Value]] = []
    for unit in {_unit(unit).hash: unit for unit in units}.values():
        stored = store.find(unit)
        if stored is None:
            merged += kept.get(unit.hash, [])
        else:
            identity: dict[str, Value] = {
                "unit": unit.hash,
                "kind": unit.kind,
                "version": unit.version,
            }
            merged += [identity | dict(row) | stored.measured for row in stored.rows]
    return merged


def _table(rows: list[dict[str, Value]]) -> "pyarrow.Table":
    import pyarrow

    others = sorted({name for row in rows for name in row} - set(_TYPES))
    names = [*IDENTITY_COLUMNS, *ROW_COLUMNS, *others, *MEASURED_COLUMNS]
    columns = {name: [row.get(name) for row in rows] for name in names}
    arrays = [_column(name, values) for name, values in columns.items()]
    return pyarrow.table(dict(zip(names, arrays)))


def _column(name: str, values: list[Value]) -> "pyarrow.Array":
    import pyarrow

    # pyarrow itself would cut 3.5 down to a whole number and take True for 1.
    types = {type(value) for value in values if value is not None}
    fitting = [_TYPES[name]] if name in _TYPES else list(_HOLDS)
    for expected in fitting:
        if types <= _HOLDS[expected]:
            if expected == "float64":
                values = [None if value is None else float(value) for value in values]
            return pyarrow.array(values, type=expected, from_pandas=False)
    raise ValueError(
        f"column {name!r} holds {', '.join(sorted(kind.__name__ for kind in types))} and must be "
        f"{' or '.join(fitting)}; make the units that write it agree"
    )
