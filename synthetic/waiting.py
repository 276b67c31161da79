"""How threads of torch wait for each other: asleep after a moment, rather than spinning.

Where other work takes cores, a thread that spins keeps away the one it waits for, and a sample, a
posterior or a training on two threads becomes many times slower (docs/scaling.md). Torch reads how
to wait from the environment when it is loaded: where it is not loaded yet and the environment does
not say, importing steplab says it there, and does nothing else to the process.
"""

import os
import sys

POLICY, SPINS = "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"
MOMENT = "10000"  # rounds, below 0.1 ms: most waits end in it, and to wake a thread takes as long


def wait_asleep() -> None:
    """Make threads of torch sleep while they wait, where torch can still be told and nobody has."""
    if POLICY not in os.environ and "torch" not in sys.modules:
        os.environ[POLICY] = "PASSIVE"
        os.environ.setdefault(SPINS, MOMENT)


def threads_sleep() -> bool:
    """Whether the environment had torch let waiting threads sleep when it was loaded."""
    return os.environ.get(POLICY, "").upper() == "PASSIVE"
