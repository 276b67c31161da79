"""Results on disk: whole or absent, checked when read, set aside when damaged, never lost."""

import contextlib
import errno
import json
import os
import pickle
import re
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synthetic.experiments import (
    DamagedResultError,
    DiskFullError,
    InProcess,
    Row,
    Store,
    UnwritableFolderError,
    provenance,
)
from synthetic.experiments.durable import is_disk_full, write_new, write_over
from synthetic.experiments.execute import execute
from synthetic.experiments.provenance import MEASURED_COLUMNS, measured, source_commit
from synthetic.experiments.unit import Value
from tests.synthetic.experiments.demo_units import Draw, Evaluate, Train

MEASURED = measured(1.5, "cpu", "abc")
ROWS: list[Row] = [{"value": 0.1, "steps": 3, "name": "é\u2028\n", "flag": True, "none": None}]


class Notes(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def store(tmp_path: Path, notes: Notes) -> Store:
    store = Store(tmp_path / "results", report=notes)
    store.prepare()
    return store


def files(store: Store) -> list[str]:
    paths = sorted(path for path in store.folder.rglob("*") if path.is_file())
    return [str(path.relative_to(store.folder)) for path in paths if path.name != "writable"]


def compute(store: Store, unit: Draw | Train | Evaluate) -> None:
    outcome = execute(pickle.dumps(unit), unit.hash, store.folder, "cpu", "abc")
    assert outcome.error is None


def test_rows_come_back_as_they_were(store: Store) -> None:
    unit = Draw(seed=1)
    assert store.find(unit) is None
    rows: list[Row] = [*ROWS, {"value": float("inf"), "low": -0.0, "high": 5e-324}, {}]
    store.write(unit, rows, [], MEASURED)
    stored = store.find(unit)
    assert stored is not None
    assert list(stored.rows) == rows
    assert tuple(stored.measured) == MEASURED_COLUMNS
    assert stored.measured == MEASURED


def test_a_result_file_reads_without_this_code(store: Store) -> None:
    unit = Draw(seed=1)
    store.write(unit, ROWS, [], MEASURED)
    header, row, checksum = map(json.loads, store.path(unit).read_text().splitlines())
    assert header["content"]["kind"] == "demo draw"
    assert header["content"]["parameters"]["seed"] == 1
    assert row == ROWS[0]
    assert len(checksum["sha256"]) == 64


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def without_last_newline(data: bytes) -> bytes:
    return data[:-1]


def edited(data: bytes) -> bytes:
    assert b'"value": 0.1' in data
    return data.replace(b'"value": 0.1', b'"value": 0.2')


def header_only(data: bytes) -> bytes:
    return data.splitlines(keepends=True)[0]


def emptied(data: bytes) -> bytes:
    return b""


def noise(data: bytes) -> bytes:
    return bytes(range(256))


def row_lost(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([lines[0], *lines[2:]])


damages = [cut_short, without_last_newline, edited, header_only, emptied, noise, row_lost]


@pytest.mark.parametrize("damage", damages)
def test_a_damaged_file_is_reported_set_aside_and_recomputed(
    damage: Callable[[bytes], bytes], store: Store, notes: Notes
) -> None:
    unit = Draw(seed=1)
    store.write(unit, ROWS, [], MEASURED)
    whole = store.path(unit).read_bytes()
    damaged = damage(whole)
    store.path(unit).write_bytes(damaged)
    assert store.find(unit) is None
    assert len(notes) == 1
    assert "demo draw(seed=1" in notes[0]
    assert "damaged-1" in notes[0]
    kept = store.path(unit).with_name(f"{store.path(unit).name}.damaged-1")
    assert kept.read_bytes() == damaged
    store.write(unit, ROWS, [], MEASURED)
    assert store.path(unit).read_bytes() == whole
    store.path(unit).write_bytes(damaged)
    assert store.find(unit) is None
    assert files(store) == [f"units/{unit.hash}.jsonl.damaged-{n}" for n in (1, 2)]


def test_a_store_that_trusts_its_files_would_be_fooled(store: Store) -> None:
    unit = Draw(seed=1)
    store.write(unit, ROWS, [], MEASURED)
    data = store.path(unit).read_bytes()
    trusting = [damage for damage in damages if _reads_trustingly(damage(data), unit) is not None]
    assert edited in trusting
    assert row_lost in trusting


def _reads_trustingly(data: bytes, unit: Draw) -> list[object] | None:
    try:
        first, *rows, _ = data.decode().splitlines()
        return [json.loads(row) for row in rows] if json.loads(first)["unit"] == unit.hash else None
    except ValueError:
        return None


def test_the_file_of_another_unit_is_not_taken(store: Store, notes: Notes) -> None:
    unit, other = Draw(seed=1), Draw(seed=2)
    store.write(unit, ROWS, [], MEASURED)
    store.path(unit).rename(store.path(other))
    assert store.find(other) is None
    assert "another unit" in notes[0]


def test_a_folder_in_the_place_of_a_file_is_set_aside(store: Store, notes: Notes) -> None:
    unit = Draw(seed=1)
    store.path(unit).mkdir()
    assert store.find(unit) is None
    assert "cannot be read" in notes[0]
    store.write(unit, ROWS, [], MEASURED)
    assert store.find(unit) is not None


@pytest.mark.parametrize("same_size", [True, False])
def test_a_damaged_artifact_is_found_when_read(
    store: Store, notes: Notes, *, same_size: bool
) -> None:
    unit = Train(steps=2)
    compute(store, unit)
    stored = store.find(unit)
    assert stored is not None
    weights = stored.artifact_folder / "weights.txt"
    weights.write_text("5" if same_size else "55")
    assert (store.find(unit) is not None) == same_size
    if same_size:
        with pytest.raises(DamagedResultError, match=r"demo training.*missing or damaged"):
            store.read_input(unit)
    assert "artifact weights.txt is not the file that was written" in notes[0]
    damaged = stored.artifact_folder.with_name(f"{stored.artifact_folder.name}.damaged-1")
    assert (damaged / "weights.txt").exists()
    compute(store, unit)
    assert (store.read_input(unit).folder / "weights.txt").read_text() == "4"


def test_a_missing_artifact_is_found_at_once(store: Store, notes: Notes) -> None:
    unit = Train(steps=2)
    compute(store, unit)
    stored = store.find(unit)
    assert stored is not None
    (stored.artifact_folder / "weights.txt").unlink()
    assert store.find(unit) is None
    assert "artifact weights.txt is missing" in notes[0]


def test_artifacts_left_damaged_by_a_killed_run_do_not_stay(store: Store, tmp_path: Path) -> None:
    unit = Train(steps=2)
    compute(store, unit)
    stored = store.find(unit)
    assert stored is not None
    store.path(unit).unlink()
    (stored.artifact_folder / "weights.txt").write_text("!")
    compute(store, unit)
    assert (store.read_input(unit).folder / "weights.txt").read_text() == "4"


def test_the_first_of_many_writers_wins_and_all_see_its_file(store: Store, tmp_path: Path) -> None:
    unit = Train(steps=2)

    def write(number: int) -> tuple[Value, str]:
        source = tmp_path / str(number) / "weights.txt"
        source.parent.mkdir()
        source.write_text(f"weights {number}")
        barrier.wait()
        stored = Store(store.folder).write(unit, [{"value": number}], [source], MEASURED)
        return stored.rows[0]["value"], (stored.artifact_folder / "weights.txt").read_text()

    barrier = threading.Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(write, range(8)))
    assert len(seen) == 1
    assert len(files(store)) - 8 == 1
    ((value, text),) = seen
    assert text == f"weights {value}"


def test_a_claim_waits_for_the_other_and_never_shares(store: Store) -> None:
    unit = Draw(seed=1)
    inside: list[int] = []
    most: list[int] = []

    def claim(number: int) -> None:
        with Store(store.folder).claim(unit):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.002)
            inside.remove(number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(claim, range(40)))
    assert most == [1] * 40
    assert files(store) == []


