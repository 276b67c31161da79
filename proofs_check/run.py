"""All proofs checked side by side, one process of this machine a core, with a progress bar.

A proof that ends in an exception is undecided, and a theorem without a proof is in the table.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import TypeVar

from proofs_check.records import Record, failed_record, missing_record, proof_record
from synthetic.experiments import Progress, Standing, Workers
from synthetic.experiments.progress import Running

T = TypeVar("T")

_TICK_SECONDS = 0.25


def check_theorem(theorem: str) -> Record:
    """The record of a theorem of `theory.bounds` after its proof was checked."""
    import torch

    from proofs_check.proof import check
    from proofs_check.proofs import PROOFS

    torch.set_num_threads(1)
    if theorem not in PROOFS:
        return missing_record(theorem)
    try:
        return proof_record(check(PROOFS[theorem]))
    except Exception as error:
        return failed_record(theorem, error)


def check_theorems(theorems: Sequence[str], workers: Workers, progress: Progress) -> list[Record]:
    """The records of theorems, in their order."""
    found = run_side_by_side(
        {theorem: (check_theorem, theorem) for theorem in theorems}, workers, progress
    )
    return [found[theorem] for theorem in theorems]


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
