"""Whole runs, killed, interrupted and doubled: at most the units in flight are lost."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetic.experiments import Store, closure, merge
from tests.synthetic.experiments.demo_run import units
from tests.synthetic.experiments.demo_units import LOG, Train, logged

ROOT = Path(__file__).parents[3]
PAUSE = 0.15


def start(folder: Path, log: Path) -> subprocess.Popen[str]:
    module = "tests.synthetic.experiments.demo_run"
    return subprocess.Popen(
        [sys.executable, "-m", module, str(folder / "results"), "2", str(PAUSE)],
        cwd=ROOT,
        env=os.environ | {LOG: str(log)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the run did not get there"
        time.sleep(0.01)


def all_end(group: int) -> None:
    """Wait for every process of a group to be gone, for two seconds."""
    deadline = time.monotonic() + 2
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            assert time.monotonic() < deadline, "a worker outlived its runner"
            time.sleep(0.02)


def restart(folder: Path, log: Path, killed_log: Path) -> None:
    """Run again to the end; what was done stays and only what was in flight is started twice."""
    store = Store(folder / "results")
    model = Train(steps=10, pause=PAUSE)
    kept = {
        unit.hash: store.path(unit).stat() for unit in closure(units(PAUSE)) if store.find(unit)
    }
    assert kept
    process = start(folder, log)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert f"8 units: {len(kept)} were done, {8 - len(kept)} computed, 0 failed" in out
    for unit in closure(units(PAUSE)):
        assert store.find(unit) is not None
        if unit.hash in kept:
            assert store.path(unit).stat() == kept[unit.hash]
    done_before = set(logged(killed_log, "end"))
    assert not done_before & set(logged(log, "start"))
    # Training went on from its checkpoint: at most the step in flight was made twice.
    steps = [logged(killed_log, f"step{step}") + logged(log, f"step{step}") for step in range(10)]
    assert sum(len(made) for made in steps) <= 10 + 1
    assert all(made[0] == str(model) for made in steps)
    assert merge(units(PAUSE), store)


def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    log, again = tmp_path / "log", tmp_path / "again"
    process = start(tmp_path, log)
    until(lambda: len(logged(log, "step4")) > 0, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    restart(tmp_path, again, log)


def test_workers_end_with_a_runner_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(tmp_path, log)
    until(lambda: len(logged(log, "step1")) > 0, process)
    process.kill()
    process.communicate()
    all_end(process.pid)


@pytest.mark.parametrize(("how", "to"), [(signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill)])
def test_an_interrupt_stops_soon_and_says_what_is_kept(
    tmp_path: Path, how: signal.Signals, to: Callable[[int, int], None]
) -> None:
    log, again = tmp_path / "log", tmp_path / "again"
    process = start(tmp_path, log)
    until(lambda: len(logged(log, "step3")) > 0, process)
    # A terminal sends it to the workers too, a container to the runner alone.
    to(process.pid, how)
    began = time.monotonic()
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - began < 3
    assert process.returncode == 1
    assert "left by the interruption" in out
    assert "results are kept in" in err
    assert "Traceback" not in err
    assert "resource_tracker" not in err
    all_end(process.pid)
    restart(tmp_path, again, log)


@pytest.mark.parametrize("moment", [0.02, 0.15, 0.3])
def test_ctrl_c_while_workers_start_is_quiet(tmp_path: Path, moment: float) -> None:
    process = start(tmp_path, tmp_path / "log")
    until((tmp_path / "results" / "work" / "writable").exists, process)
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert "Traceback" not in err


def test_two_runs_at_once_do_each_unit_once(tmp_path: Path) -> None:
    logs = [tmp_path / "one", tmp_path / "two"]
    runs = [start(tmp_path, log) for log in logs]
    ends = [run.communicate(timeout=40) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], ends
    assert all("0 failed" in out for out, _ in ends)
    assert not any("damaged" in err for _, err in ends)
    ended = sorted(text for log in logs for text in logged(log, "end"))
    assert ended == sorted(str(unit) for unit in closure(units(PAUSE)))
