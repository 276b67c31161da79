"""Worker processes: the same rows for any number of them, and no run lost with one of them."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas
import pytest

from synthetic.experiments import (
    MEASURED_COLUMNS,
    InProcess,
    Standing,
    Store,
    Unit,
    Workers,
    dask_executor,
    executors,
    local_executor,
    merge,
    run_units,
)
from synthetic.experiments.executors import Pool
from tests.synthetic.experiments.demo_units import (
    LOG,
    Deadly,
    Draw,
    Evaluate,
    PageFaults,
    ProcessNumber,
    Stopwatch,
    Stuck,
    TorchThreads,
    Train,
    Wrong,
    logged,
)

SWEEP: list[Unit] = [
    *(Draw(seed=seed, pause=0.02 * (seed % 3)) for seed in range(6)),
    *(Evaluate(model=Train(steps=steps), at=at) for steps in (2, 3) for at in range(3)),
    Stopwatch(seed=0),
]


def merged(folder: Path, units: list[Unit], workers: Workers) -> pandas.DataFrame:
    store = Store(folder)
    assert run_units(units, store, workers).ok
    merge(units, store)
    return pandas.read_parquet(folder / "rows.parquet")


def identical(one: pandas.DataFrame, other: pandas.DataFrame) -> bool:
    measured = list(MEASURED_COLUMNS)
    return one.drop(columns=measured).equals(other.drop(columns=measured))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> pandas.DataFrame:
    return merged(tmp_path_factory.mktemp("here"), SWEEP, InProcess())


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_do_not_depend_on_the_number_of_workers(
    tmp_path: Path, workers: int, expected: pandas.DataFrame
) -> None:
    assert identical(merged(tmp_path, SWEEP, local_executor(workers)), expected)


def test_rows_that_depend_on_the_process_are_rejected(tmp_path: Path) -> None:
    units: list[Unit] = [ProcessNumber(seed=seed) for seed in range(2)]
    one = merged(tmp_path / "one", units, local_executor(1))
    two = merged(tmp_path / "two", units, local_executor(2))
    assert not identical(one, two)


def test_rows_from_a_dask_cluster_are_the_same(
    tmp_path: Path, expected: pandas.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs="ERROR"
    ) as cluster:
        workers = dask_executor(cluster.scheduler_address)
        assert identical(merged(tmp_path / "dask", SWEEP, workers), expected)
        store = Store(tmp_path / "dask")
        capsys.readouterr()
        summary = run_units([*SWEEP, Wrong(seed=1), Deadly(always=False)], store, workers)
        said = capsys.readouterr().err
        assert re.search(r"Dask worker tcp://127\S+ at \S+ is gone: what it ran starts again", said)
        assert (summary.done, summary.computed) == (len(SWEEP) + 2, 1)
        assert "UnpicklableError" in summary.failed[0].error
    capsys.readouterr()


def test_a_cluster_that_loses_its_last_worker_is_said_and_given_up(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    said = Said()
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs="CRITICAL"
    ) as cluster:

        def lose(_: Unit) -> None:
            cluster.scale(0)

        with pytest.raises(ConnectionError, match="results are kept: start `dask worker"):
            run_units(
                [Draw(seed=seed, pause=0.2) for seed in range(20)],
                Store(tmp_path),
                dask_executor(cluster.scheduler_address, patience_seconds=2),
                on_done=lose,
                progress=said,
            )
    assert [line for line in said.lines if "no Dask worker is left at tcp://127.0.0.1" in line]


def test_a_dask_worker_that_is_lost_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "Client", FakeClient)
    there = {"one": 1, "two": 1}
    monkeypatch.setattr(FakeClient, "nthreads", lambda _: dict(there))
    monkeypatch.setattr(FakeClient, "scheduler_info", lambda _: {"workers": {}})
    pool = dask_executor("tcp://127.0.0.1:1").open()
    assert list(pool.news()) == []
    del there["one"]
    there["three"] = 1
    (said,) = pool.news()
    assert said.startswith("Dask worker one at tcp://127.0.0.1:1 is gone: what it ran starts again")
    assert list(pool.news()) == []


@pytest.mark.parametrize("nanny", [True, False])
def test_a_silent_dask_worker_is_said_and_ended_or_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, *, nanny: bool
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "Client", FakeClient)
    ended: list[str] = []

    def restart_workers(_: Any, workers: list[str], **arguments: Any) -> None:
        if not nanny:
            raise ValueError("Restarting workers requires a nanny")
        ended.extend(workers)

    monkeypatch.setattr(FakeClient, "restart_workers", restart_workers, raising=False)
    pool = dask_executor("tcp://127.0.0.1:1", patience_seconds=0.2).open()
    said: list[str] = []

    def hear() -> None:
        for _ in range(1000):
            said.extend(pool.news())
            if ended:
                return
            time.sleep(0.02)

    if nanny:
        hear()
        assert ended == ["worker"]
    else:
        with pytest.raises(ConnectionError, match=r"silent for 0\.2 s and has no nanny .*: end it"):
            hear()
    assert [line.partition(":")[0] for line in said] == ["Dask worker worker at tcp"]
    assert "is silent: where it was stopped, `kill -CONT` lets it go on" in said[0]


class Said:
    """Keeps the lines of a run."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def update(self, standing: Standing) -> None:
        pass

    def close(self) -> None:
        pass


