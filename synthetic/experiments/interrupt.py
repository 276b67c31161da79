"""SIGTERM, which schedulers and containers send, ends work as Ctrl-C does; and a wish to stop."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(KeyboardInterrupt):
    """A KeyboardInterrupt that came as SIGTERM."""


def signal_of(stop: KeyboardInterrupt) -> signal.Signals:
    """SIGTERM or SIGINT, whichever it came as."""
    return signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT


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


@contextmanager
def stop_signal() -> Iterator[Callable[[], int]]:
    """A function that gives the number of the signal that came in the block, 0 where none did.

    The first SIGINT or SIGTERM is only noted; a second one is a KeyboardInterrupt at once. Python
    takes signals in the main thread alone; in another one none is noted.
    """
    came = 0

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        if came:
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
        came = number

    if threading.current_thread() is not threading.main_thread():
        yield lambda: 0
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
