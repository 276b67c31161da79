"""A simulation of a sweep on many workers: when its last unit is done.

One dispatcher hands out units, first come first served, and is busy for `cost` seconds with each
(scheduler, progress, store); a worker computes one unit at a time; a unit starts once all that it
needs is done. With `cost` measured on empty units this says how many workers can be kept busy.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence


def makespan(
    seconds: Mapping[str, float], needs: Mapping[str, Sequence[str]], workers: int, cost: float
) -> float:
    """Seconds until all units, by name, are done on so many workers.

    `needs` names the units that must be done before; a unit that is not in it needs none.
    """
    followers: dict[str, list[str]] = defaultdict(list)
    for name in seconds:
        for need in needs.get(name, ()):
            followers[need].append(name)
    open_needs = {name: len(needs.get(name, ())) for name in seconds}
    ready = [(0.0, rank, name) for rank, name in enumerate(seconds) if not open_needs[name]]
    heapq.heapify(ready)
    free = [0.0] * workers
    ready_at: dict[str, float] = defaultdict(float)
    dispatcher = last = 0.0
    rank, done = len(seconds), 0
    while ready:
        at, _, name = heapq.heappop(ready)
        dispatcher = max(at, heapq.heappop(free), dispatcher) + cost
        finish = dispatcher + seconds[name]
        heapq.heappush(free, finish)
        last, done = max(last, finish), done + 1
        for follower in followers[name]:
            open_needs[follower] -= 1
            ready_at[follower] = max(ready_at[follower], finish)
            if not open_needs[follower]:
                rank += 1
                heapq.heappush(ready, (ready_at[follower], rank, follower))
    if done < len(seconds):
        raise ValueError(f"{len(seconds) - done} units need one another or what is not there")
    return last
