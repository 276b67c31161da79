"""Kills small runs at random moments and starts them again: `python -m ... KILLS SEED`.

Prints how many kills and runs there were, and how many results were lost, computed to something
else, or left with traces of the killed; exit status 1 unless these are 0. About three seconds a
kill.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from synthetic.experiments import Store, closure
from tests.synthetic.experiments.demo_run import units

ROOT = Path(__file__).parents[3]
PAUSE = 0.05


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.synthetic.experiments.demo_run", str(folder), "2"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [*command, str(PAUSE)], cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True
    )


def results(folder: Path) -> dict[str, tuple[str, ...]]:
    """The rows of each unit that is done."""
    store = Store(folder)
    by_hash = {unit.hash: store.find(unit) for unit in closure(units(PAUSE))}
    return {name: tuple(stored.lines) for name, stored in by_hash.items() if stored is not None}


def traces(folder: Path) -> list[Path]:
    """What is there beside results, their artifacts and all rows."""
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    kept = ("units", "artifacts", "rows.parquet")
    return [
        path
        for path in files
        if ".partial" in path.name or (path.parts[0] not in kept and path.name != "writable")
    ]


def main(wanted: int, seed: int) -> int:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        begun = time.monotonic()
        start(whole).wait()
        span = time.monotonic() - begun
        expected = results(whole)
        kills = runs = lost = other = left = 0
        while kills < wanted:
            folder = Path(place) / f"run{runs}"
            done: dict[str, tuple[str, ...]] = {}
            for _ in range(min(chance.randint(1, 6), wanted - kills)):
                process = start(folder)
                try:
                    process.wait(chance.uniform(0.35, 1.0) * span)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                    kills += 1
                now = results(folder)
                lost += len(done.keys() - now.keys())
                done = now
            start(folder).wait()
            now = results(folder)
            lost += len(expected.keys() - now.keys())
            other += sum(rows != expected[name] for name, rows in now.items())
            left += len(traces(folder))
            runs += 1
    print(f"{kills} kills in {runs} runs: {lost} results lost, {other} others, {left} traces left")
    return int(lost + other + left > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
