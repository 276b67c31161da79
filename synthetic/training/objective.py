"""What a model is trained on: a loss in nats per token for each sequence.

A masking rule hides some positions and weighs them; the loss of a sequence is the weighted sum of
-log p(token | the visible ones) over the hidden positions. At the true conditionals the expected
loss of `AnyOrder` is exactly H / L, the entropy per token; the others are off by the figures in
their docstrings. All draws are made on the generator's device and moved.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.divergence import divergence_of_laws
from synthetic.languages.language import Language
from synthetic.models.transformer import begin_shifted


class Predictor(Protocol):
    """What is trained or evaluated: tokens (B, L) in, logits or log-probabilities (B, L, V) out."""

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols; the mask and the begin symbol are V."""
        ...

    def __call__(self, tokens: Tensor) -> Tensor:
        """Logits (B, L, V), in nats up to a constant for each position."""
        ...


class Objective(Protocol):
    """A loss whose expectation over the language and the draws is minimised."""

    @property
    def causal(self) -> bool:
        """Whether it trains a causal model, which reads the sequence shifted by one."""
        ...

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Loss in nats per token of each of the complete sequences (B, L), as (B,)."""
        ...


@checked
@dataclass(frozen=True)
class AnyOrder:
    """The any-order negative evidence lower bound per token, without bias.

    k is uniform on 1..L, a uniform subset of k positions is masked, and the loss is the mean
    cross-entropy over them: averaged over k and subsets, the chain rule in a uniform random order
    divided by L. It is MDLM's continuous-time bound (arXiv 2406.07524, section 3) with t integrated
    out, and never masks nothing. With `masked_count` in 1..L k is that number alone; with
    `largest_share` below 1 it is uniform on 1..max(1, round(share L)), and the loss no bound for a
    sequence.
    """

    masked_count: int | None = None
    largest_share: float = 1.0

    causal: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 < self.largest_share <= 1:
            raise ValueError(f"largest_share is in (0, 1], got {self.largest_share}")
        if self.masked_count is not None:
            check_integer("masked_count", self.masked_count)

    def mask(self, shape: torch.Size, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Masked positions (B, L) bool and the weight of each of them in the loss, (B,) float64."""
        count, length = shape
        least, most = 1, max(1, round(self.largest_share * length))
        if self.masked_count is not None:
            least = most = self.masked_count
        if most > length:
            raise ValueError(f"masked_count is in 1..{length}, the length, got {most}")
        sizes = torch.randint(
            least, most + 1, (count, 1), generator=generator, device=generator.device
        )
        ranks = _uniforms(shape, generator).argsort(dim=1).argsort(dim=1)
        return ranks < sizes, 1 / sizes.squeeze(1).double()

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,)."""
        return masked_loss(model, tokens, *self.mask(tokens.shape, generator))


@checked
@dataclass(frozen=True)
class InverseTime:
    """t uniform on [minimum_time, 1], each position masked with probability t, weight 1 / (t L).

    MDLM's bound for linear alpha as it is usually estimated (arXiv 2406.07524, section 3). Off by
    less than 0.1% at minimum_time 0.001 and by about 3% at 0.05; the forced mask of
    `force_one`, used to avoid empty losses, adds up to tens of percent.
    """

    minimum_time: float = 1e-3
    force_one: bool = False

    causal: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _check_minimum_time(self.minimum_time, positive=True)

    def mask(self, shape: torch.Size, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Masked positions (B, L) bool and the weight of each of them in the loss, (B,) float64."""
        times, masked = _mask_by_time(self.minimum_time, shape, generator)
        if self.force_one:
            masked = _force_one(masked, generator)
        return masked, 1 / (times * shape[1])

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,)."""
        return masked_loss(model, tokens, *self.mask(tokens.shape, generator))


@checked
@dataclass(frozen=True)
class Unweighted:
    """t uniform on [minimum_time, 1], at least one position masked, mean over the masked ones.

    No mask becomes one mask, so k = 1 counts twice: too low by the share (1 - h L / H) / (L + 1), h
    the entropy of a token given all others. That is 7-11% at L = 8 and about 1% at L = 64 where
    others tell most of a token.
    """

    minimum_time: float = 0.0

    causal: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _check_minimum_time(self.minimum_time, positive=False)

    def mask(self, shape: torch.Size, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Masked positions (B, L) bool and the weight of each of them in the loss, (B,) float64."""
        _, masked = _mask_by_time(self.minimum_time, shape, generator)
        masked = _force_one(masked, generator)
        return masked, 1 / masked.sum(dim=1).double()

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,)."""
        return masked_loss(model, tokens, *self.mask(tokens.shape, generator))


@dataclass(frozen=True)
class NextToken:
    """Mean of -log p(x_i | x_<i) over positions: exactly -log p(x) / L of a causal model."""

    causal: ClassVar[bool] = True

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,); draws nothing."""
        return surprisal(model, begin_shifted(tokens, model.vocab_size), tokens).mean(dim=1)


