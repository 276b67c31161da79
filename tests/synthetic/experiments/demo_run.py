"""A whole run in its own process, for tests that kill it: folder, workers, pause and "merge"."""

import signal
import sys

from synthetic.experiments import Store, local_executor, merge, run_units
from tests.synthetic.experiments.demo_units import Draw, Evaluate, Train


def units(pause: float) -> list[Draw | Train | Evaluate]:
    model = Train(steps=10, pause=pause)
    return [
        *(Draw(seed=seed, pause=pause) for seed in range(4)),
        *(Evaluate(model=model, at=at) for at in range(3)),
    ]


if __name__ == "__main__":
    # a shell starts what it puts in the background with Ctrl-C ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, workers, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    merged = sys.argv[4:] == ["merge"]
    store = Store(folder)
    summary = run_units(units(pause), store, local_executor(workers))
    if merged and not summary.interrupted:
        merge(units(pause), store)
    print(summary)
    sys.exit(0 if summary.ok else 1)
