"""One thread for an exact law where threads spin: its tensors are small, and two wait often."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from synthetic.waiting import threads_sleep


@contextmanager
def one_thread() -> Iterator[None]:
    """Where waiting threads spin, torch works on one inside, and on as many as before after it.

    Also a decorator. Two threads are 1.4 times as fast on free cores; where other work takes the
    cores and they spin, the same law takes up to thirty times as long.
    """
    if threads_sleep():
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
