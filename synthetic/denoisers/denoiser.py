"""The protocol of a denoiser: masked tokens in, log-probabilities out.

A sampler never knows which denoiser it has. A denoiser counts nothing; the loop does. Rows at
revealed positions are ignored.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from synthetic.arguments import check_dense, check_integer, checked
from synthetic.device import check_device

NORMALISATION_TOLERANCE = 1e-4  # a float32 log_softmax over 50,000 symbols stays within it
HALF = (torch.float16, torch.bfloat16)


@runtime_checkable
class Denoiser(Protocol):
    """An x0-predictor: (B, L) -> (B, L, V), log-probabilities in nats; the mask is `vocab_size`."""

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        ...

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        ...

    def __call__(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position of (B, L), as (B, L, V)."""
        ...


@checked
@dataclass(frozen=True)
class FunctionDenoiser:
    """A user's function as a denoiser; made by `as_denoiser`."""

    function: Callable[[Tensor], Tensor]
    vocab_size: int
    device: torch.device

    def __call__(self, tokens: Tensor) -> Tensor:
        """What the function returns for tokens (B, L), unchanged."""
        return self.function(tokens)


@checked
def as_denoiser(
    function: Callable[[Tensor], Tensor], vocab_size: int, device: torch.device | str = "cpu"
) -> FunctionDenoiser:
    """A function (B, L) int64 -> (B, L, V) log-probabilities as a denoiser.

    Examples:
        Four symbols, each as likely as the others wherever it stands:

        >>> from synthetic.sampling import FixedCount, generate
        >>> def uniform(tokens):
        ...     return torch.full((*tokens.shape, 4), -math.log(4))
        >>> denoiser = as_denoiser(uniform, vocab_size=4)
        >>> chance = torch.Generator().manual_seed(0)
        >>> generate(denoiser, FixedCount((2, 1)), length=3, count=5, generator=chance).tokens.shape
        torch.Size([5, 3])
    """
    vocab_size = check_integer("vocab_size", vocab_size)
    return FunctionDenoiser(function, vocab_size, check_device(device))


def check_denoiser(denoiser: object) -> Denoiser:
    """The denoiser as given, or a one-line error that names `as_denoiser`."""
    if isinstance(denoiser, type):
        raise TypeError(f"a denoiser is an object, got the class {denoiser.__name__}")
    if not isinstance(denoiser, Denoiser):
        raise TypeError(
            f"a denoiser has vocab_size, device and __call__, got {type(denoiser).__name__}: "
            "wrap a function with as_denoiser(function, vocab_size)"
        )
    return denoiser


def check_log_probs(
    log_probs: Tensor, tokens: Tensor, vocab_size: int, open_at: Tensor | None = None
) -> Tensor:
    """Log-probabilities (B, L, V) in nats as float64 laws, or a one-line error about them.

    Only masked positions are looked at, or those of `open_at` (B, L) bool: rows at revealed
    positions are ignored everywhere. A row that sums to one within the rounding of its type (1e-4,
    and what half precision adds) is divided by its sum, so that draws, path probabilities and
    enumerated laws all come from one law; a row further off is an error.
    """
    where = "a masked position" if open_at is None else "a position in doubt"
    open_at = tokens == vocab_size if open_at is None else open_at
    if not isinstance(log_probs, Tensor):
        raise TypeError(f"a denoiser returns a tensor (B, L, V), got {type(log_probs).__name__}")
    check_dense("what a denoiser returns", log_probs)
    expected = (*tokens.shape, vocab_size)
    if tuple(log_probs.shape) != expected:
        raise ValueError(f"a denoiser returns shape {expected}, got {tuple(log_probs.shape)}")
    if not log_probs.dtype.is_floating_point:
        raise ValueError(f"a denoiser returns floating-point numbers, got {log_probs.dtype}")
    given, tolerance = log_probs.dtype, normalisation_tolerance(log_probs.dtype, vocab_size)
    log_probs = log_probs.to(tokens.device, torch.float64)
    total = log_probs.exp().sum(dim=-1, keepdim=True).log_()  # NaN where any entry is
    wrong = open_at & ~(total.squeeze(-1).abs() <= tolerance)
    if bool(wrong.any()):
        largest = log_probs[wrong][0].max().item()  # NaN where any entry is
        if math.isnan(largest):
            raise ValueError(f"a denoiser returns log-probabilities, got NaN at {where}")
        if largest > tolerance:
            raise ValueError(
                "a denoiser returns log-probabilities, which are at most 0, got a positive one, "
                f"{largest:.3g}, at {where}"
            )
        worst = total[wrong][0].item()
        raise ValueError(
            f"a denoiser returns normalised log-probabilities, got {where} whose "
            f"log-sum is {worst:.3g} instead of 0"
            + (f", more than {given} rounds: return float32" if given in HALF else "")
        )
    return log_probs - total


def normalisation_tolerance(dtype: torch.dtype, vocab_size: int) -> float:
    """Largest |log-sum| of a log_softmax over V symbols that is rounded to `dtype`.

    Rounding moves log p by at most |log p| u, u half the spacing at one, hence the sum by at most
    the entropy times u; log V bounds the entropy, and 1 is for what the softmax itself rounds.
    """
    if dtype not in HALF:
        return NORMALISATION_TOLERANCE
    return NORMALISATION_TOLERANCE + torch.finfo(dtype).eps / 2 * (1 + math.log(vocab_size))
