"""Threads that wait for each other sleep, unless the user says otherwise."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["synthetic", "theory", "proofs_check"])
@pytest.mark.parametrize("given", ["", "ACTIVE"])
def test_the_policy_is_set_before_torch_is_loaded(package: str, given: str) -> None:
    code = (
        f"import os, sys, {package}; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    environment |= {"OMP_WAIT_POLICY": given} if given else {}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [given or "PASSIVE", "False"]
