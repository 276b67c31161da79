"""How threads of torch wait for each other: asleep after a moment, rather than spinning.

Where other work takes cores, a thread that spins keeps away the one it waits for, and exact laws
become twenty to fifty times slower.
"""

import os
import sys
import threading

POLICY, SPINS = "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"
MOMENT = "10000"  # rounds, below 0.1 ms: most waits end in it, and to wake a thread takes as long


def wait_asleep() -> None:
    """Make waiting threads sleep, unless the environment says how they wait.

    Torch reads the environment when it is loaded. Where it was loaded before, its OpenMP (GNU's)
    goes to sleep soon only if it manages more threads than there are processors, as the manual of
    libgomp says under GOMP_SPINCOUNT: a second team, which never works again, makes it so.
    """
    if POLICY in os.environ:
        return
    os.environ[POLICY] = "PASSIVE"  # of processes to come too
    os.environ.setdefault(SPINS, MOMENT)
    if "torch" in sys.modules:
        begun = threading.Event()
        threading.Thread(target=_second_team, args=(begun,), daemon=True, name="idle team").start()
        begun.wait()


def _second_team(begun: threading.Event) -> None:
    import torch

    torch.ones(2**17, device="cpu").add_(1)  # large enough for torch to share it out
    begun.set()
    threading.Event().wait()