@pytest.mark.parametrize("place", ["", "results", "deep/er"])
def test_an_unwritable_folder_is_one_line_that_names_it(tmp_path: Path, place: str) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("no folder")
    folder = blocker / place
    with pytest.raises(UnwritableFolderError, match="make it writable") as caught:
        Store(folder).prepare()
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reading_creates_nothing(tmp_path: Path) -> None:
    assert Store(tmp_path / "nothing").find(Draw(seed=1)) is None
    assert not (tmp_path / "nothing").exists()


def test_partial_files_are_not_seen_and_go_after_a_day(store: Store) -> None:
    units = store.folder / "units"
    fresh, stale = units / ".a.jsonl.1.partial", units / ".b.jsonl.2.partial"
    for path in (fresh, stale):
        path.write_text("half")
    os.utime(stale, (0, 0))
    store.prepare()
    assert fresh.exists()
    assert not stale.exists()


class Killed(BaseException):
    pass


def leaves_nothing_half_written(
    write: Callable[[Path, bytes], object], path: Path, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Whether a writer that ends at any call of the operating system leaves no file in place."""

    def end(*_: object) -> None:
        raise Killed

    whole = True
    for call in ("fsync", "link"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, end)
            with contextlib.suppress(Killed):
                write(path, b"data")
        whole = whole and not path.exists()
    return whole


def test_a_writer_that_ends_early_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data)
            os.fsync(file.fileno())

    assert leaves_nothing_half_written(write_new, tmp_path / "a", monkeypatch)
    assert not leaves_nothing_half_written(careless, tmp_path / "b", monkeypatch)


def test_new_files_stay_and_written_over_files_go(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert write_new(path, b"first")
    assert not write_new(path, b"second")
    assert path.read_bytes() == b"first"
    write_over(path, b"third")
    assert path.read_bytes() == b"third"
    assert list(tmp_path.iterdir()) == [path]


def test_the_machine_is_named_by_its_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = f"{os.cpu_count()} cores"
    assert MEASURED["machine"] == provenance.machine("cpu")
    listed = tmp_path / "cpuinfo"
    listed.write_text("processor\t: 0\nmodel name\t: Abacus 9000\n" * 2)
    monkeypatch.setattr(provenance, "_CPUINFO", listed)
    assert provenance.machine.__wrapped__("cpu") == f"Abacus 9000, {cores}"
    monkeypatch.setattr(provenance, "_CPUINFO", tmp_path / "none")
    assert provenance.machine.__wrapped__("cpu").endswith(cores)


def test_the_commit_says_whether_the_code_was_edited(tmp_path: Path) -> None:
    assert source_commit(tmp_path) == "unknown"
    git = f"git -C {tmp_path} -c user.name=a -c user.email=a@b"
    assert os.system(f"git init -q {tmp_path}") == 0
    (tmp_path / "synthetic").mkdir()
    (tmp_path / "synthetic" / "__init__.py").write_text("")
    assert source_commit(tmp_path) == "unknown"
    assert os.system(f"{git} add . && {git} commit -q -m one") == 0
    clean = source_commit(tmp_path)
    assert len(clean) >= 7
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "rows").write_text("new rows are no edit of the code")
    assert source_commit(tmp_path) == clean
    (tmp_path / "synthetic" / "__init__.py").write_text("edited = True")
    assert source_commit(tmp_path) == f"{clean}+"


def test_what_a_run_killed_in_its_start_left_is_removed(tmp_path: Path) -> None:
    work = tmp_path / "work"
    left = [work / ".writable.0123456789ab.partial", work / "writable.probe"]
    at_work = work / f".{'0' * 64}.0123456789ab.partial"  # perhaps of another run
    work.mkdir()
    for path in (*left, at_work):
        path.touch()
    rows = tmp_path / ".rows.parquet.0123456789ab.partial"  # killed while it merged
    rows.touch()
    Store(tmp_path).prepare()
    assert set(work.iterdir()) == {at_work, work / "writable"}
    assert not rows.exists()


def test_a_folder_without_links_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk of FAT, which says first whether the name is taken: results are put in place by
    links."""

    def no_link(source: Path, target: Path) -> None:
        code = errno.EEXIST if target.exists() else errno.EPERM
        raise OSError(code, os.strerror(code), str(target))

    Store(tmp_path).prepare()
    monkeypatch.setattr(os, "link", no_link)
    with pytest.raises(UnwritableFolderError, match="Operation not permitted"):
        Store(tmp_path).prepare()


def test_asking_for_the_commit_writes_nothing_into_the_repository(tmp_path: Path) -> None:
    """Where git writes it holds a lock, and one that is killed leaves it in everybody's way."""
    source = tmp_path / "synthetic" / "__init__.py"
    source.parent.mkdir()
    source.write_text("")
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init"], ["add", "."], [*who, "commit", "-m", "all"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    os.utime(source, (1, 1))  # git would note in its index that nothing but the time has changed
    index = tmp_path / ".git" / "index"
    before = index.read_bytes()
    assert re.fullmatch("[0-9a-f]+", source_commit(tmp_path))
    assert index.read_bytes() == before
    subprocess.run(["git", "-C", str(tmp_path), "status"], check=True, capture_output=True)
    assert index.read_bytes() != before


def test_an_open_in_process_pool_runs_at_once() -> None:
    pool = InProcess().open()
    assert pool.capacity() == 1
    assert pool.executor.submit(max, 3, 4).result() == 4


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_nothing(path: Path) -> None:
    path.symlink_to("/nonexistent/place")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("place", [pipe, link_to_nothing, link_to_itself, Path.mkdir])
@pytest.mark.parametrize("find_first", [True, False])
def test_what_is_no_file_is_set_aside_whoever_meets_it_first(
    store: Store, notes: Notes, place: Callable[[Path], object], *, find_first: bool
) -> None:
    unit = Draw(seed=1)
    place(store.path(unit))
    if find_first:
        assert store.find(unit) is None
    store.write(unit, ROWS, [], MEASURED)
    stored = store.find(unit)
    assert stored is not None
    assert stored.rows == tuple(ROWS)
    assert len(notes) == 1
    assert "damaged-1" in notes[0]
    assert os.path.lexists(store.path(unit).with_name(f"{unit.hash}.jsonl.damaged-1"))


@pytest.mark.parametrize("place", [link_to_nothing, Path.touch])
def test_what_is_no_folder_of_artifacts_is_set_aside(
    store: Store, place: Callable[[Path], object]
) -> None:
    unit = Train(steps=2)
    compute(store, unit)
    stored = store.find(unit)
    assert stored is not None
    store.path(unit).unlink()
    stored.artifact_folder.rename(store.folder / "elsewhere")
    place(stored.artifact_folder)
    compute(store, unit)
    assert (store.read_input(unit).folder / "weights.txt").read_text() == "4"


@pytest.mark.parametrize("place", [link_to_nothing, Path.touch])
def test_a_working_folder_that_is_none_is_set_aside(
    store: Store, place: Callable[[Path], object]
) -> None:
    unit = Train(steps=2)
    place(store.work_folder(unit))
    compute(store, unit)
    assert store.find(unit) is not None


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_full_disk_names_the_folder_and_the_remedy_and_keeps_what_was_whole(
    store: Store, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(Draw(seed=1), ROWS, [], MEASURED)
    before = files(store)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(DiskFullError, match=r"no space left on the disk of .*units: free some"):
            store.write(Draw(seed=2), ROWS, [], MEASURED)
        with pytest.raises(DiskFullError, match=r"^no space left on the disk of .*work: free some"):
            store.prepare()
    assert files(store) == before
    assert store.find(Draw(seed=1)) is not None


def test_a_full_disk_is_known_by_its_number_and_by_its_words() -> None:
    words = os.strerror(errno.ENOSPC)
    assert is_disk_full(OSError(errno.EDQUOT, "quota"))
    assert is_disk_full(RuntimeError(f"I/O error: {words} (os error 28)"))
    wrapped = ValueError("a file cannot be written")
    wrapped.__cause__ = OSError(errno.ENOSPC, words)
    assert is_disk_full(wrapped)
    assert not is_disk_full(OSError(errno.EACCES, "no permission"))


def test_what_a_killed_attempt_left_of_a_unit_that_is_done_is_removed(store: Store) -> None:
    done, going, open_ = Draw(seed=1), Draw(seed=2), Draw(seed=3)
    for unit in (done, going):
        store.write(unit, ROWS, [], MEASURED)
    kept = files(store)
    for unit in (done, going, open_):
        store.work_folder(unit).mkdir()
        (store.work_folder(unit) / "checkpoint").write_text("half")
        (store.folder / "units" / f".{unit.hash}.jsonl.0.partial").write_text("half")
        (store.folder / "artifacts" / f".{unit.hash}-0.0.partial").mkdir()
    with store.claim(going):  # somebody is at work on it
        store.clear_left([done, going, open_])
    left = [path for path in store.folder.rglob("*") if done.hash in path.name]
    assert left == [store.path(done)]
    assert set(files(store)) >= set(kept)
    for unit in (going, open_):
        assert (store.work_folder(unit) / "checkpoint").exists()
        assert len(list(store.folder.glob(f"*/.{unit.hash}*.partial"))) == 2
