"""The merged file: every complete unit of a list, in a fixed order, written only when new."""

import importlib
import math
import os
import threading
from pathlib import Path

import pyarrow
import pytest

from synthetic.experiments import (
    IDENTITY_COLUMNS,
    MEASURED_COLUMNS,
    ROW_COLUMNS,
    Row,
    Store,
    content_digest,
    kept_rows,
    merge,
    read_rows,
)
from synthetic.experiments.provenance import measured
from synthetic.experiments.rows_file import encoded_rows
from tests.synthetic.experiments.demo_units import Draw

MEASURED = measured(1.5, "cpu", "abc")


def filled(tmp_path: Path, *rows: list[Row]) -> tuple[Store, list[Draw]]:
    store = Store(tmp_path)
    store.prepare()
    units = [Draw(seed=seed) for seed in range(len(rows))]
    for unit, given in zip(units, rows):
        store.write(unit, given, [], MEASURED)
    return store, units


def test_rows_are_in_the_order_of_the_list_then_of_the_unit(tmp_path: Path) -> None:
    store, (a, b) = filled(tmp_path, [{"seed": 0}, {"seed": 1}], [{"seed": 2}])
    missing = Draw(seed=99)
    assert merge([b, missing, a, b], store)
    frame = read_rows(tmp_path / "rows.parquet")
    assert list(frame["seed"]) == [2, 0, 1]
    assert list(frame["unit"]) == [b.hash, a.hash, a.hash]


def test_columns_are_always_there_and_in_order(tmp_path: Path) -> None:
    store, units = filled(tmp_path, [{"value": 1, "zeta": True, "errors": 3}], [{"steps": 4}])
    merge(units, store)
    frame = read_rows(tmp_path / "rows.parquet")
    expected = [*IDENTITY_COLUMNS, *ROW_COLUMNS, "errors", "zeta", *MEASURED_COLUMNS]
    assert list(frame.columns) == expected
    assert frame["value"].dtype == float
    assert set(frame["torch_version"]) == {MEASURED["torch_version"]}
    merge([], store)
    assert list(read_rows(tmp_path / "rows.parquet").columns) == [
        name for name in expected if name not in ("errors", "zeta")
    ]


def test_the_file_is_written_only_when_its_content_changes(tmp_path: Path) -> None:
    store, units = filled(tmp_path, [{"value": 0.5}], [{"value": float("nan")}])
    path = tmp_path / "elsewhere" / "rows.parquet"
    assert merge(units, store, path)
    os.utime(path, (0, 0))
    digest = content_digest(path)
    assert not merge(units, store, path)
    assert path.stat().st_mtime == 0
    assert merge(units[:1], store, path)
    assert content_digest(path) != digest
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_unit_is_left_out_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, units = filled(tmp_path, [{"value": 0.5}], [{"value": 0.25}])
    store.path(units[0]).write_text("nonsense")
    merge(units, store)
    assert list(read_rows(tmp_path / "rows.parquet")["value"]) == [0.25]
    assert "damaged: demo draw(seed=0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("value", 0.5, "half"), ("steps", 3, 3.5), ("new", "text", 3), ("new", True, 3)],
)
def test_units_that_disagree_on_a_type_are_an_error(
    tmp_path: Path, name: str, first: float | str, second: float | str
) -> None:
    store, units = filled(tmp_path, [{name: first}], [{name: second}])
    with pytest.raises(ValueError, match=f"column '{name}' holds .* and must be"):
        merge(units, store)
    assert not (tmp_path / "rows.parquet").exists()


def test_whole_numbers_and_fractions_share_a_column(tmp_path: Path) -> None:
    store, units = filled(tmp_path, [{"value": 1, "new": 2}], [{"value": 0.5, "new": 2.5}])
    merge(units, store)
    frame = read_rows(tmp_path / "rows.parquet")
    assert list(frame["value"]) == [1.0, 0.5]
    assert list(frame["new"]) == [2.0, 2.5]


def test_a_file_that_is_not_there_keeps_nothing(tmp_path: Path) -> None:
    assert kept_rows(tmp_path / "rows.parquet") == {}


