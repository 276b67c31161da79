"""The protocol of a language: a law over the sequences of each length.

Shapes: B sequences, L positions, V symbols. A masked position holds `mask`, which equals V.
Log-probabilities are natural logarithms in float64. The length is always tokens.shape[1]; each
length has a law of its own, and a prefix of a word need not be a word.
"""

import math
from typing import Protocol

import torch
from torch import Tensor

from synthetic.quantities import CertifiedValue, Estimate


class Language(Protocol):
    """A law over sequences whose every conditional probability can be computed."""

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        ...

    @property
    def mask(self) -> int:
        """The symbol of a masked position, equal to V."""
        ...

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned."""
        ...

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        ...

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved."""
        ...

    def log_prob(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of complete sequences (B, L), as (B,)."""
        ...

    def log_evidence(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of the revealed tokens of (B, L), masked ones summed out, (B,).

        Minus infinity exactly where the revealed tokens cannot occur together.
        """
        ...

    def posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the revealed, (B, L, V).

        Revealed positions are point masses. Where the revealed tokens cannot occur together there
        is no posterior: masked positions are uniform by convention.
        """
        ...

    def log_evidence_given(self, weights: Tensor) -> Tensor:
        """Log of the mean in nats, over words, of the product of their weights (B, L, V), (B,).

        Minus infinity exactly where every word meets a zero.
        """
        ...

    def posterior_given(self, weights: Tensor) -> Tensor:
        """Log-probability in nats of each symbol given likelihoods (B, L, V), as (B, L, V).

        The weight of a symbol at a position is the likelihood of what was observed there; masks
        are ones, revealed symbols point masses. Where every word meets a zero there is no
        posterior: by convention the weights, normalised at each position.
        """
        ...

    def contains(self, tokens: Tensor) -> Tensor:
        """Whether complete sequences (B, L) have positive probability, (B,), decided exactly."""
        ...

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats of the law at this length; a one-line error where not computable."""
        ...

    def estimate_entropy(self, length: int, samples: int, generator: torch.Generator) -> Estimate:
        """Entropy in nats of the law at this length: the mean of -log q over samples from q."""
        ...


def check_tokens(tokens: Tensor, vocab_size: int, *, masked: bool) -> Tensor:
    """Token array (B, L) as int64, or a one-line error; the mask V is allowed where `masked`."""
    if not isinstance(tokens, Tensor):
        raise TypeError(f"tokens are a tensor (B, L), got {type(tokens).__name__}")
    if tokens.dim() != 2:
        raise ValueError(f"tokens have shape (B, L), got {tuple(tokens.shape)}")
    if tokens.dtype.is_floating_point or tokens.dtype.is_complex or tokens.dtype == torch.bool:
        raise ValueError(f"tokens are integers, got {tokens.dtype}")
    check_length(tokens.shape[1])
    if tokens.numel():
        low, high = (int(bound) for bound in torch.aminmax(tokens))
        top = vocab_size if masked else vocab_size - 1
        if low < 0 or high > top:
            wrong = low if low < 0 else high
            kind = f"or the mask {vocab_size}" if masked else "with no mask"
            raise ValueError(f"tokens lie in 0..{vocab_size - 1} {kind}, got {wrong}")
    return tokens.long()


def check_weights(weights: Tensor, vocab_size: int) -> Tensor:
    """Likelihoods (B, L, V) as given, or a one-line error.

    They are finite and >= 0, and no position has zeros alone.
    """
    if not isinstance(weights, Tensor):
        raise TypeError(f"weights are a tensor (B, L, V), got {type(weights).__name__}")
    if weights.dim() != 3 or weights.shape[2] != vocab_size:
        shape = tuple(weights.shape)
        raise ValueError(f"weights have shape (B, L, V) with V = {vocab_size}, got {shape}")
    if weights.dtype != torch.float64:
        raise ValueError(f"weights are float64, got {weights.dtype}")
    check_length(weights.shape[1])
    if weights.numel():
        low, high = (float(bound) for bound in torch.aminmax(weights))
        if not (low >= 0 and high < math.inf):
            wrong = weights[~((weights >= 0) & (weights < math.inf))][0].item()
            raise ValueError(f"weights are finite likelihoods >= 0, got {wrong}")
        if low == 0 and not bool((top := weights.amax(-1)).all()):
            row, position = (top == 0).nonzero()[0].tolist()
            raise ValueError(
                f"weights allow at least one symbol at each position, got zeros alone in row "
                f"{row} at position {position}"
            )
    return weights.detach()


def check_length(length: int) -> int:
    """The length as given if it is an integer of at least 1, else a one-line error."""
    return check_integer("length", length)


def check_count(count: int) -> int:
    """The number of sequences as given if it is an integer of at least 1, else an error."""
    return check_integer("count", count)


def check_integer(name: str, value: int, least: int = 1) -> int:
    """The value as given if it is an integer of at least `least`, else a one-line error."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is an integer >= {least}, got {value!r}")
    return value
