"""The protocol of a denoiser of noisy tokens: tokens and noise levels in, log-probabilities out.

It answers for the clean token at each position given all noisy ones, its own included. The level is
a number, (B,) or (B, L), and is 0 on a prompt. Rows at positions that leave no doubt (level 0, or a
revealed token of absorbing noise) are ignored.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.device import check_device


@runtime_checkable
class NoisyDenoiser(Protocol):
    """A callable (B, L), eta -> (B, L, V) of log-probabilities in nats."""

    @property
    def vocab_size(self) -> int:
        """V, the number of clean symbols 0..V-1."""
        ...

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        ...

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Log-probability in nats of each clean symbol at each position of (B, L), (B, L, V)."""
        ...


@dataclass(frozen=True)
class NoisyFunctionDenoiser:
    """A user's function as a denoiser of noisy tokens; made by `as_noisy_denoiser`."""

    function: Callable[[Tensor, float | Tensor], Tensor]
    vocab_size: int
    device: torch.device

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """What the function returns for tokens (B, L) at noise level eta, unchanged."""
        return self.function(tokens, eta)


@checked
def as_noisy_denoiser(
    function: Callable[[Tensor, float | Tensor], Tensor],
    vocab_size: int,
    device: torch.device | str = "cpu",
) -> NoisyFunctionDenoiser:
    """A function of tokens (B, L) int64 and eta -> (B, L, V) log-probabilities as a denoiser.

    A denoiser of masked tokens is one under absorbing noise, where the level does not matter:
    `as_noisy_denoiser(lambda tokens, eta: denoiser(tokens), denoiser.vocab_size)`.
    """
    vocab_size = check_integer("vocab_size", vocab_size)
    return NoisyFunctionDenoiser(function, vocab_size, check_device(device))


def check_noisy_denoiser(denoiser: object) -> NoisyDenoiser:
    """The denoiser as given, or a one-line error that names `as_noisy_denoiser`."""
    if isinstance(denoiser, type):
        raise TypeError(f"a denoiser is an object, got the class {denoiser.__name__}")
    if not isinstance(denoiser, NoisyDenoiser) or not _takes_levels(denoiser):
        raise TypeError(
            "a denoiser of noisy tokens has vocab_size, device and __call__(tokens, eta), got "
            f"{type(denoiser).__name__}: wrap a function with as_noisy_denoiser"
        )
    return denoiser


def _takes_levels(denoiser: NoisyDenoiser) -> bool:
    try:
        inspect.signature(denoiser).bind(None, None)
    except TypeError:
        return False
    return True
