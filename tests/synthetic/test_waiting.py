"""Threads of torch that wait for each other sleep where steplab is imported first, unless the
environment says how; nothing else of a process changes by the import."""

import os
import subprocess
import sys

import pytest

OURS = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


def said(code: str, given: str = "") -> list[str]:
    """The words that a new process prints, with this policy in its environment."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"OMP_WAIT_POLICY": given} if given else {}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.split()


STATE = """
import os, threading
def state():
    import torch
    return (
        dict(os.environ), threading.active_count(), torch.get_num_threads(),
        torch.get_num_interop_threads(), torch.get_default_dtype(), torch.is_grad_enabled(),
        torch.are_deterministic_algorithms_enabled(), torch.initial_seed(),
    )
"""


@pytest.mark.parametrize("package", ["synthetic", "theory", "proofs_check", "steplab"])
def test_an_import_changes_nothing_where_torch_is_loaded(package: str) -> None:
    code = f"import torch\n{STATE}before = state()\nimport {package}\nprint(before == state())"
    assert said(code) == ["True"]


@pytest.mark.parametrize("package", ["synthetic", "theory", "proofs_check", "steplab"])
@pytest.mark.parametrize("given", ["", "ACTIVE"])
def test_it_says_how_threads_wait_before_torch_is_loaded(package: str, given: str) -> None:
    code = (
        f"import os, sys\nbefore = dict(os.environ)\nimport {package}\n"
        "added = {name: os.environ[name] for name in os.environ.keys() - before.keys()}\n"
        "print('torch' in sys.modules, *sorted(added.items()))"
    )
    added = [] if given else ["('GOMP_SPINCOUNT',", "'10000')", "('OMP_WAIT_POLICY',", "'PASSIVE')"]
    assert said(code, given) == ["False", *added]


def waits() -> tuple[str | None, bool]:
    """What a worker has in its environment, and whether torch was loaded too early to read it."""
    return os.environ.get("OMP_WAIT_POLICY"), "torch" in sys.modules


def test_a_worker_says_it_where_its_parent_could_not() -> None:
    code = (
        "import torch\n"
        "from synthetic.experiments import local_executor\n"
        "from tests.synthetic.test_waiting import waits\n"
        "pool = local_executor(1).open()\n"
        "print(*pool.executor.submit(waits).result())\n"
        "pool.close()\n"
    )
    assert said(code) == ["PASSIVE", "False"]
