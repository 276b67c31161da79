"""The runner: units in the order given, needs first, each once, whatever happens to the others.

    closure of the list -> verify what is done -> start what is ready -> settle what ends
                                                       ^                       |
                                                       +---- dependents -------+

Results are kept by the workers, so that stopping at any moment loses the units in flight and
nothing else. Units that measure seconds start when nothing else is ready and run alone.
"""

import heapq
import pickle
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait

from synthetic.arguments import checked, short
from synthetic.experiments.deaths import Deaths
from synthetic.experiments.durable import DiskFullError
from synthetic.experiments.execute import ProcessOutcome, execute, one_line
from synthetic.experiments.executors import Pool, Workers
from synthetic.experiments.interrupt import interrupted_by_termination, signal_of
from synthetic.experiments.progress import (
    Forecast,
    Progress,
    Running,
    Standing,
    progress_on,
)
from synthetic.experiments.provenance import source_commit
from synthetic.experiments.store import Store
from synthetic.experiments.summary import Blocked, Failure, Summary
from synthetic.experiments.unit import Unit, check_kinds, closure

_TICK_SECONDS = 0.25
_SHOWN_BLOCKED = 5


@checked
def run_units(
    units: Iterable[Unit],
    store: Store,
    workers: Workers,
    *,
    device: str = "cpu",
    on_done: Callable[[Unit], None] | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Compute the units and all they need, and keep what they give in the store.

    `on_done` is called in this process for each unit that has its result, those that were done
    before included, in the order in which they are found or end. Ctrl-C and SIGTERM end the workers
    and return. Raises UnwritableFolderError before any work is done, DiskFullError at the first
    result that does not fit, OSError where workers are not to be had, ValueError where two classes
    claim one kind, and whatever `on_done` raises.
    """
    if not hasattr(workers, "open"):
        raise TypeError(f"workers are those of local_executor() or such, got {short(workers)}")
    if progress is not None and not hasattr(progress, "line"):
        raise TypeError(f"progress is what progress_on() gives, or such, got {short(progress)}")
    if not re.fullmatch(r"(cpu|cuda|mps)(:\d+)?", device):
        raise ValueError(f"device is one of cpu, cuda, cuda:N, mps, got {device!r}")
    ordered = closure(units)
    check_kinds(ordered)
    sweep = _Sweep(ordered, store, device, on_done or _nothing, progress or progress_on())
    return sweep.run(workers)


def _nothing(unit: Unit) -> None:
    pass


def _is_dead(future: Future[ProcessOutcome]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenExecutor)


class _Sweep:
    """One run over a closed list of units; the mutable state of the runner."""

    def __init__(
        self,
        ordered: tuple[Unit, ...],
        store: Store,
        device: str,
        on_done: Callable[[Unit], None],
        progress: Progress,
    ) -> None:
        self.ordered = ordered
        self.store = Store(store.folder, report=progress.line)
        self.device = device
        self.commit = "unknown"
        self.on_done = on_done
        self.progress = progress
        self.started = time.monotonic()
        self.place = {unit.hash: place for place, unit in enumerate(ordered)}
        self.unmet: dict[str, set[str]] = {}
        self.dependents: dict[str, list[Unit]] = defaultdict(list)
        self.ready: list[tuple[bool, int]] = []
        self.running: dict[Future[ProcessOutcome], Unit] = {}
        self.deaths = Deaths()
        self.done = 0
        self.computed = 0
        self.failed: list[Failure] = []
        self.blocked: dict[str, Blocked] = {}
        self.capacity = 1
        self.forecast = Forecast()
        self.next_show = 0.0

    def run(self, workers: Workers) -> Summary:
        interrupted, writable = 0, False
        try:
            with interrupted_by_termination():
                self.store.prepare()
                writable = True
                self.commit = source_commit()
                self._plan()
                if self.ready:
                    self._work(workers)
                self.store.clear_left(self.ordered)
        except KeyboardInterrupt as stop:
            interrupted = signal_of(stop)
            self.progress.line(
                f"stopped: {self.done + self.computed} of {len(self.ordered)} results are kept in "
                f"{self.store.folder}, and the working folders of the {len(self.running)} units "
                "that were running; run again to go on"
            )
        finally:
            if writable:
                self._show()
            self.progress.close()
        return Summary(
            total=len(self.ordered),
            done=self.done,
            computed=self.computed,
            failed=tuple(self.failed),
            blocked=tuple(self.blocked.values()),
            interrupted=interrupted,
            seconds=time.monotonic() - self.started,
        )

    def _plan(self) -> None:
        missing = {unit.hash for unit in self.ordered if self.store.find(unit) is None}
        read: set[str] = set()
        # Users before what they need, so that a need found damaged has its own needs looked at.
        for unit in reversed(self.ordered):
            if unit.hash in read - missing and self.store.find(unit, artifacts=True) is None:
                missing.add(unit.hash)
            if unit.hash in missing:
                read.update(need.hash for need in unit.needs)
        for unit in self.ordered:
            if unit.hash not in missing:
                self.done += 1
                self.on_done(unit)
                continue
            self.forecast.add(unit)
            self.unmet[unit.hash] = {need.hash for need in unit.needs} & missing
            for need_hash in self.unmet[unit.hash]:
                self.dependents[need_hash].append(unit)
            self._make_ready(unit)

    def _work(self, workers: Workers) -> None:
        pool = workers.open()
        try:
            while self.ready or self.running:
                self._hear(pool)
                self.capacity = pool.capacity()
                alive = self._start(pool)
                if time.monotonic() >= self.next_show:
                    self._show()
                ended = wait(self.running, _TICK_SECONDS, FIRST_COMPLETED).done
                if not alive or any(_is_dead(future) for future in ended):
                    # A broken pool ends all its workers: what ran there has to run again.
                    self._hear(pool)
                    died = self._settle(wait(self.running).done)
                    if died and pool.begun():
                        self._count_deaths(died)
                    else:
                        self._count_birth(died)
                    pool.close()
                    pool = workers.open()
                else:
                    self._settle(ended)
        finally:
            pool.close()

    def _hear(self, pool: Pool) -> None:
        for line in pool.news():
            self.progress.line(line)

    def _start(self, pool: Pool) -> bool:
        """Start what may start now; False where the pool turns out to be broken."""
        while self.ready:
            unit = self.ordered[self.ready[0][1]]
            if not self._may_start(unit):
                break
            try:
                sent = pickle.dumps(unit)
            except Exception as error:
                heapq.heappop(self.ready)
                self._fail(unit, f"{one_line(error)}; a kind of unit is a class of a module")
                continue
            try:
                future = pool.executor.submit(
                    execute, sent, unit.hash, self.store.folder, self.device, self.commit
                )
            except BrokenExecutor:
                return False
            heapq.heappop(self.ready)
            self.running[future] = unit
        return True

    def _may_start(self, unit: Unit) -> bool:
        if not self.running:
            return True
        if self._alone(unit) or any(self._alone(other) for other in self.running.values()):
            return False
        busy = sum(other.threads for other in self.running.values())
        return busy + unit.threads <= self.capacity

    def _alone(self, unit: Unit) -> bool:
        return unit.timing or self.deaths.is_suspect(unit)

    def _settle(self, ended: Iterable[Future[ProcessOutcome]]) -> list[Unit]:
        """Take what has ended, and give the units whose pool broke."""
        died: list[Unit] = []
        for future in sorted(ended, key=lambda future: self.place[self.running[future].hash]):
            unit = self.running.pop(future)
            try:
                outcome = future.result()
            except BrokenExecutor:
                died.append(unit)
            except Exception as error:
                # From the executor itself, such as a cluster that gave up.
                self._fail(unit, one_line(error))
            else:
                self._take(unit, outcome)
        return died

    def _count_deaths(self, died: list[Unit]) -> None:
        names = ", ".join(str(unit) for unit in died)
        self.progress.line(f"a worker died; new ones are started; it was running: {names}")
        for unit in died:
            if self.deaths.count(unit):
                self._make_ready(unit)
            else:
                self._fail(unit, "its worker died twice, killed from outside or out of memory")

    def _count_birth(self, waiting: Iterable[Unit]) -> None:
        self.deaths.count_at_birth()
        self.progress.line("a worker died before it took a unit; new ones are started")
        for unit in waiting:
            self._make_ready(unit)

    def _take(self, unit: Unit, outcome: ProcessOutcome) -> None:
        self.deaths.count_result()
        for note in outcome.notes:
            self.progress.line(note)
        if outcome.disk_full:  # the others would fail in the same way
            raise DiskFullError(self.store.folder)
        if outcome.error is not None:
            self._fail(unit, outcome.error)
        elif self.store.find(unit) is None:
            self._fail(
                unit, f"its worker keeps results elsewhere; share {self.store.folder} among workers"
            )
        else:
            self.computed += outcome.computed
            self.done += not outcome.computed
            self.forecast.end(unit, outcome.seconds)
            for dependent in self.dependents[unit.hash]:
                self.unmet[dependent.hash].discard(unit.hash)
                self._make_ready(dependent)
            self.on_done(unit)

    def _make_ready(self, unit: Unit) -> None:
        if not self.unmet[unit.hash] and unit.hash not in self.blocked:
            heapq.heappush(self.ready, (unit.timing, self.place[unit.hash]))

    def _fail(self, unit: Unit, error: str) -> None:
        self.failed.append(Failure(unit, error))
        self.forecast.end(unit)
        self.progress.line(f"failed: {unit}: {error}")
        unreached = [unit]
        blocked: list[Unit] = []
        while unreached:
            for dependent in self.dependents[unreached.pop().hash]:
                if dependent.hash not in self.blocked:
                    self.blocked[dependent.hash] = Blocked(dependent, because=unit)
                    self.forecast.end(dependent)
                    unreached.append(dependent)
                    blocked.append(dependent)
        if blocked:
            shown = ", ".join(str(dependent) for dependent in blocked[:_SHOWN_BLOCKED])
            more = len(blocked) - _SHOWN_BLOCKED
            shown += f" and {more} more" if more > 0 else ""
            self.progress.line(f"not run because {unit} failed: {shown}")

    def _show(self) -> None:
        if not self.ordered:
            return
        self.next_show = time.monotonic() + _TICK_SECONDS
        running = [(unit, self.store.fraction(unit)) for unit in self.running.values()]
        self.progress.update(
            Standing(
                total=len(self.ordered),
                done=self.done + self.computed,
                failed=len(self.failed),
                blocked=len(self.blocked),
                running=[Running(str(unit), fraction) for unit, fraction in running],
                elapsed_seconds=time.monotonic() - self.started,
                left_seconds=self.forecast.seconds_left(running, self.capacity),
            )
        )
