"""A bound on what a call may take, by its work: a busy machine changes nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

WAIT = 60  # times as long may pass on the clock, for a call that waits instead of working


@contextmanager
def bounded(seconds: float, wait: float = WAIT) -> Iterator[None]:
    """AssertionError in the block after so many seconds of the processor, or `wait` times as many
    on the clock."""

    def end(number: int, frame: FrameType | None) -> None:
        raise AssertionError("goes on for too long")

    signals = (signal.SIGPROF, signal.SIGALRM)
    timers = (signal.ITIMER_PROF, signal.ITIMER_REAL)
    before = [signal.signal(number, end) for number in signals]
    try:
        for timer, limit in zip(timers, (seconds, wait * seconds), strict=True):
            signal.setitimer(timer, limit)
        yield
    finally:
        for timer in timers:
            signal.setitimer(timer, 0)
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