class FakeClient:
    """A cluster of one idle worker that remembers how it was reached."""

    def __init__(self, address: str, **arguments: Any) -> None:
        seen.append((address, arguments))

    def wait_for_workers(self, number: int, timeout: float) -> None:
        pass

    def get_executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1)

    def nthreads(self) -> dict[str, int]:
        return {"worker": 1}

    def scheduler_info(self) -> dict[str, dict[str, dict[str, float]]]:
        return {"workers": {"worker": {"last_seen": 1.0}}}

    def close(self) -> None:
        pass


seen: list[tuple[str, dict[str, Any]]] = []


@pytest.mark.parametrize(
    ("address", "is_open"),
    [("tcp://10.0.0.1:8786", True), ("tcp://127.0.0.1:8786", False), ("tls://10.0.0.1:1", False)],
)
def test_a_cluster_without_tls_is_said_to_be_for_trusted_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, is_open: bool
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "Client", FakeClient)
    said, security = Said(), distributed.Security()
    workers = dask_executor(address, security=security)
    run_units([Draw(seed=1), Draw(seed=2)], Store(tmp_path), workers, progress=said)
    assert seen.pop()[1]["security"] is security
    assert sum("trusted network only" in line for line in said.lines) == is_open


def test_an_address_without_a_scheme_is_one_line() -> None:
    with pytest.raises(ValueError, match=r"such as tcp://10\.0\.0\.1:8786, got '10\.0\.0\.1'"):
        dask_executor("10.0.0.1")


def test_workers_are_as_many_as_the_processors_that_may_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert local_executor().workers == 3
    assert local_executor(threads=2).workers == 1
    monkeypatch.delattr(os, "sched_getaffinity")
    assert local_executor().workers == 64


def test_a_stopped_worker_is_named_and_ended_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_STOPPED_SECONDS", 1.0)
    log = tmp_path / "log"
    monkeypatch.setenv(LOG, str(log))
    said = Said()
    units = [Stuck(), Draw(seed=1)]
    assert run_units(units, Store(tmp_path / "results"), local_executor(1), progress=said).ok
    (line,) = [line for line in said.lines if "is stopped" in line]
    assert re.search(r"worker process (\d+) is stopped: `kill -CONT \1` lets it go on", line)
    assert logged(log, "start").count(str(Stuck())) == 2


SCRIPT = """
from pathlib import Path
from synthetic.experiments import Store, local_executor, run_units
from tests.synthetic.experiments.demo_units import Draw

def go():
    run_units([Draw(seed=1)], Store(Path(__file__).parent / "results"), local_executor(2))

GUARD
"""


@pytest.mark.parametrize("guarded", [True, False])
def test_a_script_without_its_guard_is_told_so(tmp_path: Path, *, guarded: bool) -> None:
    script = tmp_path / "script.py"
    line = "if __name__ == '__main__': go()" if guarded else "go()"
    script.write_text(SCRIPT.replace("GUARD", line))
    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == guarded
    assert guarded or "needs `if __name__ == '__main__':`" in done.stderr.splitlines()[-1]
    assert done.stderr.count("Traceback") == (not guarded)


