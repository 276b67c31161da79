"""How sweeps scale: the same 64 units on one and two workers, and what the runner costs a unit.

    python -m benchmarks.scaling

Local processes and a Dask cluster on this machine. Empty units measure the runner, the scheduler
and the store alone: what a unit costs that computes nothing bounds how many workers can be kept
busy, t / cost of them for units of t seconds. A simulation with that cost goes on to 1,000 GPUs,
with the paper profile and with a sweep of equal units. What came out stands in docs/scaling.md.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.empty_unit import Empty
from benchmarks.makespan import makespan
from synthetic.experiments import (
    Store,
    Unit,
    Workers,
    closure,
    dask_executor,
    local_executor,
    merge,
    run_units,
)
from synthetic.experiments.kinds import OracleError
from synthetic.languages import catalogue
from theory.claims.profile_units import profile_units
from theory.studies.gpu_hours import A100, network_flops
from theory.studies.profiles import PAPER

EMPTY = (100, 1_000, 10_000)
SAME = 64
WORKERS = (1, 2)
GPUS = (1, 10, 100, 1_000)
EQUAL = 100_000
EQUAL_SECONDS = (1.0, 10.0, 60.0)


def same_units() -> list[Unit]:
    """64 equal pieces of work with seeds of their own, about half a second each."""
    name = "ngram2-v8"
    return [
        OracleError(
            **catalogue.named(name),
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


def measured() -> tuple[Table, float]:
    """A line for each sweep, and the seconds of an empty unit on Dask in the largest one."""
    table = Table(title="sweeps", caption="start of the workers included")
    for column in ("units", "executor", "workers", "seconds", "a unit, ms", "merge, seconds"):
        table.add_column(column, justify="left" if column == "executor" else "right")
    sweeps: list[tuple[str, list[Unit], tuple[int, ...]]]
    sweeps = [(f"{SAME} of about 0.5 s", same_units(), WORKERS)]
    sweeps += [(f"{n:,} empty", [Empty(number=i) for i in range(n)], (2,)) for n in EMPTY]
    cost = 0.0
    for name, units, counts in sweeps:
        for count in counts:
            with pools(count) as executors:
                for executor, workers in executors.items():
                    ran, merged = seconds(units, workers)
                    cost = ran / len(units)
                    cells = (str(count), f"{ran:.1f}", f"{1000 * cost:.2f}", f"{merged:.2f}")
                    table.add_row(name, executor, *cells)
    return table, cost


def simulated(cost: float) -> Table:
    """Hours of sweeps on 1 to 1,000 GPUs, and the share of the time that all of them are busy."""
    table = Table(title=f"simulated, {1000 * cost:.1f} ms to hand out a unit and keep its rows")
    for column in ("sweep", *(f"{count:,} GPUs" for count in GPUS)):
        table.add_column(column, justify="right")
    paper = {unit.hash: unit for unit in closure(profile_units(PAPER))}
    lasting = {name: _expected_seconds(unit) for name, unit in paper.items()}
    needs = {name: [need.hash for need in unit.needs] for name, unit in paper.items()}
    sweeps = [(f"paper profile, {len(paper):,} units", lasting, needs)]
    sweeps += [
        (f"{EQUAL:,} of {length:g} s", {str(n): length for n in range(EQUAL)}, {})
        for length in EQUAL_SECONDS
    ]
    for name, after, before in sweeps:
        cells = []
        for count in GPUS:
            ended = makespan(after, before, count, cost)
            cells.append(f"{ended / 3600:.4g} h, {sum(after.values()) / ended / count:.0%}")
        table.add_row(name, *cells)
    return table


def _expected_seconds(unit: Unit) -> float:
    """By operations on an A100 where networks run, else as the unit expects of one core."""
    flops = network_flops(unit)
    return A100.hours(flops) * 3600 if flops else unit.expected_seconds


def main() -> None:
    """Prints what was measured, and what follows for more workers."""
    console = Console(width=120)
    table, cost = measured()
    console.print(table)
    console.print(simulated(cost))


if __name__ == "__main__":
    main()
