"""Killed anywhere and resumed, a run has the weights of an uninterrupted one, bit for bit."""

import dataclasses
import json
import multiprocessing
import signal
import time
from collections.abc import Iterator
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import torch

from synthetic.models import Transformer
from synthetic.training.checkpoint import INDEX, LOCK, load_checkpoint, save_checkpoint
from tests.synthetic.training.killed_run import STEPS, killed, run

# torch is imported once, by the process that the others are forked from
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([killed.__module__])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def start(folder: Path, how: str, when: int) -> BaseProcess:
    process = SERVER.Process(target=killed, args=(folder, how, when))
    process.start()
    return process


@cache
def straight(seed: int = 0) -> Transformer:
    """The weights of a run that nothing interrupts."""
    return run(None, seed=seed).model


def same(first: Transformer, second: Transformer) -> bool:
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize(
    ("how", "when"),
    [
        ("update", 17),
        ("replace", 1),  # the first weights: there is no checkpoint yet
        ("replace", 5),  # the third weights
        ("replace", 6),  # the third index: its weights are there, the old index names the old ones
        ("write", 9),  # the third weights, half written
    ],
)
def test_killed_and_resumed(how: str, when: int, tmp_path: Path) -> None:
    process = start(tmp_path, how, when)
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / INDEX).exists() == (when > 1)
    resumed = run(tmp_path)
    assert resumed.steps == STEPS
    assert same(resumed.model, straight())
    assert not same(resumed.model, straight(seed=1))
    assert len([path for path in tmp_path.iterdir() if path.name != LOCK]) == 2


def test_killed_at_a_moment_of_its_own(tmp_path: Path) -> None:
    """Killed from outside, somewhere after its first checkpoint."""
    process = start(tmp_path, "never", 0)
    deadline = time.monotonic() + 60
    while not (tmp_path / INDEX).exists() and process.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.kill()
    process.join(60)
    assert same(run(tmp_path).model, straight())


def test_a_run_that_forgets_its_step_is_caught(tmp_path: Path) -> None:
    """The broken twin: the same updates on the data of other steps give other weights."""
    run(tmp_path, steps=STEPS)
    identity = json.loads((tmp_path / INDEX).read_text())["identity"]
    kept = load_checkpoint(tmp_path, identity)
    save_checkpoint(tmp_path, dataclasses.replace(kept, step=26))
    assert not same(run(tmp_path).model, straight())
