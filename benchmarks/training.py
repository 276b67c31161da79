"""Training speed beside x-transformers: `python -m benchmarks.training --device cpu`.

Both train a bidirectional transformer of the same width, depth and heads on the same batch, with
the same loss and optimiser. A third row sets our float32 figure against a large matrix product.
"""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
import tyro
from torch import Tensor, nn

from benchmarks.table import Row, median_seconds, show
from synthetic.device import check_device
from synthetic.models import Transformer, TransformerConfig, forward_flops
from synthetic.models.kernels import linear

CONFIG = TransformerConfig(vocab_size=8, max_length=32, width=128, depth=4, heads=4, causal=False)
BATCH_SIZE = 256
STEPS = 2  # updates in one timed run
PEAK_SIZE = 2048
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class TrainingSpeed:
    """Time updates of our transformer and of the same one in x-transformers."""

    device: str = "cpu"
    """Where tensors live: cpu, cuda, cuda:N or mps."""
    width: int = CONFIG.width
    """Width of both."""


def run(device: str, config: TransformerConfig = CONFIG) -> list[Row]:
    """Microseconds a token of both in float32 and bfloat16, and our share of the peak."""
    rows = []
    setting = f"width {config.width}, depth {config.depth}, heads {config.heads}, L = 32"
    note = f"{device}, threads: {torch.get_num_threads()}, median of 7 alternating runs"
    tokens = BATCH_SIZE * config.max_length
    for name, half in (("float32", False), ("bfloat16 autocast", True)):
        ours = update(Transformer(config, seed=0, device=device), config, device, half)
        theirs = update(peer(config).to(device), config, device, half)
        ours_seconds, other = (1e6 * s / (STEPS * tokens) for s in median_seconds([ours, theirs]))
        rows.append(
            Row(
                name=f"training, {name}, {setting}, batch {BATCH_SIZE}",
                ours=ours_seconds,
                peer=other,
                unit="microseconds a token",
                note=f"peer: x-transformers, {note}",
            )
        )
    flops = 3 * forward_flops(config, length=config.max_length) / config.max_length
    rows.append(
        Row(
            name=f"share of the float32 peak, {setting}",
            ours=flops / (1e-6 * rows[0].ours) / peak_flops(device),
            unit="share",
            note=f"peak: the faster of torch.mm and ours at {PEAK_SIZE} x {PEAK_SIZE}, {note}",
        )
    )
    return rows


def peer(config: TransformerConfig) -> nn.Module:
    """The same architecture in x-transformers: absolute positions, RMS norm, no mask."""
    from x_transformers import Encoder, TransformerWrapper

    return TransformerWrapper(
        num_tokens=config.vocab_size + 1,
        max_seq_len=config.max_length,
        attn_layers=Encoder(
            dim=config.width,
            depth=config.depth,
            heads=config.heads,
            attn_dim_head=config.head_width,
            use_rmsnorm=True,
        ),
    )


def update(
    model: nn.Module, config: TransformerConfig, device: str, half: bool
) -> Callable[[], None]:
    """A few updates on one batch: cross-entropy at all positions, clipped AdamW."""
    generator = torch.Generator(device="cpu").manual_seed(0)
    shape = (BATCH_SIZE, config.max_length)
    targets = torch.randint(config.vocab_size, shape, generator=generator, device="cpu")
    hidden = torch.rand(shape, generator=generator, device="cpu") < 0.5
    inputs = targets.masked_fill(hidden, config.vocab_size).to(device)
    targets = targets.to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, fused=True)
    kind = torch.device(device).type

    def precision() -> AbstractContextManager[None]:
        return torch.autocast(kind, torch.bfloat16, enabled=half)

    def loss() -> Tensor:
        logits = model(inputs)[..., : config.vocab_size]
        return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())

    def updates() -> None:
        for _ in range(STEPS):
            with precision():
                value = loss()
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
        float(value.detach())  # waits for the device

    return updates


def peak_flops(device: str) -> float:
    """Operations a second of a large float32 product: by torch.mm, or by our kernel if faster."""
    factor = torch.ones((PEAK_SIZE, PEAK_SIZE), device=device)
    products = (torch.mm, linear)
    runs = [partial(_finished, product, factor) for product in products]
    return 2 * PEAK_SIZE**3 / min(median_seconds(runs))


def _finished(product: Callable[[Tensor, Tensor], Tensor], factor: Tensor) -> float:
    return float(product(factor, factor)[0, 0])


def main() -> None:
    """Prints the table."""
    options = tyro.cli(TrainingSpeed)
    config = dataclasses.replace(CONFIG, width=options.width)
    show(run(str(check_device(options.device)), config), "training")


if __name__ == "__main__":
    main()
