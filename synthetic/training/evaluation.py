"""How good a trained model is: held-out loss and its excess over the entropy, nats per token."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import (
    MOST,
    check_integer,
    check_method,
    check_seed,
    check_work,
    checked,
)
from synthetic.denoisers.autoregressive import AutoregressiveModel
from synthetic.denoisers.denoiser import Denoiser, as_denoiser, check_denoiser, check_log_probs
from synthetic.denoisers.network import Network
from synthetic.languages.language import Language
from synthetic.models.transformer import Transformer
from synthetic.quantities import Estimate, mean_estimate
from synthetic.training.objective import AnyOrder, masked_divergence, masked_loss
from synthetic.training.stream import stream_generator

BATCH = 512
BATCH_OPERATIONS = 10**7  # that could be done while a batch is drawn and measured


class HeldOut(NamedTuple):
    """Two means over held-out sequences, in nats per token, with normal 95% intervals.

    loss: the any-order bound of a denoiser, or -log p(x) / L of an autoregressive model.
    excess: the same plus log q(x) / L of the same sequence, in expectation the loss less the
    entropy per token: zero for the exact conditionals and positive for all others.
    """

    loss: Estimate
    excess: Estimate


@checked
def evaluate(
    model: Transformer | Denoiser | AutoregressiveModel,
    language: Language,
    *,
    length: int,
    sequences: int = 8192,
    seed: int = 0,
) -> HeldOut:
    """Held-out loss and paired excess on `sequences` new ones of the language, by a fixed seed."""
    predictor = _checked(wrapped(model))
    check_vocabulary(predictor.vocab_size, language)

    def measure(tokens: Tensor, generator: torch.Generator) -> Tensor:
        if isinstance(predictor, AutoregressiveModel):
            loss = -predictor.log_prob(tokens) / length
        else:
            masked, weights = AnyOrder().mask(tokens.shape, generator)
            loss = masked_loss(predictor, tokens, masked, weights)
        true = language.log_prob(tokens.to(language.device)).to(loss.device)
        return torch.stack((loss, loss + true / length))

    kind = "-log p / L" if isinstance(predictor, AutoregressiveModel) else "any-order bound / L"
    loss, excess = over_batches(measure, predictor.device, language, length, sequences, seed)
    return HeldOut(
        mean_estimate(loss, f"{kind}, mean over held-out sequences"),
        mean_estimate(excess, f"{kind} + log q / L, paired mean over held-out sequences"),
    )


@checked
def conditional_divergence(
    model: Transformer | Denoiser,
    language: Language,
    *,
    length: int,
    sequences: int = 2048,
    seed: int = 0,
    masked_count: int | None = None,
) -> Estimate:
    """The any-order excess in nats per token, with far less variance than the paired one.

    The mean over held-out sequences, k uniform on 1..L and uniform subsets of k masked positions
    of KL(q(x_i | visible) || p(x_i | visible)), averaged over the masked i: the mean learning
    error epsilon of a denoiser (Assumption 4.1 of arXiv 2502.09622 bounds its maximum). With
    `masked_count` the same at that k alone; where all tokens are masked that is one number, whose
    interval is no wider than rounding.
    """
    predictor = _checked(wrapped(model))
    check_vocabulary(predictor.vocab_size, language)
    if isinstance(predictor, AutoregressiveModel):
        raise TypeError("conditional_divergence is of a denoiser, got a causal model: use evaluate")
    if masked_count is not None and not 1 <= masked_count <= length:
        raise ValueError(f"masked_count is one of 1..{length}, got {masked_count}")

    def measure(tokens: Tensor, generator: torch.Generator) -> Tensor:
        masked, weights = AnyOrder(masked_count).mask(tokens.shape, generator)
        return masked_divergence(predictor, tokens, masked, weights, language).unsqueeze(0)

    (divergence,) = over_batches(measure, predictor.device, language, length, sequences, seed)
    if masked_count == length:  # every sequence is the same one
        value, low, high = (divergence.median(), divergence.min(), divergence.max())
        name = "KL(q || p) of tokens that are all masked"
        return Estimate(float(value), float(low), float(high), sequences, name, 0.0)
    name = "KL(q || p) of masked tokens, mean over held-out sequences"
    return mean_estimate(divergence, name, least=0.0)


def check_vocabulary(size: int, language: Language) -> None:
    """A one-line error unless a model has as many symbols as the language it is compared with."""
    if size != language.vocab_size:
        raise ValueError(
            f"a model is measured on a language with its own symbols, got {size} of the model and "
            f"{language.vocab_size} of the language"
        )


def wrapped(model: Transformer | Denoiser | AutoregressiveModel) -> Denoiser | AutoregressiveModel:
    """A transformer as the denoiser or the autoregressive model it is; all else as given."""
    if isinstance(model, AutoregressiveModel):
        return model
    if not isinstance(model, Transformer):
        check_method("model", model, "vocab_size", "a Transformer or a denoiser")
        return check_denoiser(model)
    return AutoregressiveModel(model) if model.config.causal else Network(model)


def _checked(predictor: Denoiser | AutoregressiveModel) -> Denoiser | AutoregressiveModel:
    """The predictor; one whose rows may be no laws, as a user's function, with its rows checked."""
    if isinstance(predictor, AutoregressiveModel | Network):
        return predictor

    def rows(tokens: Tensor) -> Tensor:
        return check_log_probs(predictor(tokens), tokens, predictor.vocab_size)

    return as_denoiser(rows, predictor.vocab_size, predictor.device)


def over_batches(
    measure: Callable[[Tensor, torch.Generator], Tensor],
    device: torch.device,
    language: Language,
    length: int,
    sequences: int,
    seed: int,
) -> Tensor:
    """Rows (quantities, sequences) of a measure taken batch by batch, on the processor."""
    parts = []
    sequences, seed = check_integer("sequences", sequences, most=MOST), check_seed(seed)
    check_work(
        f"a mean over {sequences} held-out sequences",
        sequences / BATCH * BATCH_OPERATIONS,
        "take fewer sequences",
    )
    for start in range(0, sequences, BATCH):
        generator = stream_generator(seed, start, "held out")
        tokens = language.sample(min(BATCH, sequences - start), length, generator)
        parts.append(measure(tokens.to(device), generator).cpu())
    return torch.cat(parts, dim=1)
