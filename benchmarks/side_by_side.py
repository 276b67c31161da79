"""Many small models in one batch against one after another: seconds of the processor an update.

`python -m benchmarks.side_by_side` prints the gain at 50,000 parameters on one thread.
"""

import time
from collections.abc import Callable

import torch

from synthetic.languages import NGram
from synthetic.models import TransformerConfig
from synthetic.training import Member, SideBySide, TrainingCorpus
from synthetic.training.arms import masked_diffusion, plain_autoregressive

WIDTH, DEPTH, HEADS, UPDATES, REPEATS = 32, 4, 2, 8, 3


def seconds(update: Callable[[], object]) -> float:
    """The least mean time of the processor, so that other work on the machine counts little."""
    update()
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        for _ in range(UPDATES):
            update()
        times.append((time.process_time() - begun) / UPDATES)
    return min(times)


def main() -> None:
    """A line a size, arm and number of models."""
    torch.set_num_threads(1)
    language = NGram.random(2, 8, 8, 0.5, 1)
    for length, batch in ((8, 16), (16, 16), (16, 32)):
        for arm in (plain_autoregressive(3e-3), masked_diffusion(3e-3)):
            model = TransformerConfig(
                vocab_size=8, max_length=length, width=WIDTH, depth=DEPTH, heads=HEADS,
                causal=arm.causal, rotary=True,
            )  # fmt: skip
            members = [
                Member(arm, seed, TrainingCorpus(language, length, 256, seed)) for seed in range(16)
            ]
            taken = {}
            for count in (1, 8, 16):
                run = SideBySide(language, model, members[:count], batch_size=batch)
                taken[count] = seconds(lambda run=run: run.advance(run.step + 1))  # type: ignore[misc]
            gains = [f"{n} models {n * taken[1] / taken[n]:.1f} times" for n in (8, 16)]
            print(f"L = {length}, batch {batch}, {arm.name}: {', '.join(gains)}")


if __name__ == "__main__":
    main()
