"""Autoregressive generation with a key-value cache: L evaluations of one position each."""

import torch
from torch import Tensor

from synthetic.categorical import categorical
from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.languages.language import check_count, check_length
from synthetic.sampling.generation import Generation


def generate_autoregressive(
    model: AutoregressiveModel,
    *,
    length: int,
    count: int,
    generator: torch.Generator,
    prefix: Tensor | None = None,
) -> Generation:
    """Sequences (count, length) drawn token by token from left to right, with what they cost.

    `prefix` is (P,) or (count, P) int64 without masks, P <= length. Each of the L evaluations
    computes one new position: that of the begin symbol and of all tokens but the last. Draws are
    made on the generator's device, one uniform for each sequence and new token.
    """
    check_length(length)
    check_count(count)
    if not isinstance(model, AutoregressiveModel):
        raise TypeError(
            f"autoregressive generation needs an AutoregressiveModel, got {type(model).__name__}: "
            "use generate for a denoiser"
        )
    known = _check_prefix(prefix, length, count, model)
    tokens = torch.empty((count, length), dtype=torch.int64, device=model.device)
    tokens[:, : known.shape[1]] = known
    fresh = length - known.shape[1]
    uniforms = torch.rand(
        (fresh, count), dtype=torch.float64, generator=generator, device=generator.device
    ).to(model.device)
    evaluations = 0
    if fresh:
        log_probs, cache = model.begin(count)
        for position in range(length):
            evaluations += 1
            if position >= known.shape[1]:
                tokens[:, position] = categorical(log_probs, uniforms[position - known.shape[1]])
            if position + 1 < length:
                log_probs = model.advance(tokens[:, position : position + 1], cache)
    calls = torch.full((count,), evaluations, dtype=torch.int64, device=model.device)
    steps = torch.arange(1, fresh + 1, device=model.device).expand(count, -1)
    reveal_step = torch.cat((torch.zeros_like(known), steps), dim=1)
    return Generation(tokens, calls, torch.zeros_like(calls), calls.clone(), reveal_step)


def _check_prefix(
    prefix: Tensor | None, length: int, count: int, model: AutoregressiveModel
) -> Tensor:
    """The prefix as (count, P), or a one-line error that names `generate`."""
    if prefix is None:
        return torch.empty((count, 0), dtype=torch.int64, device=model.device)
    allowed = isinstance(prefix, Tensor) and (
        prefix.dim() == 1 or (prefix.dim() == 2 and len(prefix) == count)
    )
    if not allowed or prefix.shape[-1] > length or prefix.dtype.is_floating_point:
        given = tuple(prefix.shape) if isinstance(prefix, Tensor) else type(prefix).__name__
        raise ValueError(
            f"prefix is an integer tensor of shape (P,) or ({count}, P), P <= {length}, got {given}"
        )
    if bool(((prefix < 0) | (prefix >= model.vocab_size)).any()):
        raise ValueError(
            f"an autoregressive model takes a prefix of tokens 0..{model.vocab_size - 1}, got "
            "another symbol: use generate with a denoiser for a prompt with masks"
        )
    return prefix.to(model.device, torch.int64).expand(count, -1)
