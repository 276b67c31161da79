"""Where units run: in processes of this machine or here and now; `dask_workers` has clusters.

Each gives an open pool around a `concurrent.futures.Executor`; a pool that broke because a worker
died is closed and another one opened. A pool says how many threads may be busy at once, and the
runner starts units while their `threads` fit. A unit that asks for more than there are runs alone.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn, ParamSpec, Protocol, TypeVar

from synthetic.arguments import check_integer, checked

P = ParamSpec("P")
T = TypeVar("T")

_CLOSE_SECONDS = 1.0
_STOPPED_SECONDS = 60.0
LONGEST_TICK = 1.0  # of the time in which a worker is stopped: this process may be stopped too


class Pool(Protocol):
    """An open executor."""

    @property
    def executor(self) -> Executor:
        """The executor that units are submitted to."""
        ...

    def capacity(self) -> int:
        """How many threads may be busy at once, now."""
        ...

    def news(self) -> Sequence[str]:
        """What a person should know since the last call; OSError where workers are not to be had.

        Called several times a second while units run.
        """
        ...

    def begun(self) -> bool:
        """Whether some worker has lived long enough to take a unit."""
        ...

    def close(self) -> None:
        """End the workers at once, whatever they run."""
        ...


MOST_WORKERS = 2**16  # processes or threads: no machine has more


class Workers(Protocol):
    """A way to run units, opened once a run and once more after each death of a worker."""

    def open(self) -> Pool:
        """Start or reach the workers."""
        ...


@dataclass(frozen=True)
class LocalWorkers:
    """Processes of this machine; see `local_executor`."""

    workers: int
    threads: int

    def __post_init__(self) -> None:
        check_integer("workers", self.workers, most=MOST_WORKERS)
        check_integer("threads", self.threads, most=MOST_WORKERS)

    def open(self) -> "_LocalPool":
        """Start the processes."""
        return _LocalPool(self)


@dataclass(frozen=True)
class InProcess:
    """Units run one after another in this process, where a debugger sees them."""

    def open(self) -> "_InProcessPool":
        """Nothing to start."""
        return _InProcessPool()


@checked
def local_executor(workers: int | None = None, threads: int = 1) -> LocalWorkers:
    """Worker processes of this machine, each meant for `threads` threads at once.

    `workers` are as many as fill the processors that this process may use unless given. A unit runs
    with exactly its own `threads` wherever it lands, so the numbers of workers and threads change
    no result. Workers import the script that starts them: what starts a run in a script stands
    under `if __name__ == "__main__":`.
    """
    threads = check_integer("threads", threads, most=MOST_WORKERS)
    return LocalWorkers(max(1, processors() // threads) if workers is None else workers, threads)


def processors() -> int:
    """How many processors this process may use, which taskset or Slurm may make fewer."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _LocalPool:
    def __init__(self, shape: LocalWorkers) -> None:
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            # A worker imports a script that starts a run: it ends; the runner says why.
            raise SystemExit(1)
        spawn = multiprocessing.get_context("spawn")
        # The kernel closes our end when this process ends in any way: no worker outlives it.
        self._theirs, self._ours = spawn.Pipe(duplex=False)
        self._capacity = shape.workers * shape.threads
        self.executor: Executor = _QuietProcesses(
            shape.workers, spawn, initializer=_begin_worker, initargs=(self._theirs,)
        )
        # The pool watches for the death of a process only after something has happened since its
        # birth: all are born here, and their first answers are what happens.
        self._births: list[Future[int]] = []
        with suppress(BrokenExecutor):  # of which `begun` tells
            for _ in range(shape.workers):
                self._births.append(self.executor.submit(os.getpid))
        self._stopped: dict[int, float] = {}
        self._asked = time.monotonic()

    def capacity(self) -> int:
        return self._capacity

    def news(self) -> Sequence[str]:
        """That a worker is stopped; it is ended, for its unit to run elsewhere, if it stays so."""
        now = time.monotonic()
        passed, self._asked = min(now - self._asked, LONGEST_TICK), now
        stopped = [process for process in self._processes() if _is_stopped(process.pid)]
        before = self._stopped
        self._stopped = {p.pid: before.get(p.pid, 0.0) + passed for p in stopped if p.pid}
        for process in stopped:
            if process.pid and self._stopped[process.pid] > _STOPPED_SECONDS:
                process.kill()
        return [
            f"worker process {pid} is stopped: `kill -CONT {pid}` lets it go on, or it is ended in "
            f"{_STOPPED_SECONDS:g} s and another one runs its unit"
            for pid in self._stopped
            if pid not in before
        ]

    def begun(self) -> bool:
        return any(birth.done() and not birth.exception() for birth in self._births)

    def _processes(self) -> list[BaseProcess]:
        return list((vars(self.executor).get("_processes") or {}).values())

    def close(self) -> None:
        processes = self._processes()
        self._ours.close()
        deadline = time.monotonic() + _CLOSE_SECONDS
        for process in processes:
            # One that never lets its own watching thread run has to be killed.
            if not wait([process.sentinel], max(0.0, deadline - time.monotonic())):
                process.kill()
        self.executor.shutdown(wait=True, cancel_futures=True)
        self._theirs.close()


class _QuietProcesses(ProcessPoolExecutor):
    def submit(
        self, function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
    ) -> Future[T]:
        if os.name != "posix":
            return super().submit(function, *arguments, **keywords)
        # A worker is born in here; with the signal held back, Ctrl-C cannot hit it while it starts.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(function, *arguments, **keywords)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _InProcessPool:
    def __init__(self) -> None:
        self.executor: Executor = _InProcessExecutor()

    def capacity(self) -> int:
        return 1

    def news(self) -> Sequence[str]:
        return ()

    def begun(self) -> bool:
        return True

    def close(self) -> None:
        pass


class _InProcessExecutor(Executor):
    def submit(
        self, function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
    ) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(function(*arguments, **keywords))
        return future


def _is_stopped(process: int | None) -> bool:
    """Whether a process was stopped by a signal; False where the system does not tell."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"T"
    return False


def _begin_worker(lifeline: Connection) -> None:
    # A terminal sends Ctrl-C to the whole group; the runner alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # numpy keeps for good what it finds at its import; torch is told again for each unit.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> NoReturn:
    lifeline.poll(None)
    os._exit(1)
