"""A short run that kills its own process: folder, how, and when.

`update N` kills after N updates. `replace N` kills in the place of the N-th time that a file would
be renamed into its place, of which each checkpoint has two: the weights, then the index. `write N`
kills when half of the N-th file is written. `never` runs to the end.
"""

import os
import signal
from pathlib import Path
from typing import Any

import torch

from synthetic.languages import CopyPairs
from synthetic.models import TransformerConfig
from synthetic.training import AnyOrder, TrainingConfig, TrainingProgress, TrainingRun, train

STEPS = 30


def run(directory: Path | None, *, killed_after: int | None = None, **changes: Any) -> TrainingRun:
    """Thirty updates with everything that a checkpoint has to hold."""

    def progress(standing: TrainingProgress) -> None:
        if standing.step == killed_after:
            os.kill(os.getpid(), signal.SIGKILL)

    fields: dict[str, Any] = {
        "steps": STEPS,
        "batch_size": 8,
        "learning_rate": 1e-2,
        "warmup_steps": 5,
        "weight_decay": 0.1,
        "average_decay": 0.9,
        "checkpoint_every": 4,
    }
    return train(
        CopyPairs(3),
        length=6,
        model=TransformerConfig(
            vocab_size=3, max_length=6, width=16, depth=2, heads=2, causal=False
        ),
        objective=AnyOrder(),
        config=TrainingConfig(**(fields | changes)),
        directory=directory,
        progress=progress,
    )


def kill_at_replace(number: int) -> None:
    """SIGKILL instead of the number-th rename."""
    real, calls = os.replace, 0

    def replace(source: Any, target: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)

    setattr(os, "replace", replace)  # noqa: B010


def kill_at_write(number: int) -> None:
    """SIGKILL before the number-th flush to the disk, with half of the file there."""
    real, calls = os.fsync, 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.ftruncate(handle, os.fstat(handle).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)

    setattr(os, "fsync", fsync)  # noqa: B010


def killed(folder: Path, how: str, when: int) -> None:
    """The run of a process of its own."""
    torch.set_num_threads(1)
    if how == "replace":
        kill_at_replace(when)
    elif how == "write":
        kill_at_write(when)
    run(folder, killed_after=when if how == "update" else None)