def masked_loss(model: Predictor, tokens: Tensor, masked: Tensor, weights: Tensor) -> Tensor:
    """Weighted sum (B,) of -log p(token | the visible ones) in nats over the masked of (B, L)."""
    masked = masked.to(tokens.device)
    hidden = tokens.masked_fill(masked, model.vocab_size)
    # Selected, not multiplied by zero: a visible token may have probability zero.
    total = torch.where(masked, surprisal(model, hidden, tokens), 0.0).sum(dim=1)
    return total * weights.to(total.dtype).to(total.device)


def masked_divergence(
    model: Predictor, tokens: Tensor, masked: Tensor, weights: Tensor, language: Language
) -> Tensor:
    """Weighted sum (B,) of KL(q(. | the visible ones) || p) in nats over the masked of (B, L), q
    the language: what `masked_loss` has in expectation above the least it can be."""
    hidden = tokens.masked_fill(masked.to(tokens.device), model.vocab_size)
    true = language.posterior(hidden.to(language.device))
    terms = divergences(true, model(hidden))
    total = torch.where(masked.to(terms.device), terms, 0.0).sum(dim=1)
    return total * weights.to(terms.device)


def divergences(true: Tensor, learned: Tensor) -> Tensor:
    """KL of rows (B, L, V) in nats, as (B, L), of true log-probabilities from learned ones or
    logits, on the device of the true ones and in their precision."""
    learned = learned.to(true.device, true.dtype).log_softmax(dim=-1)
    return divergence_of_laws(true, learned)


def surprisal(model: Predictor, inputs: Tensor, targets: Tensor) -> Tensor:
    """-log p(target | inputs) in nats at each position of (B, L), float32 or better."""
    logits = model(inputs)
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    return F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")


def _mask_by_time(
    minimum_time: float, shape: torch.Size, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Times (B,) uniform on [minimum_time, 1], and each position (B, L) masked with that chance."""
    times = minimum_time + (1 - minimum_time) * _uniforms(shape[:1], generator)
    return times, _uniforms(shape, generator) < times.unsqueeze(1)


def _force_one(masked: Tensor, generator: torch.Generator) -> Tensor:
    """One uniform position masked in the rows (B, L) that have none; drawn for every row."""
    count, length = masked.shape
    forced = torch.randint(length, (count, 1), generator=generator, device=generator.device)
    places = torch.arange(length, device=generator.device)
    return masked | ((places == forced) & ~masked.any(dim=1, keepdim=True))


def _check_minimum_time(value: float, *, positive: bool) -> None:
    if not (0 < value < 1 or (value == 0 and not positive)):
        bound = "0 < minimum_time < 1" if positive else "0 <= minimum_time < 1"
        raise ValueError(f"{bound}, got {value}")


def _uniforms(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Float64 uniforms: float32 ones tie often enough to bias a subset."""
    return torch.rand(shape, dtype=torch.float64, generator=generator, device=generator.device)