def test_rows_of_a_file_stand_for_units_without_a_result(tmp_path: Path) -> None:
    """A fresh checkout has the file and no store: merging changes no byte of it."""
    rows: list[list[Row]] = [
        [{"value": 0.5, "seed": 3, "new": True}, {"value": math.nan, "text": "a"}],
        [{"value": math.inf, "steps": 4}],
    ]
    store, units = filled(tmp_path / "first", *rows)
    path = tmp_path / "rows.parquet"
    assert merge(units, store, path)
    before = path.read_bytes()
    empty = Store(tmp_path / "second")
    assert not merge(units, empty, path)
    assert path.read_bytes() == before
    kept = kept_rows(path)
    assert list(kept) == [unit.hash for unit in units]
    for unit, given in zip(units, rows, strict=True):
        for merged, row in zip(kept[unit.hash], given, strict=True):
            assert {name: merged[name] for name in row} == pytest.approx(dict(row), nan_ok=True)
            assert (merged["commit"], merged["version"]) == (MEASURED["commit"], unit.version)
            assert set(merged) == {*row, *IDENTITY_COLUMNS, *MEASURED_COLUMNS}


def test_broken_twin_another_kept_number_changes_the_file(tmp_path: Path) -> None:
    store, units = filled(tmp_path / "first", [{"value": 0.5}])
    path = tmp_path / "rows.parquet"
    merge(units, store, path)
    frame = read_rows(path).assign(value=0.25)
    other = tmp_path / "other.parquet"
    other.write_bytes(encoded_rows(pyarrow.Table.from_pandas(frame, preserve_index=False)))
    merge(units, Store(tmp_path / "second"), other)
    assert content_digest(other) != content_digest(path)
    assert list(read_rows(other)["value"]) == [0.25]


def test_a_result_takes_the_place_of_kept_rows(tmp_path: Path) -> None:
    store, units = filled(tmp_path / "first", [{"value": 0.5}], [{"value": 0.25}])
    path = tmp_path / "rows.parquet"
    merge(units, store, path)
    second = Store(tmp_path / "second")
    second.prepare()
    second.write(units[1], [{"value": 1.5}, {"value": 2.5}], [], MEASURED)
    assert merge(units[::-1], second, path)
    frame = read_rows(path)
    assert list(frame["value"]) == [1.5, 2.5, 0.5]
    assert list(frame["unit"]) == [units[1].hash] * 2 + [units[0].hash]


def test_kept_rows_of_units_that_are_not_asked_for_go(tmp_path: Path) -> None:
    """A raised version is another unit: its old rows do not stay."""
    store, (old, same) = filled(tmp_path / "first", [{"value": 0.5}], [{"value": 0.25}])
    path = tmp_path / "rows.parquet"
    merge([old, same], store, path)
    assert merge([Draw(seed=7), same], Store(tmp_path / "second"), path)
    assert list(read_rows(path)["value"]) == [0.25]


def test_kept_and_new_rows_share_columns(tmp_path: Path) -> None:
    store, units = filled(tmp_path / "first", [{"value": 0.5, "new": 2, "old": "a"}])
    path = tmp_path / "rows.parquet"
    merge(units, store, path)
    second = Store(tmp_path / "second")
    second.prepare()
    other = Draw(seed=9)
    second.write(other, [{"value": 1.0, "new": 2.5, "zeta": True}], [], MEASURED)
    merge([*units, other], second, path)
    frame = read_rows(path)
    assert list(frame["new"]) == [2.0, 2.5]
    assert list(frame["old"].fillna("")) == ["a", ""]
    assert list(frame["zeta"].isna()) == [True, False]


def test_rows_that_one_run_writes_are_not_taken_for_left_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.prepare()
    other, waits = threading.Thread(target=Store(tmp_path).prepare), []

    def write_slowly(path: Path, data: bytes) -> None:
        half = path.with_name(f".{path.name}.0123456789ab.partial")
        half.write_bytes(data)
        other.start()
        other.join(0.3)
        half.rename(path)
        waits.append(other.is_alive())

    module = importlib.import_module("synthetic.experiments.merge")  # named as its function is
    monkeypatch.setattr(module, "write_over", write_slowly)
    assert merge((), store)
    other.join()
    assert waits == [True]
