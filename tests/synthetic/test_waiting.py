"""Threads that wait for each other sleep in our own processes, unless the environment says how.

Importing steplab changes nothing of the process: a library has no say in it.
"""

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
def test_an_import_changes_nothing(package: str) -> None:
    code = f"import torch\n{STATE}before = state()\nimport {package}\nprint(before == state())"
    assert said(code) == ["True"]
    assert said(
        f"import os\nbefore = dict(os.environ)\nimport {package}\nprint(before == dict(os.environ))"
    ) == ["True"]


@pytest.mark.parametrize("given", ["", "ACTIVE"])
def test_a_command_says_it_before_torch_is_loaded(given: str) -> None:
    code = (
        "import os, sys, steplab\n"
        "before = 'torch' in sys.modules\n"
        "try:\n    steplab.main(['--version'])\nexcept SystemExit:\n    pass\n"
        "print(before, os.environ['OMP_WAIT_POLICY'], os.environ.get('GOMP_SPINCOUNT', 'usual'))"
    )
    expected = ["False", given or "PASSIVE", "usual" if given else "10000"]
    assert said(code, given)[-3:] == expected


def waits() -> tuple[str | None, bool]:
    """What a worker has in its environment, and whether torch was loaded too early to read it."""
    return os.environ.get("OMP_WAIT_POLICY"), "torch" in sys.modules


def test_a_worker_says_it_before_torch_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from synthetic.experiments import local_executor\n"
        "from tests.synthetic.test_waiting import waits\n"
        "pool = local_executor(1).open()\n"
        "print(*pool.executor.submit(waits).result())\n"
        "pool.close()\n"
    )
    assert said(code) == ["PASSIVE", "False"]
