"""SIGTERM, which schedulers and containers send, ends work as Ctrl-C does."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """A KeyboardInterrupt that came as SIGTERM."""


@contextmanager
def interrupted_by_termination() -> Iterator[None]:
    """SIGTERM raises Terminated in the block, unless somebody answers it already.

    Python takes signals in the main thread alone; in another one the block is as it was.
    """

    def end(*_: object) -> None:
        raise Terminated

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
