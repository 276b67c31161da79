"""The workers of a Dask cluster behind `concurrent.futures.Executor`."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from synthetic.arguments import check_number, checked, short
from synthetic.experiments.executors import LONGEST_TICK

_LOCAL = ("inproc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]")
_END_SECONDS = 10.0


@dataclass(frozen=True)
class DaskWorkers:
    """The workers of a Dask cluster; see `dask_executor`."""

    scheduler: str
    patience_seconds: float
    security: Any = field(default=None, repr=False)

    def open(self) -> "_DaskPool":
        """Connect to the scheduler and wait for a worker."""
        return _DaskPool(self)


@checked
def dask_executor(
    scheduler: str, patience_seconds: float = 60.0, security: Any = None
) -> DaskWorkers:
    """The workers of the Dask scheduler at an address such as "tcp://10.0.0.1:8786".

    Whoever reaches a scheduler or a worker without TLS runs code there: "tcp://" is for trusted
    networks only. With "tls://", `security` is a `distributed.Security` with the certificates.

    Workers must share the results folder under one path and have one thread each
    (`dask worker --nthreads 1`), since the number of torch threads belongs to a process. Dask
    itself runs a unit elsewhere when its worker dies, and its workers outlive a stopped run. A
    cluster without workers ends the run after `patience_seconds`, at its start and later. A worker
    that is silent for as long, as one stopped by a signal is, is ended by its nanny and its unit
    runs elsewhere; where it has no nanny the run ends.
    """
    if "://" not in scheduler:
        raise ValueError(f"scheduler has an address such as tcp://10.0.0.1:8786, got {scheduler!r}")
    patience_seconds = check_number("patience_seconds", patience_seconds, 0, 1e9, allowed=">= 0")
    if security is not None and not hasattr(security, "get_connection_args"):
        raise TypeError(f"security is a distributed.Security, got {short(security)}")
    return DaskWorkers(scheduler, patience_seconds, security)


class _DaskPool:
    def __init__(self, cluster: DaskWorkers) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "Dask is not installed; install it with: pip install 'steplab[cluster]'"
            ) from error

        self._cluster = cluster
        self._client: Any = None
        self._alone_since: float | None = None
        self._there: set[str] = set()
        self._heard: dict[str, float] = {}
        self._silent: dict[str, float] = {}
        self._asked = time.monotonic()
        self._open = not cluster.scheduler.startswith(("tls://", "wss://", *_LOCAL))
        try:
            self._client = Client(
                cluster.scheduler, timeout=cluster.patience_seconds, security=cluster.security
            )
            self._client.wait_for_workers(1, timeout=cluster.patience_seconds)
        except (OSError, ValueError, TypeError) as error:
            if self._client is not None:
                self._client.close()
            raise ConnectionError(
                f"no Dask workers at {cluster.scheduler} within {cluster.patience_seconds:g} s; "
                "start `dask scheduler` and `dask worker --nthreads 1`, or correct the address"
            ) from error
        self.executor: Executor = self._client.get_executor()

    def capacity(self) -> int:
        threads = self._threads()
        for worker, number in threads.items():
            if number != 1:
                raise ValueError(
                    f"Dask worker {worker} has {number} threads; start it with --nthreads 1"
                )
        return len(threads)

    def news(self) -> Sequence[str]:
        """That nothing is encrypted, once; that a worker is gone; and that none is left, until
        patience ends."""
        address, patience = self._cluster.scheduler, self._cluster.patience_seconds
        said = []
        if self._open:
            self._open = False
            said.append(
                f"the Dask cluster at {address} has no TLS: whoever reaches it runs code on its "
                "workers, so use it in a trusted network only, or with tls:// and certificates"
            )
        if workers := self._threads():
            self._alone_since = None
            gone, self._there = self._there - set(workers), set(workers)
            said += [
                f"Dask worker {worker} at {address} is gone: what it ran starts again on another"
                for worker in sorted(gone)
            ]
            said += self._silence(workers)
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
            said.append(f"no Dask worker is left at {address}: waiting {patience:g} s for one")
        elif time.monotonic() - self._alone_since > patience:
            raise ConnectionError(
                f"no Dask worker came back to {address} within {patience:g} s; results are kept: "
                "start `dask worker --nthreads 1` and run again to go on"
            )
        return said

    def begun(self) -> bool:
        return True  # the client was opened when a worker was there

    def _silence(self, workers: Iterable[str]) -> Sequence[str]:
        """That a worker sends no heartbeats; it is ended at the end of the patience."""
        address, patience = self._cluster.scheduler, self._cluster.patience_seconds
        now = time.monotonic()
        passed, self._asked = min(now - self._asked, LONGEST_TICK), now
        known = self._client.scheduler_info()["workers"]
        heard, silent = self._heard, self._silent
        self._heard = {name: known[name]["last_seen"] for name in workers if name in known}
        self._silent = {
            name: silent.get(name, 0.0) + passed
            for name, last in self._heard.items()
            if heard.get(name) == last
        }
        said = []
        for worker, seconds in self._silent.items():
            if seconds > patience:
                self._end(worker)
            elif seconds > patience / 2 >= silent.get(worker, 0.0):
                said.append(
                    f"Dask worker {worker} at {address} is silent: where it was stopped, `kill "
                    f"-CONT` lets it go on, or it is ended in {patience / 2:g} s"
                )
        return said

    def _end(self, worker: str) -> None:
        patience = self._cluster.patience_seconds
        try:
            self._client.restart_workers([worker], timeout=_END_SECONDS, raise_for_error=False)
        except ValueError as error:  # nobody else can free the unit that it holds
            raise ConnectionError(
                f"Dask worker {worker} has been silent for {patience:g} s and has no nanny to end "
                "it; results are kept: end it or let it go on, and run again"
            ) from error

    def close(self) -> None:
        self.executor.shutdown(wait=False)
        self._client.close()

    def _threads(self) -> dict[str, int]:
        try:
            return self._client.nthreads()
        except (OSError, TimeoutError):  # the scheduler itself does not answer
            return {}
