"""What a worker does with one unit: claim it, read its inputs, run it, keep its result.

    claim -> already there? -> inputs, verified -> run, in its working folder -> write -> clear

The worker itself writes to the results folder, which all workers must share: a unit resumes from
its working folder wherever it is started again, and a result outlives the process that asked.
"""

import contextlib
import ctypes
import multiprocessing
import os
import pickle
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from synthetic.experiments.durable import is_disk_full, set_aside
from synthetic.experiments.provenance import IDENTITY_COLUMNS, MEASURED_COLUMNS, measured
from synthetic.experiments.store import Store
from synthetic.experiments.unit import Context, Result, Row, Unit

_REPORT_SECONDS = 0.5
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of mallopt


@dataclass(frozen=True)
class ProcessOutcome:
    """What came of one unit: a one-line `error` or None, and whether its result is new."""

    error: str | None
    computed: bool
    seconds: float
    notes: tuple[str, ...] = ()
    disk_full: bool = False


def execute(sent: bytes, unit_hash: str, folder: Path, device: str, commit: str) -> ProcessOutcome:
    """Run one unit, sent pickled, and keep its result; what it raises becomes the error."""
    notes: list[str] = []
    store = Store(folder, report=notes.append)
    started = time.monotonic()
    error, computed, disk_full = None, False, False
    # Exceptions stay here, and the unit is unpickled here: either would break a pool of processes,
    # or hang a cluster, on the way to or from a worker that lacks the class.
    try:
        unit: Unit = pickle.loads(sent)
        if unit.hash != unit_hash:
            raise RuntimeError(
                f"this worker has other code: it hashes the unit to {unit.hash[:8]}, the runner to "
                f"{unit_hash[:8]}; start the workers again"
            )
        with store.claim(unit):
            if store.find(unit) is None:
                _run(unit, store, device, commit)
                computed = True
            store.clear_work(unit)
    except (Exception, SystemExit) as raised:
        error, disk_full = one_line(raised), is_disk_full(raised)
        trace = store.failure_path(unit_hash)
        try:
            trace.write_text(traceback.format_exc(), encoding="utf-8")
            error += f" (traceback: {trace})"
        except OSError as unkept:
            error += f" (its traceback could not be kept: {unkept})"
    return ProcessOutcome(error, computed, time.monotonic() - started, tuple(notes), disk_full)


@contextmanager
def exact_threads(threads: int) -> Iterator[None]:
    """Give torch this many threads, whether it is imported yet or only inside."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    torch = sys.modules.get("torch")
    torch_before = torch.get_num_threads() if torch else None
    os.environ.update({name: str(threads) for name in _THREAD_VARIABLES})
    if torch:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if torch and torch_before is not None:
            torch.set_num_threads(torch_before)


@cache
def _keep_freed_memory() -> None:
    """Let glibc keep freed memory for the next tensor, once in a process that is only a worker.

    By default it gives large freed tensors back to the system, and the next ones are handed out
    page by page: an eighth of the time of a training, half of it under Dask's nanny.
    """
    if sys.platform == "linux" and multiprocessing.parent_process() is not None:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:  # glibc alone has it
            mallopt(_M_MMAP_THRESHOLD, 2**25)
            mallopt(_M_TRIM_THRESHOLD, 2**28)


def _run(unit: Unit, store: Store, device: str, commit: str) -> None:
    _keep_freed_memory()
    inputs = {need: store.read_input(need) for need in unit.needs}
    folder = store.work_folder(unit)
    if os.path.lexists(folder) and not folder.is_dir():
        set_aside(folder)
    folder.mkdir(exist_ok=True)
    store.fraction_path(unit).unlink(missing_ok=True)
    fraction = _Fraction(store.fraction_path(unit))
    context = Context(device, folder, unit.threads, fraction, store.report)
    started = time.monotonic()
    with exact_threads(unit.threads):
        result = unit.run(inputs, context)
    seconds = time.monotonic() - started
    rows = checked_rows(result)
    artifacts = _checked_artifacts(result, folder)
    store.write(unit, rows, artifacts, measured(seconds, device, commit))


def checked_rows(result: Result) -> tuple[Row, ...]:
    """The rows in plain values; an error where a row is not flat or writes the runner's columns."""
    if not isinstance(result, Result):
        raise TypeError(f"run gave a {type(result).__name__}; return Result(rows, artifacts)")
    return tuple(
        {_checked_name(name): _checked_value(name, value) for name, value in row.items()}
        for row in result.rows
    )


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or name in (*IDENTITY_COLUMNS, *MEASURED_COLUMNS):
        raise ValueError(f"a row may not hold {name!r}: the runner writes it; choose another name")
    return name


def _checked_value(name: str, value: object) -> int | float | str | bool | None:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(f"row value {name!r} is {value}, beyond 64 bits; give it as a float")
    # Subclasses such as numpy.float64 are taken as the plain value they are.
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    if value is None:
        return None
    raise TypeError(
        f"row value {name!r} is a {type(value).__name__}; a row holds int, float, str, bool, None: "
        "convert it with .item()"
    )


def _checked_artifacts(result: Result, folder: Path) -> list[Path]:
    for name in result.artifacts:
        if Path(name).name != name or not (folder / name).is_file():
            raise FileNotFoundError(
                f"artifact {name!r} is no file in the working folder; write it there and name it"
            )
    return [folder / name for name in dict.fromkeys(result.artifacts)]


class _Fraction:
    """Says how far a unit is through a small file, seldom enough to cost nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def __call__(self, fraction: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _REPORT_SECONDS
            with contextlib.suppress(OSError):
                self._path.write_text(f"{fraction:.4f}")


def one_line(error: BaseException) -> str:
    """An error on one line, its type first."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
