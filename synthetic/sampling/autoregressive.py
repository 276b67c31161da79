"""Autoregressive generation with a key-value cache: L evaluations of one position each."""

import torch
from torch import Tensor

from synthetic.arguments import (
    check_count,
    check_dense,
    check_generator,
    check_integer,
    check_length,
)
from synthetic.categorical import categorical
from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.sampling.generation import Generation

INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
BATCH_SIZE = 2048  # sequences whose keys and values are held at once


def generate_autoregressive(
    model: AutoregressiveModel,
    *,
    length: int,
    count: int,
    generator: torch.Generator,
    prefix: Tensor | None = None,
    batch_size: int = BATCH_SIZE,
) -> Generation:
    """Sequences (count, length) drawn token by token from left to right, with what they cost.

    `prefix` is (P,) or (count, P) int64 without masks, P <= length. Each of the L evaluations
    computes one new position: that of the begin symbol and of all tokens but the last. Draws are
    made on the generator's device, one uniform for each sequence and new token, for all sequences
    before they are split into batches of `batch_size`, which changes no draw.
    """
    length, count = check_length(length), check_count(count)
    batch_size = check_integer("batch_size", batch_size)
    check_generator(generator)
    if not isinstance(model, AutoregressiveModel):
        raise TypeError(
            f"autoregressive generation needs an AutoregressiveModel, got {type(model).__name__}: "
            "use generate for a denoiser"
        )
    longest = model.model.config.max_length
    if length > longest:
        raise ValueError(f"the model takes at most {longest} positions, got {length}")
    known = _check_prefix(prefix, length, count, model)
    fresh = length - known.shape[1]
    uniforms = torch.rand(
        (fresh, count), dtype=torch.float64, generator=generator, device=generator.device
    ).to(model.device)
    parts = zip(known.split(batch_size), uniforms.split(batch_size, dim=1))
    tokens = torch.cat([_continue(model, start, draws) for start, draws in parts])
    evaluations = length if fresh else 0
    calls = torch.full((count,), evaluations, dtype=torch.int64, device=model.device)
    steps = torch.arange(1, fresh + 1, device=model.device).expand(count, -1)
    reveal_step = torch.cat((torch.zeros_like(known), steps), dim=1)
    return Generation(tokens, calls, torch.zeros_like(calls), calls.clone(), reveal_step)


def _continue(model: AutoregressiveModel, known: Tensor, uniforms: Tensor) -> Tensor:
    """Prefixes (B, P) continued by one token for each row of the uniforms (L - P, B)."""
    (count, start), fresh = known.shape, len(uniforms)
    empty = torch.empty((count, fresh), dtype=torch.int64, device=known.device)
    tokens = torch.cat((known, empty), dim=1)
    if not fresh:
        return tokens
    log_probs, cache = model.begin(count)
    for position in range(start + fresh):
        if position:
            log_probs = model.advance(tokens[:, position - 1 : position], cache)
        if position >= start:
            tokens[:, position] = categorical(log_probs, uniforms[position - start])
    return tokens


def _check_prefix(
    prefix: Tensor | None, length: int, count: int, model: AutoregressiveModel
) -> Tensor:
    """The prefix as (count, P), or a one-line error that names `generate`."""
    if prefix is None:
        return torch.empty((count, 0), dtype=torch.int64, device=model.device)
    allowed = isinstance(prefix, Tensor) and (
        prefix.dim() == 1 or (prefix.dim() == 2 and len(prefix) == count)
    )
    if not allowed or prefix.shape[-1] > length or prefix.dtype not in INTEGERS:
        given = tuple(prefix.shape) if isinstance(prefix, Tensor) else type(prefix).__name__
        raise ValueError(
            f"prefix is an integer tensor of shape (P,) or ({count}, P), P <= {length}, got {given}"
        )
    check_dense("prefix", prefix)
    if bool(((prefix < 0) | (prefix >= model.vocab_size)).any()):
        raise ValueError(
            f"an autoregressive model takes a prefix of tokens 0..{model.vocab_size - 1}, got "
            "another symbol: use generate with a denoiser for a prompt with masks"
        )
    return prefix.to(model.device, torch.int64).expand(count, -1)
