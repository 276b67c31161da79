"""Where units run: in processes of this machine, on a Dask cluster, or here and now.

Each gives an open pool around a `concurrent.futures.Executor`; a pool that broke because a worker
died is closed and another one opened. A pool says how many threads may be busy at once, and the
runner starts units while their `threads` fit. A unit that asks for more than there are runs alone.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_CLOSE_SECONDS = 1.0


class Pool(Protocol):
    """An open executor."""

    @property
    def executor(self) -> Executor:
        """The executor that units are submitted to."""
        ...

    def capacity(self) -> int:
        """How many threads may be busy at once, now."""
        ...

    def close(self) -> None:
        """End the workers at once, whatever they run."""
        ...


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
        for name, value in (("workers", self.workers), ("threads", self.threads)):
            if value < 1:
                raise ValueError(f"{name} is {value}; give a whole number >= 1")

    def open(self) -> "_LocalPool":
        """Start the processes."""
        return _LocalPool(self)


@dataclass(frozen=True)
class DaskWorkers:
    """The workers of a Dask cluster; see `dask_executor`."""

    scheduler: str
    patience_seconds: float

    def open(self) -> "_DaskPool":
        """Connect to the scheduler and wait for a worker."""
        return _DaskPool(self)


@dataclass(frozen=True)
class InProcess:
    """Units run one after another in this process, where a debugger sees them."""

    def open(self) -> "_InProcessPool":
        """Nothing to start."""
        return _InProcessPool()


def local_executor(workers: int | None = None, threads: int = 1) -> LocalWorkers:
    """Worker processes of this machine, each meant for `threads` threads at once.

    `workers` are as many as fill the processors unless given. A unit runs with exactly its own
    `threads` wherever it lands, so the numbers of workers and threads change no result.
    """
    if workers is None:
        workers = max(1, (os.cpu_count() or 1) // threads)
    return LocalWorkers(workers, threads)


def dask_executor(scheduler: str, patience_seconds: float = 60.0) -> DaskWorkers:
    """The workers of the Dask scheduler at an address such as "tcp://10.0.0.1:8786".

    Workers must share the results folder under one path and have one thread each
    (`dask worker --nthreads 1`), since the number of torch threads belongs to a process. Dask
    itself runs a unit elsewhere when its worker dies, and its workers outlive a stopped run.
    """
    return DaskWorkers(scheduler, patience_seconds)


class _LocalPool:
    def __init__(self, shape: LocalWorkers) -> None:
        spawn = multiprocessing.get_context("spawn")
        # The kernel closes our end when this process ends in any way: no worker outlives it.
        self._theirs, self._ours = spawn.Pipe(duplex=False)
        self._capacity = shape.workers * shape.threads
        self.executor: Executor = _QuietProcesses(
            shape.workers, spawn, initializer=_begin_worker, initargs=(self._theirs,)
        )
        # The pool watches for the death of a process only after something has happened since its
        # birth: all are born here, and their first answers are what happens.
        for _ in range(shape.workers):
            self.executor.submit(os.getpid)

    def capacity(self) -> int:
        return self._capacity

    def close(self) -> None:
        processes = list((vars(self.executor).get("_processes") or {}).values())
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
        # A worker is born in here; with the signal held back, Ctrl-C cannot hit it while it starts.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(function, *arguments, **keywords)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _DaskPool:
    def __init__(self, cluster: DaskWorkers) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "Dask is not installed; install it with: pip install 'steplab[cluster]'"
            ) from error

        self._client: Any = None
        try:
            self._client = Client(cluster.scheduler, timeout=cluster.patience_seconds)
            self._client.wait_for_workers(1, timeout=cluster.patience_seconds)
        except OSError as error:
            if self._client is not None:
                self._client.close()
            raise ConnectionError(
                f"no Dask workers at {cluster.scheduler} within {cluster.patience_seconds:g} s; "
                "start `dask scheduler` and `dask worker --nthreads 1`, or correct the address"
            ) from error
        self.executor: Executor = self._client.get_executor()

    def capacity(self) -> int:
        threads = self._client.nthreads()
        for worker, number in threads.items():
            if number != 1:
                raise ValueError(
                    f"Dask worker {worker} has {number} threads; start it with --nthreads 1"
                )
        return len(threads)

    def close(self) -> None:
        self.executor.shutdown(wait=False)
        self._client.close()


class _InProcessPool:
    def __init__(self) -> None:
        self.executor: Executor = _InProcessExecutor()

    def capacity(self) -> int:
        return 1

    def close(self) -> None:
        pass


class _InProcessExecutor(Executor):
    def submit(
        self, function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
    ) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(function(*arguments, **keywords))
        return future


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
