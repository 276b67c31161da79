"""One thread for an exact law: its tensors are small, and sharing them out is mostly waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch works on one thread inside, also as a decorator, and on as many as before after it.

    Two threads are hardly faster on free cores; where other work takes the cores they wait for each
    other, and the same law takes many times as long (docs/scaling.md).
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
