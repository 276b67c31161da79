"""Sampling at N = 4 L beside the plain ancestral loop: `python -m benchmarks.sampling`.

The plain loop calls the network on every row at every step, as ancestral samplers of masked
diffusion do. Both draw by the same chance, so that they make the same sequences.
"""

from dataclasses import dataclass

import torch
import tyro
from torch import Tensor

from benchmarks.table import Row, median_seconds, show
from synthetic.denoisers import Denoiser, Network
from synthetic.device import check_device
from synthetic.models import Transformer, TransformerConfig
from synthetic.sampling import Bernoulli, generate, linear
from synthetic.sampling.chance import Draw
from synthetic.sampling.schedules import conditional_reveal

LENGTH = 32
STEPS = 4 * LENGTH
VOCABULARY = 8
BATCH_SIZE = 512
# rows and width: those of the quick profile, and what keeps an accelerator busy
SIZES = {"cpu": (128, 64)}
ACCELERATOR_SIZE = (2048, 512)


@dataclass(frozen=True)
class Sampling:
    """Time generate and a plain loop on the same untrained network."""

    device: str = "cpu"
    """Where tensors live: cpu, cuda, cuda:N or mps."""


def run(device: str) -> list[Row]:
    """Evaluations and seconds a sequence of both, and the share of equal sequences."""
    count, width = SIZES.get(torch.device(device).type, ACCELERATOR_SIZE)
    config = TransformerConfig(
        vocab_size=VOCABULARY, max_length=LENGTH, width=width, depth=4, heads=4, causal=False
    )
    network = Network(Transformer(config, seed=0, device=device))
    schedule = linear(STEPS)

    def ours() -> tuple[Tensor, Tensor]:
        made = generate(
            network,
            Bernoulli(schedule),
            length=LENGTH,
            count=count,
            generator=torch.Generator(device="cpu").manual_seed(0),
            batch_size=BATCH_SIZE,
        )
        return made.tokens, made.evaluations

    def plain() -> tuple[Tensor, Tensor]:
        return plain_loop(network, schedule, count, torch.Generator(device="cpu").manual_seed(0))

    (tokens, evaluations), (plain_tokens, plain_evaluations) = ours(), plain()
    # one draw may fall the other way where a product over other rows rounds otherwise
    equal = float((tokens == plain_tokens).all(1).double().mean())
    seconds, plain_seconds = median_seconds([ours, plain])
    setting = f"L = {LENGTH}, N = {STEPS}, {count} rows, width {width}"
    threads = f"threads: {torch.get_num_threads()}"
    return [
        Row(
            name=f"evaluations, {setting}",
            ours=float(evaluations.double().mean()),
            peer=float(plain_evaluations.double().mean()),
            unit="calls a sequence",
        ),
        Row(
            name=f"seconds, {setting}",
            ours=1e3 * seconds / count,
            peer=1e3 * plain_seconds / count,
            unit="ms a sequence",
            note=f"{device}, {threads}, median of 7 alternating runs",
        ),
        Row(
            name="sequences equal to those of the plain loop",
            ours=equal,
            unit="share",
            note="same seed, same draws",
        ),
    ]


@torch.no_grad()
def plain_loop(
    denoiser: Denoiser, schedule: tuple[float, ...], count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Sequences (count, L) of the ancestral sampler, and calls (count,): one a row and step."""
    chance = Draw(generator)
    mask = denoiser.vocab_size
    tokens = torch.full((count, LENGTH), mask, dtype=torch.int64, device=denoiser.device)
    for reveal in conditional_reveal(schedule):
        masked = tokens == mask
        chosen = chance.flips(masked.double() * reveal)
        log_probs = torch.cat([denoiser(rows) for rows in tokens.split(BATCH_SIZE)])
        tokens = torch.where(chosen, chance.symbols(log_probs, chosen), tokens)
    calls = torch.full((count,), len(schedule), dtype=torch.int64, device=tokens.device)
    return tokens, calls


def main() -> None:
    """Prints the table."""
    show(run(str(check_device(tyro.cli(Sampling).device))), "sampling")


if __name__ == "__main__":
    main()
