"""What a GPU is needed for, within some minutes: `make gpu PYTHON=python3`.

    tests        those that need CUDA
    benchmarks   posterior and training
    trainings    models that take a GPU, and what is measured of them, longest first

Nothing is installed: torch 2.11 or later, numpy, scipy and pandas are enough, and what else is not
there is left out with a line. Units are kept as they end; at the end of the time rows and models
are packed into at most eight files of at most 16 MiB, `rows.parquet` and `store-<n>.tar`, from
which the next run goes on.
"""

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from synthetic.device import check_device
from synthetic.experiments import Store, Unit, local_executor, merge, processors, run_units
from theory.studies.gpu_trainings import gpu_units
from theory.studies.profiles import STANDARD, Profile

PARTS = ("tests", "benchmarks", "trainings")
OLDEST = (2, 11)
FILES, FILE_BYTES = 8, 16 * 2**20
TESTS = ("tests/synthetic/languages/test_devices.py", "tests/theory/laws/test_devices.py")
MEASURES = {
    "posterior": ("tyro", "rich", "dynamax"),
    "training": ("tyro", "rich", "x_transformers"),
}


def run(units: Sequence[Unit], store: Store, *, device: str, workers: int, seconds: float) -> None:
    """Units in order, until the time is over; what has ended is kept."""
    end = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
    end.daemon = True
    end.start()
    try:
        print(run_units(units, store, local_executor(workers), device=device), flush=True)
    finally:
        end.cancel()


def pack(units: Sequence[Unit], store: Store) -> list[Path]:
    """Rows in one file, and results and models in as few archives as their sizes allow.

    A unit whose files do not fit any more is named and left out.
    """
    merge(units, store)
    packed: list[Path] = [store.folder / "rows.parquet"]
    sizes: dict[Path, int] = {}
    for unit in units:
        files = [*(store.folder / "units").glob(f"{unit.hash}.*")]
        files += [*(store.folder / "artifacts").glob(f"{unit.hash}-*/*")]
        size = sum(file.stat().st_size + 1024 for file in files)
        if not files:
            continue
        names = [store.folder / f"store-{number}.tar" for number in range(1, FILES)]
        fitting = (name for name in names if sizes.get(name, 10_240) + size <= FILE_BYTES)
        archive = next(fitting, None)
        if archive is None:
            print(f"left out, {size / 2**20:.1f} MiB: {unit}")
            continue
        with tarfile.open(archive, "a" if archive in sizes else "w") as tar:
            for file in files:
                tar.add(file, str(file.relative_to(store.folder)))
        sizes[archive] = sizes.get(archive, 10_240) + size
    return [*packed, *sizes]


def unpack(store: Store) -> None:
    """Put what an earlier run packed into the results folder back where units look for it."""
    for archive in sorted(store.folder.glob("store-*.tar")):
        with tarfile.open(archive) as tar:
            tar.extractall(store.folder, filter="data")


def commands(parts: Sequence[str], device: str) -> Iterator[list[str]]:
    """Tests and benchmarks as commands; a line for each whose packages are not all there."""
    if "tests" in parts and _there("tests", ("pytest", "hypothesis")):
        yield ["pytest", "-q", "-p", "no:cacheprovider", "-W", "default", "-k", "cuda", *TESTS]
    for name, packages in MEASURES.items():
        if "benchmarks" in parts and _there(f"benchmark of {name}", packages):
            yield [f"benchmarks.{name}", "--device", device]


def _there(name: str, packages: Sequence[str]) -> bool:
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        print(f"left out, {', '.join(missing)} not installed: {name}", flush=True)
    return not missing


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.gpu", description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--minutes", type=float, default=8.0, help="for all of it")
    parser.add_argument("--workers", type=int, default=None, help="processes; one a core")
    parser.add_argument("--results", type=Path, default=Path("results/gpu"))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, profile: Profile = STANDARD) -> int:
    """Exit status 0 unless tests or benchmarks fail."""
    options = _arguments(arguments)
    end = time.monotonic() + 60 * options.minutes
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < OLDEST:
        print(f"torch is {'.'.join(map(str, OLDEST))} or later, got {torch.__version__}")
        return 2
    try:
        device = str(check_device(options.device))
    except ValueError as error:
        print(error)
        return 2
    print(f"torch {torch.__version__}, {device}", flush=True)
    status = 0
    for command in commands(options.parts, device):
        left = end - time.monotonic()
        try:
            status |= subprocess.run([sys.executable, "-m", *command], timeout=left).returncode
        except subprocess.TimeoutExpired:
            print(f"stopped at the end of the time: {' '.join(command)}")
    if "trainings" in options.parts:
        units, store = gpu_units(profile), Store(options.results)
        unpack(store)
        workers = options.workers or processors()
        seconds = max(1.0, end - time.monotonic() - 10)  # to pack
        run(units, store, device=device, workers=workers, seconds=seconds)
        for file in pack(units, store):
            print(f"{file}, {file.stat().st_size / 2**20:.1f} MiB")
    return min(status, 1)


if __name__ == "__main__":
    sys.exit(main())
