"""rows.parquet: what is read was written, or is refused and made again."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from pyarrow import parquet

from synthetic.experiments import DamagedRowsError, Row, Store, kept_rows, merge, read_rows
from tests.synthetic.experiments.demo_units import Draw
from tests.synthetic.experiments.test_merge import MEASURED

FLIPS = 150
ROWS: list[Row] = [{"value": 0.132 * seed, "seed": seed, "language": "demo"} for seed in range(40)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results", report=Notes())
    store.prepare()
    for unit in UNITS:
        store.write(unit, ROWS, [], MEASURED)
    merge(UNITS, store)
    return store


class Notes(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


UNITS = [Draw(seed=seed) for seed in range(3)]


def silent_flips(path: Path, read: Callable[[Path], Any]) -> int:
    """How many of FLIPS flipped bits are read as other rows, without an error."""
    data, seeded = path.read_bytes(), random.Random(3)
    expected, silent = repr(read(path)), 0
    for _ in range(FLIPS):
        place = seeded.randrange(len(data) * 8)
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        try:
            silent += repr(read(path)) != expected
        except DamagedRowsError:
            pass
        except Exception:  # a reader that trusts the file says what the parser says
            assert read is not kept_rows
    return silent


def test_no_flipped_bit_is_read_as_other_rows(store: Store) -> None:
    assert silent_flips(store.folder / "rows.parquet", kept_rows) == 0


def test_a_reader_that_trusts_the_file_is_fooled(store: Store) -> None:
    def trusting(path: Path) -> Any:
        return parquet.read_table(path).to_pylist()

    assert silent_flips(store.folder / "rows.parquet", trusting) > 0


def other_table(path: Path) -> None:
    pandas.DataFrame({"value": [1.0]}).to_parquet(path)


def edited_elsewhere(path: Path) -> None:
    """The metadata is kept, one number is another one."""
    table = parquet.read_table(path)
    values = [7.0, *table["value"].to_pylist()[1:]]
    place = table.column_names.index("value")
    parquet.write_table(table.set_column(place, table.field("value"), [values]), path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("kept")


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nonexistent/place")


damages: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:400]),
    lambda path: path.write_bytes(path.read_bytes()[:-1]),
    lambda path: path.write_text("text"),
    other_table,
    edited_elsewhere,
    folder,
]
names = ["empty", "cut", "last byte", "text", "other table", "edited", "folder"]


@pytest.mark.parametrize("damage", damages, ids=names)
def test_a_damaged_file_is_refused_set_aside_and_written_again(
    damage: Callable[[Path], object], store: Store, tmp_path: Path
) -> None:
    path = store.folder / "rows.parquet"
    whole = path.read_bytes()
    damage(path)
    with pytest.raises(DamagedRowsError, match=r"rows\.parquet"):
        read_rows(path)
    copied = tmp_path / "copy"
    copied.mkdir() if path.is_dir() else shutil.copy(path, copied)
    merge(UNITS, store)
    assert path.read_bytes() == whole
    aside = path.with_name("rows.parquet.damaged-1")
    assert aside.is_dir() or aside.read_bytes() == copied.read_bytes()
    assert isinstance(store.report, Notes)
    (said,) = store.report
    assert said.startswith("damaged: ")
    assert str(path) in said
    assert str(aside) in said
    assert not merge(UNITS, store)


def test_a_link_to_nothing_is_replaced(store: Store) -> None:
    path = store.folder / "rows.parquet"
    whole = path.read_bytes()
    link_to_nothing(path)
    assert merge(UNITS, store)
    assert path.read_bytes() == whole
    assert not path.is_symlink()


def test_frame_and_rows_hold_the_same(store: Store) -> None:
    path = store.folder / "rows.parquet"
    frame, kept = read_rows(path), kept_rows(path)
    assert list(frame["value"]) == [row["value"] for rows in kept.values() for row in rows]
    assert frame.equals(pandas.read_parquet(path))


THREADS = """
import os, pathlib, sys
import numpy, pandas, pyarrow.parquet  # these start some of their own
from synthetic.experiments import kept_rows
tasks = pathlib.Path("/proc/self/task")
before = len(os.listdir(tasks))
kept_rows(sys.argv[1])
print(len(os.listdir(tasks)) - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell")
def test_reading_starts_no_thread(store: Store) -> None:
    # one that is still starting when the interpreter ends aborts it, once in fifty runs
    command = [sys.executable, "-c", THREADS, str(store.folder / "rows.parquet")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0\n"