def test_dask_workers_with_more_threads_are_refused(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=":0",
            silence_logs="ERROR",
        ) as cluster,
        pytest.raises(ValueError, match="has 2 threads; start it with --nthreads 1"),
    ):
        run_units([Draw(seed=1)], Store(tmp_path), dask_executor(cluster.scheduler_address))


def test_no_dask_cluster_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ConnectionError, match=r"no Dask workers at tcp://127.0.0.1:9 within"):
        run_units([Draw(seed=1)], Store(tmp_path), dask_executor("tcp://127.0.0.1:9", 0.5))


def test_a_dead_worker_is_replaced_and_its_unit_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The other unit in flight dies with the pool, and is not blamed for it.
    units = [Deadly(always=False), Draw(seed=1, pause=1.0), Draw(seed=2)]
    summary = run_units(units, Store(tmp_path), local_executor(2))
    assert summary.ok
    assert summary.computed == 3
    said = capsys.readouterr().err
    assert said.count("a worker died") == 1
    assert "demo deadly(always=False), demo draw(seed=1" in said


def test_a_unit_that_kills_its_worker_twice_fails_alone(tmp_path: Path) -> None:
    units = [Draw(seed=1, pause=1.5), Deadly(always=True), Draw(seed=2), Draw(seed=3)]
    summary = run_units(units, Store(tmp_path), local_executor(2))
    assert [failure.unit for failure in summary.failed] == [Deadly(always=True)]
    assert "died twice" in summary.failed[0].error
    assert summary.computed == 3


@dataclass(frozen=True)
class KilledInStart:
    """Local workers of which the first is killed as it starts, in so many pools of those opened."""

    workers: int
    pools: int
    opened: list[int]

    def open(self) -> Pool:
        pool = local_executor(self.workers).open()
        self.opened.append(len(self.opened))
        if len(self.opened) <= self.pools:
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
        return pool


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_killed_as_it_starts_is_replaced_and_no_unit_blamed(
    tmp_path: Path, workers: int
) -> None:
    said, killed = Said(), KilledInStart(workers, pools=2, opened=[])
    units = [Draw(seed=seed) for seed in range(3)]
    summary = run_units(units, Store(tmp_path), killed, progress=said)
    assert (summary.ok, summary.computed, len(killed.opened)) == (True, 3, 3)
    assert [line for line in said.lines if "died" in line] == [
        "a worker died before it took a unit; new ones are started"
    ] * 2


def test_workers_killed_as_they_start_again_and_again_end_the_run(tmp_path: Path) -> None:
    said, killed = Said(), KilledInStart(1, pools=1000, opened=[])
    with pytest.raises(ChildProcessError, match=r"as they started, 3 times: .* results are kept"):
        run_units([Draw(seed=1)], Store(tmp_path), killed, progress=said)
    assert len(killed.opened) == 3
    assert not multiprocessing.active_children()


class Restless:
    """Workers of which every pool breaks after its first result: the patience begins anew."""

    def __init__(self) -> None:
        self.opened = 0

    def open(self) -> "Restless":
        self.opened += 1
        self.executor = self
        self.left = 1 if self.opened % 2 else 0
        return self

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> "Future[Any]":
        if not self.left:
            raise BrokenProcessPool
        self.left -= 1
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def capacity(self) -> int:
        return 1

    def news(self) -> tuple[str, ...]:
        return ()

    def begun(self) -> bool:
        return False

    def close(self) -> None:
        pass


def test_a_result_renews_the_patience_with_workers_that_die_as_they_start(tmp_path: Path) -> None:
    workers: Any = Restless()
    units = [Draw(seed=seed) for seed in range(5)]
    assert run_units(units, Store(tmp_path), workers, progress=Said()).computed == 5
    assert workers.opened == 9  # five that gave a result, and four between them that did not


