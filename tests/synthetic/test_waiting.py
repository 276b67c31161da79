"""Threads that wait for each other sleep, unless the user says otherwise."""

import os
import subprocess
import sys

import pytest


def said(code: str, given: str) -> list[str]:
    """The words that a new process prints, with this policy in its environment."""
    ours = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"OMP_WAIT_POLICY": given} if given else {}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.split()


@pytest.mark.parametrize("package", ["synthetic", "theory", "proofs_check"])
@pytest.mark.parametrize("given", ["", "ACTIVE"])
def test_the_policy_is_set_before_torch_is_loaded(package: str, given: str) -> None:
    code = (
        f"import os, sys, {package}; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules, "
        "os.environ.get('GOMP_SPINCOUNT', 'usual'))"
    )
    assert said(code, given) == [given or "PASSIVE", "False", "usual" if given else "10000"]


@pytest.mark.parametrize("given", ["", "ACTIVE"])
def test_a_second_team_sleeps_where_torch_is_loaded_first(given: str) -> None:
    code = (
        "import torch, threading, os, synthetic\n"
        "names = [thread.name.replace(' ', '-') for thread in threading.enumerate()]\n"
        "print(os.environ['OMP_WAIT_POLICY'], *names)"
    )
    policy, *threads = said(code, given)
    assert policy == (given or "PASSIVE")
    assert ("idle-team" in threads) == (not given)
