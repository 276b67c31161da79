"""Tiny kinds of units, importable by worker processes; each writes what it does into a log."""

import os
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthetic.experiments import Context, Input, Result, Unit
from synthetic.experiments.unit import Value

LOG = "STEPLAB_DEMO_LOG"


def log(event: str, unit: Unit) -> None:
    path = os.environ.get(LOG)
    if path:
        with Path(path).open("a") as file:
            file.write(f"{time.monotonic():.6f} {event} {unit}\n")


def logged(path: Path, event: str) -> list[str]:
    if not path.exists():
        return []
    lines = [line.split(" ", 2) for line in path.read_text().splitlines()]
    return [unit for _, kind, unit in lines if kind == event]


@dataclass(frozen=True)
class Schedule:
    """A parameter that is a frozen dataclass."""

    steps: int
    offset: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Draw(Unit):
    """The mean of a few seeded draws: cheap, and any change of a float shows."""

    kind = "demo draw"
    version = 1

    seed: int
    schedule: Schedule = Schedule(4)
    pause: float = 0.0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        for tenth in range(10):
            time.sleep(self.pause / 10)
            context.report(tenth / 10)
        draws = [random.Random(self.seed).random() for _ in range(self.schedule.steps)]
        log("end", self)
        row: dict[str, Value] = {
            "language": "demo",
            "steps": self.schedule.steps,
            "metric": "mean",
            "value": sum(draws) / len(draws),
            "samples": len(draws),
            "seed": self.seed,
        }
        return Result([row, row | {"metric": "maximum", "value": max(draws), "evaluations": 3}])


@dataclass(frozen=True, kw_only=True)
class Train(Unit):
    """A count that goes on from its checkpoint, and one artifact."""

    kind = "demo training"
    version = 1
    expected_seconds = 5.0

    steps: int
    pause: float = 0.0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        checkpoint = context.folder / "checkpoint"
        first = int(checkpoint.read_text()) if checkpoint.exists() else 0
        for step in range(first, self.steps):
            time.sleep(self.pause)
            log(f"step{step}", self)
            partial = context.folder / "checkpoint.partial"
            partial.write_text(str(step + 1))
            partial.replace(checkpoint)
        (context.folder / "weights.txt").write_text(f"{self.steps * 2}")
        log("end", self)
        return Result([{"metric": "loss", "value": 1 / self.steps}], ["weights.txt"])


@dataclass(frozen=True, kw_only=True)
class Evaluate(Unit):
    """Reads the artifact and the rows of what it needs."""

    kind = "demo evaluation"
    version = 1

    model: Unit
    at: int

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        weights = int((inputs[self.model].folder / "weights.txt").read_text())
        loss = inputs[self.model].rows[0]["value"]
        assert isinstance(loss, float)
        log("end", self)
        return Result([{"metric": "score", "value": weights * self.at + loss}])


@dataclass(frozen=True, kw_only=True)
class Wrong(Unit):
    """Fails with a message of two lines."""

    kind = "demo wrong"
    version = 1

    seed: int

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        raise UnpicklableError("first line\nsecond line", self.seed)


class UnpicklableError(Exception):
    """Would break a process pool on its way home: it cannot be built from its arguments."""

    def __init__(self, text: str, seed: int) -> None:
        super().__init__(text)
        self.seed = seed


@dataclass(frozen=True, kw_only=True)
class After(Unit):
    """Needs others and does nothing with them."""

    kind = "demo after"
    version = 1

    first: tuple[Unit, ...]
    seed: int = 0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        log("end", self)
        return Result([{"metric": "inputs", "value": float(len(inputs))}])


@dataclass(frozen=True, kw_only=True)
class Deadly(Unit):
    """Kills its own process, at the first attempt alone or at each."""

    kind = "demo deadly"
    version = 1

    always: bool

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        time.sleep(0.3)
        wound = context.folder / "wound"
        if self.always or not wound.exists():
            wound.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Result([{"metric": "lives", "value": 2.0}])


@dataclass(frozen=True, kw_only=True)
class Stuck(Unit):
    """Stops its own process at the first attempt, as a debugger or a full machine would."""

    kind = "demo stuck"
    version = 1

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        mark = context.folder / "stopped"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGSTOP)
        return Result([{"metric": "lives", "value": 2.0}])


@dataclass(frozen=True, kw_only=True)
class Stopwatch(Unit):
    """Measures seconds."""

    kind = "timing"
    version = 1
    timing = True

    seed: int

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        log("start", self)
        time.sleep(0.05)
        log("end", self)
        return Result([{"metric": "seconds", "value": 0.05}])


@dataclass(frozen=True, kw_only=True)
class TorchThreads(Unit):
    """How many threads torch has while a unit runs."""

    kind = "demo threads"
    version = 1

    seed: int = 0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        import torch

        return Result([{"metric": "threads", "value": float(torch.get_num_threads())}])


@dataclass(frozen=True, kw_only=True)
class PageFaults(Unit):
    """How many pages the system hands out while 160 MB are taken and freed for the second time."""

    kind = "demo page faults"
    version = 1

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        import resource  # not on every system

        def faults() -> float:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            tensors = [np.ones(2**20) for _ in range(20)]
            del tensors
            return float(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

        first, second = faults(), faults()
        return Result([{"metric": "pages", "value": second, "first": first}])


@dataclass(frozen=True, kw_only=True)
class ProcessNumber(Unit):
    """A broken kind: its rows depend on the process that ran it."""

    kind = "demo process number"
    version = 1

    seed: int

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        time.sleep(0.2)
        return Result([{"metric": "process", "value": float(os.getpid())}])
