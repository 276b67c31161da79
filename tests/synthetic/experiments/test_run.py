"""The runner: order, failures, what is recomputed, what is said. Units run in this process."""

import dataclasses
import errno
import io
import os
import pickle
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synthetic.experiments import (
    Context,
    DiskFullError,
    InProcess,
    Input,
    Result,
    Row,
    Store,
    Unit,
    UnwritableFolderError,
    run_units,
)
from synthetic.experiments import run as runner
from synthetic.experiments.execute import execute
from synthetic.experiments.progress import LineProgress
from tests.synthetic.experiments.demo_units import (
    LOG,
    After,
    Draw,
    Evaluate,
    Schedule,
    Stopwatch,
    Train,
    Wrong,
    logged,
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(LOG, str(tmp_path / "log"))
    return tmp_path / "log"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def started(log: Path) -> list[str]:
    return logged(log, "start")


def test_a_second_run_computes_nothing(store: Store, log: Path) -> None:
    units = [Draw(seed=1), Evaluate(model=Train(steps=2), at=3)]
    first = run_units(units, store, InProcess())
    assert (first.total, first.done, first.computed, first.ok) == (3, 0, 3, True)
    before = store.path(units[0]).stat()
    second = run_units(units, store, InProcess())
    assert (second.total, second.done, second.computed, second.ok) == (3, 3, 0, True)
    assert len(started(log)) == 3
    assert store.path(units[0]).stat() == before
    assert not list((store.folder / "work").glob("*.lock"))
    assert [path.name for path in (store.folder / "work").iterdir()] == ["writable"]


def test_nothing_is_opened_when_nothing_is_to_be_done(store: Store) -> None:
    class NeverOpened:
        def open(self) -> Any:
            raise AssertionError("workers were opened")

    run_units([Draw(seed=1)], store, InProcess())
    assert run_units([Draw(seed=1)], store, NeverOpened()).ok


def test_no_units_are_one_line(store: Store) -> None:
    stream = io.StringIO()
    summary = run_units([], store, InProcess(), progress=LineProgress(stream))
    assert (str(summary), summary.ok) == ("nothing to compute: every unit has its rows", True)
    assert stream.getvalue() == ""


def test_the_order_of_the_list_is_kept_and_needs_come_first(store: Store, log: Path) -> None:
    model = Train(steps=2)
    units = [Draw(seed=5), Evaluate(model=model, at=1), Draw(seed=3), Draw(seed=5)]
    run_units(units, store, InProcess())
    assert started(log) == [str(unit) for unit in (units[0], model, units[1], units[2])]


def test_timing_comes_last_unless_it_is_needed(store: Store, log: Path) -> None:
    table = After(first=(Stopwatch(seed=1),))
    run_units([Stopwatch(seed=0), table, Draw(seed=1)], store, InProcess())
    kinds = [text.split("(")[0] for text in started(log)]
    assert kinds == ["demo draw", "timing", "timing", "demo after"]


def test_a_changed_unit_recomputes_itself_and_dependents_only(store: Store, log: Path) -> None:
    model, other = Train(steps=2), Train(steps=3)
    base = [Draw(seed=1), Evaluate(model=model, at=1), Evaluate(model=other, at=1)]
    run_units(base, store, InProcess())
    log.unlink()
    changed = [base[0], Evaluate(model=dataclasses.replace(model, pause=1e-6), at=1), base[2]]
    summary = run_units(changed, store, InProcess())
    assert started(log) == [str(changed[1].model), str(changed[1])]  # type: ignore[attr-defined]
    assert (summary.done, summary.computed) == (3, 2)


def test_a_raised_version_recomputes_that_kind_and_dependents_only(
    store: Store, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def units() -> list[Unit]:
        return [Draw(seed=1), Evaluate(model=Train(steps=2), at=1)]

    run_units(units(), store, InProcess())
    log.unlink()
    monkeypatch.setattr(Evaluate, "version", 2)
    run_units(units(), store, InProcess())
    assert started(log) == [str(units()[1])]
    log.unlink()
    monkeypatch.setattr(Train, "version", 2)
    assert run_units(units(), store, InProcess()).computed == 2


def test_a_failing_unit_is_reported_and_the_run_goes_on(
    store: Store, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = Wrong(seed=7)
    child = After(first=(wrong, Draw(seed=1)))
    grandchild = After(first=(child,), seed=1)
    summary = run_units([wrong, grandchild, Draw(seed=2)], store, InProcess())
    assert not summary.ok
    assert (summary.total, summary.computed) == (5, 2)
    assert [failure.unit for failure in summary.failed] == [wrong]
    assert {(b.unit, b.because) for b in summary.blocked} == {(child, wrong), (grandchild, wrong)}
    lines = capsys.readouterr().err.splitlines()
    (failed,) = [line for line in lines if line.startswith("failed")]
    assert "demo wrong(seed=7): UnpicklableError: first line second line" in failed
    (blocked,) = [line for line in lines if line.startswith("not run")]
    assert str(child) in blocked
    assert str(grandchild) in blocked
    assert "1 failed, 2 not run because of a failed one" in str(summary)
    trace = store.failure_path(wrong.hash)
    assert str(trace) in failed
    assert "in run" in trace.read_text()


def test_a_mended_unit_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    child = After(first=(Wrong(seed=7),))
    assert not run_units([child], store, InProcess()).ok
    monkeypatch.setattr(Wrong, "run", lambda self, inputs, context: Result([{"value": 1.0}]))
    summary = run_units([child], store, InProcess())
    assert summary.ok
    assert not store.failure_path(Wrong(seed=7).hash).exists()


def test_a_damaged_file_is_computed_again_and_a_damaged_need_too(
    store: Store, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Train(steps=2)
    run_units([Draw(seed=1), Evaluate(model=model, at=1)], store, InProcess())
    stored = store.find(model)
    assert stored is not None
    whole = store.path(Draw(seed=1)).read_text()
    store.path(Draw(seed=1)).write_text(whole.replace('"samples": 4', '"samples": 5'))
    (stored.artifact_folder / "weights.txt").write_text("9")
    log.unlink()
    summary = run_units(
        [Draw(seed=1), Evaluate(model=model, at=1), Evaluate(model=model, at=2)], store, InProcess()
    )
    assert summary.ok
    assert started(log) == [str(Draw(seed=1)), str(model), str(Evaluate(model=model, at=2))]
    said = capsys.readouterr().err
    assert said.count("damaged:") == 2
    again = store.find(Evaluate(model=model, at=2))
    assert again is not None
    assert again.rows[0]["value"] == 8.5


def test_an_unwritable_folder_is_an_error_before_any_work(tmp_path: Path, log: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFolderError, match=r"file/results cannot be written"):
        run_units([Draw(seed=1)], Store(tmp_path / "file" / "results"), InProcess())
    assert not log.exists()


def test_on_done_hears_of_each_unit_when_it_has_its_result(store: Store) -> None:
    units = [Draw(seed=1), Draw(seed=2), Wrong(seed=1)]
    run_units(units[:1], store, InProcess())
    heard: list[Unit] = []

    def hear(unit: Unit) -> None:
        assert store.find(unit) is not None
        heard.append(unit)

    run_units(units, store, InProcess(), on_done=hear)
    assert heard == units[:2]


def test_ctrl_c_says_what_was_kept_and_is_not_ok(store: Store) -> None:
    said = io.StringIO()

    def stop(unit: Unit) -> None:
        raise KeyboardInterrupt

    summary = run_units(
        [Draw(seed=1), Draw(seed=2)],
        store,
        InProcess(),
        on_done=stop,
        progress=LineProgress(said),
    )
    assert summary.interrupted == signal.SIGINT
    assert not summary.ok
    assert f"stopped: 1 of 2 results are kept in {store.folder}" in said.getvalue()
    assert "1 left by the interruption" in str(summary)


def test_a_worker_with_other_code_is_an_error(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = execute

    def other_code(sent: bytes, unit_hash: str, *rest: Any) -> Any:
        return honest(pickle.dumps(Draw(seed=2)), unit_hash, *rest)

    monkeypatch.setattr(runner, "execute", other_code)
    summary = run_units([Draw(seed=1)], store, InProcess())
    assert "this worker has other code" in summary.failed[0].error


def test_a_worker_with_another_folder_is_an_error(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = execute
    Store(tmp_path / "other").prepare()

    def elsewhere(sent: bytes, unit_hash: str, folder: Path, *rest: Any) -> Any:
        return honest(sent, unit_hash, tmp_path / "other", *rest)

    monkeypatch.setattr(runner, "execute", elsewhere)
    summary = run_units([Draw(seed=1)], store, InProcess())
    assert "share" in summary.failed[0].error


@dataclass(frozen=True, kw_only=True)
class Gives(Unit):
    """Returns what a test wants it to."""

    kind = "demo gives"
    version = 1

    rows = ()
    artifacts = ()

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        return Result(type(self).rows, type(self).artifacts)


@pytest.mark.parametrize(
    ("rows", "artifacts", "message"),
    [
        ([{"value": [1.0]}], [], "row value 'value' is a list"),
        ([{"errors": 2**63}], [], "beyond 64 bits"),
        ([{"seconds": 1.0}], [], "may not hold 'seconds'"),
        ([{"unit": "a"}], [], "may not hold 'unit'"),
        ([{3: 1.0}], [], "may not hold 3"),
        ([], ["absent"], "artifact 'absent' is no file"),
        ([], ["../escape"], "artifact '../escape' is no file"),
    ],
)
def test_a_result_that_cannot_be_kept_is_a_failure(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[Row],
    artifacts: list[str],
    message: str,
) -> None:
    monkeypatch.setattr(Gives, "rows", rows)
    monkeypatch.setattr(Gives, "artifacts", artifacts)
    summary = run_units([Gives()], store, InProcess())
    assert message in summary.failed[0].error
    assert store.find(Gives()) is None


def test_a_kind_that_cannot_be_sent_is_a_failure(store: Store) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Local(Draw):
        kind = "demo local"

    summary = run_units([Local(seed=1), Draw(seed=1)], store, InProcess())
    assert "a kind of unit is a class of a module" in summary.failed[0].error
    assert summary.computed == 1


def test_numpy_numbers_become_plain_ones(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy

    monkeypatch.setattr(Gives, "rows", [{"value": numpy.float64(0.1)}])
    assert run_units([Gives()], store, InProcess()).ok
    stored = store.find(Gives())
    assert stored is not None
    assert stored.rows == ({"value": 0.1},)


def test_nested_parameters_reach_the_unit(store: Store) -> None:
    unit = Draw(seed=1, schedule=Schedule(9))
    run_units([unit], store, InProcess())
    stored = store.find(unit)
    assert stored is not None
    assert stored.rows[0]["steps"] == 9


@dataclass(frozen=True, kw_only=True)
class NoSpace(Unit):
    """Finds the disk full in the way of a library."""

    kind = "demo no space"
    version = 1

    text: str

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        raise RuntimeError(self.text)


def test_a_full_disk_ends_the_run_at_once_with_its_folder(store: Store, log: Path) -> None:
    full = NoSpace(text=f"cannot write: {os.strerror(errno.ENOSPC)} (os error 28)")
    units = [Draw(seed=1), full, Draw(seed=2)]
    with pytest.raises(DiskFullError, match="free some there, or give another folder") as caught:
        run_units(units, store, InProcess())
    assert str(store.folder) in str(caught.value)
    assert started(log) == [str(units[0])]
    assert run_units([units[0], NoSpace(text="other"), units[2]], store, InProcess()).done == 1
