"""Measured seconds of one call of masked diffusion and of autoregression, on this machine now."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from synthetic.arguments import check_integer
from synthetic.denoisers import AutoregressiveModel, Network
from synthetic.device import check_device
from synthetic.models import Transformer, TransformerConfig
from synthetic.models.flops import forward_flops
from synthetic.quantities import Estimate
from synthetic.sampling import (
    FixedCount,
    Generation,
    equal_sizes,
    generate,
    generate_autoregressive,
)

BATCH_SIZE = 64
CALL_FLOPS = 2e10  # a call of more would take a second or so on one core
CALLS = 4  # of the denoiser in one run
REPEATS = 5
SECONDS = 2.0  # no further repetition after so long


@dataclass(frozen=True)
class CallSeconds:
    """Seconds a sequence in batches of `batch_size`: the median of a few runs after a warm-up, with
    the fastest and the slowest.

    `diffusion`: one call of the bidirectional model on all L positions, the symbols drawn included;
    `autoregression`: all L cached calls of the causal one. Between untrained and trained weights
    there is no difference in time.
    """

    diffusion: Estimate
    autoregression: Estimate
    batch_size: int
    device: str


def call_seconds(
    model: TransformerConfig, *, length: int, device: str, batch_size: int | None = None
) -> CallSeconds:
    """Times an untrained transformer of this size; by default in batches of 64, fewer where a call
    would exceed 2e10 operations."""
    where = check_device(device)
    if batch_size is None:
        batch_size = max(1, min(BATCH_SIZE, int(CALL_FLOPS / forward_flops(model, length=length))))
    count = check_integer("batch_size", batch_size)
    bidirectional, causal = replace(model, causal=False), replace(model, causal=True)
    denoiser = Network(Transformer(bidirectional, seed=0, device=where))
    autoregressive = AutoregressiveModel(Transformer(causal, seed=0, device=where))
    calls = min(CALLS, length)
    strategy = FixedCount(equal_sizes(length, calls))

    def diffuse() -> Generation:
        generator = _generator()
        return generate(denoiser, strategy, length=length, count=count, generator=generator)

    def go_left_to_right() -> Generation:
        generator = _generator()
        return generate_autoregressive(
            autoregressive, length=length, count=count, generator=generator
        )

    return CallSeconds(
        _timed(diffuse, calls * count), _timed(go_left_to_right, count), count, device
    )


def _timed(go: Callable[[], Generation], parts: int) -> Estimate:
    """Seconds of a part of a run: median, fastest and slowest of the runs after a warm-up."""
    seconds: list[float] = []
    go()
    while len(seconds) < REPEATS and sum(seconds) * parts < SECONDS:
        started = time.perf_counter()
        go().tokens.cpu()  # which waits for the device
        seconds.append((time.perf_counter() - started) / parts)
    name = f"median of {len(seconds)} runs"
    middle = statistics.median(seconds)
    return Estimate(middle, min(seconds), max(seconds), len(seconds), name)


def _generator() -> torch.Generator:
    return torch.Generator(device="cpu").manual_seed(0)
