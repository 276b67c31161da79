"""The conditionals of the left-to-right chain rule, the same object for every kind of model.

A causal model gives them in one call. A denoiser gives row i of a sequence with position i and all
behind it masked, so that a sequence takes L rows. Networks of uniform noise, side by side, read
them at full noise, one draw a row: an exact denoiser would not look at them, and what a trained one
makes of them is part of its error.
"""

import torch
from torch import Tensor

from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.denoisers.denoiser import Denoiser
from synthetic.models.stacked import StackedTransformer
from synthetic.models.transformer import begin_shifted

ROWS = 2048  # sequences given to a model at once
NOISE_SEED = 0  # of what models of uniform noise read for all that is to come


def left_to_right(predictor: Denoiser | AutoregressiveModel, tokens: Tensor) -> Tensor:
    """log p(v | x_<i) in nats of each symbol v at each position i of (B, L), as (B, L, V)."""
    if isinstance(predictor, AutoregressiveModel):
        return predictor.conditional(tokens)
    length = tokens.shape[1]
    parts = []
    for rows in tokens.split(max(1, ROWS // length)):
        given = predictor(prefixes(rows, predictor.vocab_size))
        parts.append(next_rows(given, length))
    return torch.cat(parts)


@torch.no_grad()
def stacked_left_to_right(models: StackedTransformer, tokens: Tensor) -> Tensor:
    """log p(v | x_<i) in nats of E models on the same tokens (B, L), as (E, B, L, V) float64."""
    length, parts = tokens.shape[1], []
    noise = torch.Generator(device="cpu").manual_seed(NOISE_SEED)
    for rows in tokens.to(models.device).split(max(1, ROWS // length)):
        if models.config.causal:
            logits = models(_each(models, begin_shifted(rows, models.vocab_size)))
        else:
            hidden = prefixes(rows, models.vocab_size)
            eta = None
            if models.config.noise_level:
                full = (hidden == models.vocab_size).double()
                noisy = torch.randint(
                    models.vocab_size, hidden.shape, generator=noise, device="cpu"
                )
                hidden = torch.where(full > 0, noisy.to(hidden.device), hidden)
                eta = _each(models, full)
            logits = next_rows(models(_each(models, hidden), eta=eta).flatten(0, 1), length)
            logits = logits.unflatten(0, (models.count, -1))
        parts.append(logits.double().log_softmax(-1))
    return torch.cat(parts, dim=1)


def prefixes(tokens: Tensor, mask: int) -> Tensor:
    """Each sequence (B, L) with the positions from i on masked, for every i, as (B L, L)."""
    length = tokens.shape[1]
    places = torch.arange(length, device=tokens.device)
    behind = places >= places.unsqueeze(1)
    return tokens.unsqueeze(1).expand(-1, length, -1).masked_fill(behind, mask).flatten(0, 1)


def next_rows(given: Tensor, length: int) -> Tensor:
    """Of rows (B L, L, V) for `prefixes` those of the first masked position, (B, L, V)."""
    return given.unflatten(0, (-1, length)).diagonal(dim1=1, dim2=2).transpose(1, 2)


def _each(models: StackedTransformer, inputs: Tensor) -> Tensor:
    return inputs.unsqueeze(0).expand(models.count, -1, -1)
