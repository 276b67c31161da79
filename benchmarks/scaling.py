"""How sweeps scale: the same 64 units on one and two workers, and what the runner costs a unit.

    python -m benchmarks.scaling

Local processes and a Dask cluster on this machine. Empty units measure the runner, the scheduler
and the store alone: what a unit costs that computes nothing bounds how many workers can be kept
busy, t / cost of them for units of t seconds.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.empty_unit import Empty
from synthetic.experiments import (
    Store,
    Unit,
    Workers,
    dask_executor,
    local_executor,
    merge,
    run_units,
)
from synthetic.experiments.kinds import OracleError
from synthetic.languages import catalogue

EMPTY = (100, 1_000, 10_000)
SAME = 64
WORKERS = (1, 2)


def same_units() -> list[Unit]:
    """64 equal pieces of work with seeds of their own, about a second each."""
    name = "ngram2-v8"
    return [
        OracleError(
            language=name,
            language_hash=catalogue.entry(name).digest(),
            length=32,
            reveal="bernoulli",
            steps=32,
            samples=1500,
            seed=seed,
        )
        for seed in range(SAME)
    ]


@contextmanager
def pools(count: int) -> Iterator[dict[str, Workers]]:
    """Local processes, and a Dask cluster of as many single-threaded processes."""
    import distributed

    with distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        yield {"local": local_executor(count), "Dask": dask_executor(cluster.scheduler_address)}


def seconds(units: Sequence[Unit], workers: Workers) -> tuple[float, float]:
    """Seconds of a run in an empty store, and of merging its rows."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        started = time.perf_counter()
        summary = run_units(units, store, workers)
        ran = time.perf_counter()
        if not summary.ok:
            raise RuntimeError(f"the sweep failed: {summary}")
        merge(units, store)
        return ran - started, time.perf_counter() - ran


def main() -> None:
    """Prints a line for each sweep."""
    table = Table(title="sweeps", caption="start of the workers included")
    for column in ("units", "executor", "workers", "seconds", "a unit, ms", "merge, seconds"):
        table.add_column(column, justify="left" if column == "executor" else "right")
    sweeps: list[tuple[str, list[Unit], tuple[int, ...]]]
    sweeps = [(f"{SAME} of about 1 s", same_units(), WORKERS)]
    sweeps += [(f"{n:,} empty", [Empty(number=i) for i in range(n)], (2,)) for n in EMPTY]
    for name, units, counts in sweeps:
        for count in counts:
            with pools(count) as found:
                for executor, workers in found.items():
                    ran, merged = seconds(units, workers)
                    table.add_row(
                        name,
                        executor,
                        str(count),
                        f"{ran:.1f}",
                        f"{1000 * ran / len(units):.2f}",
                        f"{merged:.2f}",
                    )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
