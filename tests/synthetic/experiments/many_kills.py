"""Kills small runs at random moments and starts them again: `python -m ... KILLS SEED`.

Killed are the whole group of processes, the runner alone or one worker, in turn. Prints how many
kills and runs there were, and how often a result was lost, written twice or other than that of an
undisturbed run, a trace or a process of the killed was left, a run failed that was not killed
itself, or a traceback was printed; exit status 1 unless all these are 0. About four seconds a kill.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from synthetic.experiments import Store, closure, read_rows
from synthetic.experiments.provenance import MEASURED_COLUMNS
from tests.synthetic.experiments.demo_run import units

ROOT = Path(__file__).parents[3]
PAUSE = 0.05
HOWS = ("group", "runner", "worker")
ENDS_WITHIN = 5.0  # seconds in which the processes of a killed run are gone


@dataclass
class Tally:
    """What was seen: how many kills of each kind, and what should not have been."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, times: int, detail: object = "") -> None:
        """Count something wrong, and say where."""
        if times:
            self.wrong[what] += times
            print(f"{what}: {detail}", flush=True)


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.synthetic.experiments.demo_run", str(folder), "2"]
    said = folder.with_suffix(".said").open("a")  # a pipe would be held open by what is left
    with said:
        return subprocess.Popen(
            [*command, str(PAUSE), "merge"],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def results(folder: Path) -> dict[str, tuple[str, ...]]:
    """The rows of each unit that is done."""
    store = Store(folder)
    by_hash = {unit.hash: store.find(unit) for unit in closure(units(PAUSE))}
    return {name: tuple(stored.lines) for name, stored in by_hash.items() if stored is not None}


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Which file each result is, and when it was written."""
    stats = {path.stem: path.stat() for path in (folder / "units").glob("*.jsonl")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}


def merged(folder: Path) -> str:
    """All rows as one text with all digits, without what is measured."""
    rows = read_rows(folder / "rows.parquet").drop(columns=list(MEASURED_COLUMNS))
    return rows.to_json(orient="split", double_precision=15) + repr(rows["value"].tolist())


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def workers(runner: int) -> list[int]:
    """The worker processes of a runner."""
    there = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == runner and b"spawn_main" in (path / "cmdline").read_bytes():
                there.append(int(path.name))
    return sorted(there)


def gone(group: int) -> bool:
    """Whether all processes of a group end soon."""
    deadline = time.monotonic() + ENDS_WITHIN
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.02)
        return False
    return True


def kill(process: subprocess.Popen[bytes], how: str, chance: random.Random) -> bool:
    """SIGKILL of the group, the runner or one worker; False where there is no worker now."""
    if how == "group":
        os.killpg(process.pid, signal.SIGKILL)
    elif how == "runner":
        process.kill()
    else:
        there = workers(process.pid)
        if not there:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(there), signal.SIGKILL)
    return True


def moments(chance: random.Random, span: float) -> Iterator[tuple[float, str]]:
    """When after the start, and what, a run is killed: one to six times."""
    for _ in range(chance.randint(1, 6)):
        yield chance.uniform(0.2, 1.0) * span, chance.choice(HOWS)


def disturbed(folder: Path, chance: random.Random, span: float, wanted: int, tally: Tally) -> None:
    """One run, killed and started again until it is done."""
    before: dict[str, tuple[int, int]] = {}
    for wait, how in moments(chance, span):
        if tally.kills.total() == wanted:
            break
        process = start(folder)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait)
        killed = process.poll() is None and kill(process, how, chance)
        tally.kills[how] += killed
        status = process.wait()
        alive = how == "worker" or not killed
        tally.note("runs that fail", alive and status != 0, folder.with_suffix(".said").read_text())
        tally.note("processes left", not gone(process.pid), (how, wait))
        now = written(folder)
        tally.note("results written twice", sum(now.get(n) != one for n, one in before.items()))
        before = now
        if not killed:
            break
    process = start(folder)
    tally.note("runs that fail", process.wait() != 0, folder.with_suffix(".said").read_text())
    tally.note("processes left", not gone(process.pid), "at the end")
    now = written(folder)
    tally.note("results written twice", sum(now.get(n) != one for n, one in before.items()))


def main(wanted: int, seed: int) -> int:
    chance, tally, runs = random.Random(seed), Tally(), 0
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        begun = time.monotonic()
        start(whole).wait()
        span = time.monotonic() - begun
        expected, rows, there = results(whole), merged(whole), files(whole)
        while tally.kills.total() < wanted:
            folder = Path(place) / f"run{runs}"
            disturbed(folder, chance, span, wanted, tally)
            now = results(folder)
            tally.note("results lost", len(expected.keys() - now.keys()), folder)
            tally.note("other results", sum(now[n] != expected.get(n) for n in now), folder)
            tally.note("other rows", merged(folder) != rows, folder)
            left = files(folder) ^ there
            tally.note("traces left", len(left), sorted(left))
            said = folder.with_suffix(".said").read_text()
            tally.note("tracebacks", said.count("Traceback"), said)
            runs += 1
    print(f"{tally.kills.total()} kills in {runs} runs: {dict(tally.kills)}")
    print(f"wrong: {dict(tally.wrong) or 'nothing'}")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
