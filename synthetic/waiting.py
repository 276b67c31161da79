"""How threads of torch wait for each other: asleep after a moment, rather than spinning.

Where other work takes cores, a thread that spins keeps away the one it waits for, and a law,
a sample or a training on two threads becomes three to thirty times slower. Torch reads how to wait
from the environment when it is loaded. Commands and workers are processes of our own and say it
there; importing steplab changes nothing.
"""

import os

POLICY, SPINS = "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"
MOMENT = "10000"  # rounds, below 0.1 ms: most waits end in it, and to wake a thread takes as long


def wait_asleep() -> None:
    """Make threads of this process sleep while they wait, unless the environment says how.

    Of this process where torch is not loaded yet, and of those that it starts.
    """
    if POLICY not in os.environ:
        os.environ[POLICY] = "PASSIVE"
        os.environ.setdefault(SPINS, MOMENT)
