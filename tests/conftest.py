"""The same examples in every run and every process.

Hypothesis mixes constants from the project's modules imported so far into what it draws, so that
even derandomised examples depend on which tests a worker ran before. Without them a test draws the
same examples anywhere.

A shell script that runs in the background makes all it starts deaf to SIGINT; tests of what an
interrupt does start commands that hear it.
"""

import signal

from hypothesis import settings
from hypothesis.internal.conjecture import providers

SAME = settings(derandomize=True, deadline=None, database=None)
settings.register_profile("steplab", SAME, max_examples=40)
settings.register_profile("thorough", SAME, max_examples=1000)  # --hypothesis-profile=thorough
settings.load_profile("steplab")
providers.is_local_module_file = lambda path: False  # type: ignore[attr-defined,assignment]
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
