"""All proofs checked side by side, one process of this machine a core, with a progress bar.

A proof that ends in an exception or goes on for too long is undecided, and a theorem without a
proof is in the table too.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from proofs_check.records import (
    Record,
    failed_record,
    missing_record,
    proof_record,
    settled,
    with_tightness,
)
from synthetic.experiments import Progress, Standing, Workers
from synthetic.experiments.progress import Running

if TYPE_CHECKING:
    from theory.tightness import Tightness

T = TypeVar("T")

LONGEST_SECONDS = 120.0  # a proof; one that goes on is undecided
_TICK_SECONDS = 0.25


@dataclass(frozen=True)
class ProofRun:
    """Records of theorems, and rows {theorem, kind, case, bound, exact, ratio} of their cases."""

    records: list[Record]
    points: list[Record]


def check_theorem(theorem: str) -> Record:
    """The record of a theorem of `theory.bounds` after its proof was checked."""
    import torch

    from proofs_check.proof import check
    from proofs_check.proofs import PROOFS

    torch.set_num_threads(1)
    if theorem not in PROOFS:
        return missing_record(theorem)
    try:
        with _ending_after(LONGEST_SECONDS):
            return proof_record(check(PROOFS[theorem]))
    except Exception as error:
        return failed_record(theorem, error)


@contextmanager
def _ending_after(seconds: float) -> Iterator[None]:
    """TimeoutError in the block once it has taken so long; again each second if it is caught."""

    def end(*_: object) -> None:
        raise TimeoutError(f"not decided within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def tightness_rows(theorem: str) -> "Tightness | str":
    """The tightness of a theorem, or why there is none."""
    import torch

    from theory.tightness import tightness_of

    torch.set_num_threads(1)
    try:
        return tightness_of(theorem)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def check_theorems(theorems: Sequence[str], workers: Workers, progress: Progress) -> ProofRun:
    """The records of theorems, in their order, and the points behind their tightness."""
    tasks: dict[str, tuple[Callable[[str], Any], str]] = {}
    for theorem in theorems:
        tasks[f"proof of {theorem}"] = (check_theorem, theorem)
        tasks[f"tightness of {theorem}"] = (tightness_rows, theorem)
    outcomes = run_side_by_side(tasks, workers, progress)
    measured = [outcomes[f"tightness of {theorem}"] for theorem in theorems]
    records = settled([outcomes[f"proof of {theorem}"] for theorem in theorems])
    return ProofRun(
        [
            with_tightness(record, tightness)
            for record, tightness in zip(records, measured, strict=True)
        ],
        [
            point
            for tightness in measured
            if not isinstance(tightness, str)
            for point in _rows(tightness)
        ],
    )


def _rows(tightness: "Tightness") -> list[Record]:
    """A row for each case that says something."""
    return [
        {"theorem": tightness.theorem, "kind": tightness.kind, **point._asdict()}
        for point in tightness.points
        if point.ratio is not None or point.case == tightness.tightest.case
    ]


def run_side_by_side(
    tasks: Mapping[str, tuple[Callable[[str], T], str]], workers: Workers, progress: Progress
) -> dict[str, T]:
    """function(argument) of every named task.

    Ctrl-C ends the workers and is passed on; so does a worker that dies, as OSError.
    """
    pool = workers.open()
    begun = time.monotonic()
    try:
        futures = {
            pool.executor.submit(function, argument): name
            for name, (function, argument) in tasks.items()
        }
        waiting = set(futures)
        while waiting:
            _, waiting = wait(waiting, _TICK_SECONDS, return_when=FIRST_COMPLETED)
            progress.update(_standing(futures, waiting, pool.capacity(), begun))
        return {name: future.result() for future, name in futures.items()}
    except BrokenExecutor as error:
        raise OSError("a worker process died, perhaps for lack of memory; run again") from error
    finally:
        progress.close()
        pool.close()


def _standing(
    futures: Mapping[Future[T], str], waiting: set[Future[T]], capacity: int, begun: float
) -> Standing:
    """Where the run stands; the tasks left take as long as those done, on average."""
    done = len(futures) - len(waiting)
    elapsed = time.monotonic() - begun
    # the pool calls a task running as soon as it is on its way to a worker
    running = [futures[future] for future in futures if future.running()][:capacity]
    return Standing(
        total=len(futures),
        done=done,
        failed=0,
        blocked=0,
        running=[Running(name, 0.0) for name in running],
        elapsed_seconds=elapsed,
        left_seconds=elapsed / max(done, 1) * len(waiting),
    )