def test_a_kind_that_workers_cannot_import_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "only_here", ModuleType("only_here"))
    elsewhere = type("Elsewhere", (Draw,), {"__module__": "only_here", "kind": "demo elsewhere"})
    kind: type[Any] = dataclass(frozen=True, kw_only=True)(elsewhere)
    monkeypatch.setattr(sys.modules["only_here"], "Elsewhere", kind, raising=False)
    summary = run_units([kind(seed=1), Draw(seed=1)], Store(tmp_path), local_executor(1))
    assert "No module named 'only_here'" in summary.failed[0].error
    assert summary.computed == 1


def overlaps(log: Path) -> dict[str, int]:
    """For each unit in a log, how many others were running at any time while it ran."""
    spans: dict[str, list[float]] = {}
    for line in log.read_text().splitlines():
        seconds, _, unit = line.split(" ", 2)
        spans.setdefault(unit, []).append(float(seconds))
    ends = {unit: (min(times), max(times)) for unit, times in spans.items()}
    return {
        unit: sum(a < end and start < b for other, (a, b) in ends.items() if other != unit)
        for unit, (start, end) in ends.items()
    }


class Threads:
    """Workers that are there at once, so that what may overlap does."""

    def open(self) -> "Threads":
        self.executor = ThreadPoolExecutor(2)
        return self

    def capacity(self) -> int:
        return 2

    def news(self) -> tuple[str, ...]:
        return ()

    def begun(self) -> bool:
        return True

    def close(self) -> None:
        self.executor.shutdown()


@pytest.mark.parametrize("workers", [Threads(), local_executor(2)], ids=["threads", "processes"])
def test_timing_units_run_last_and_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(LOG, str(log))
    watches = [Stopwatch(seed=seed) for seed in range(3)]
    units = [*watches, *(Draw(seed=seed, pause=0.2) for seed in range(4))]
    assert run_units(units, Store(tmp_path / "results"), workers).ok
    computed = overlaps(log)
    assert [computed[str(watch)] for watch in watches] == [0, 0, 0]
    assert logged(log, "start")[-3:] == [str(watch) for watch in watches]


def test_timing_units_that_do_not_say_so_are_seen_to_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(LOG, str(log))
    monkeypatch.setattr(Stopwatch, "timing", False)
    watches = [Stopwatch(seed=seed) for seed in range(3)]
    assert run_units(watches, Store(tmp_path / "results"), Threads()).ok
    assert max(overlaps(log).values()) > 0


def test_a_unit_has_exactly_its_own_torch_threads(tmp_path: Path) -> None:
    units = [TorchThreads(threads=threads) for threads in (2, 1, 3)]
    store = Store(tmp_path)
    assert run_units(units, store, local_executor(1, threads=2)).ok
    for unit in units:
        stored = store.find(unit)
        assert stored is not None
        assert stored.rows[0]["value"] == unit.threads


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone is told")
def test_a_worker_keeps_freed_memory(tmp_path: Path) -> None:
    unit, store = PageFaults(), Store(tmp_path)
    assert run_units([unit], store, local_executor(1)).ok
    stored = store.find(unit)
    assert stored is not None
    first, second = stored.rows[0]["first"], stored.rows[0]["value"]
    assert isinstance(first, float)
    assert isinstance(second, float)
    assert second < 0.1 * first


def test_units_with_more_threads_than_there_are_run_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(LOG, str(log))
    units = [Draw(seed=seed, pause=0.2, threads=threads) for seed, threads in enumerate((2, 1, 1))]
    assert run_units(units, Store(tmp_path / "results"), Threads()).ok
    computed = overlaps(log)
    assert [computed[str(unit)] for unit in units] == [0, 1, 1]


@pytest.mark.parametrize("shape", [(-1, 1), (1, 0)])
def test_executors_need_workers(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"(workers|threads) is an integer in 1\.\.65536, got"):
        local_executor(*shape)


@pytest.mark.parametrize(
    ("call", "argument"), [(time.sleep, 60), (sum, range(10**12))], ids=["idle", "never listening"]
)
def test_closing_a_pool_ends_its_workers_at_once(
    call: Callable[[Any], Any], argument: object
) -> None:
    pool = local_executor(1).open()
    process = pool.executor.submit(os.getpid).result()
    future = pool.executor.submit(call, argument)
    time.sleep(0.2)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 3
    assert future.done()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
