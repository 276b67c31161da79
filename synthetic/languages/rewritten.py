"""Languages read from the other end, and languages with other names for their symbols."""

from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor

from synthetic.arguments import check_array, checked, short
from synthetic.languages.language import Language


@checked
class Relabelled(Language):
    """The words of a language with symbol v written as symbols[v], a permutation of 0..V-1."""

    def __init__(self, language: Language, symbols: Sequence[int]) -> None:
        super().__init__(language.device)
        given = check_array("symbols", symbols, whole=True)
        if given.dim() != 1 or sorted(given.tolist()) != list(range(language.vocab_size)):
            raise ValueError(
                f"symbols is a permutation of 0..{language.vocab_size - 1}, got {short(symbols)}"
            )
        self.language = language
        self.chomsky = language.chomsky
        self.symbols = given.tolist()

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.language.vocab_size

    def to(self, device: torch.device | str) -> "Relabelled":
        """The same language on another device."""
        moved = super().to(device)
        moved.language = self.language.to(device)
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        return self.language.lengths(maximum)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The weight of the word under its first names."""
        return self.language.weight(tuple(self.symbols.index(symbol) for symbol in word))

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of probability times `weights` (B, L, V), as (B,)."""
        return self.language.log_evidence_given(weights[..., self.symbols])

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        order = torch.tensor(self.symbols, device="cpu").argsort().tolist()
        posterior = self.language.posterior_given(weights[..., self.symbols])[..., order]
        return only_possible(posterior, self.log_weight_given(weights))


@checked
class Reversed(Language):
    """The words of a language read from their last symbol to the first."""

    def __init__(self, language: Language) -> None:
        super().__init__(language.device)
        self.language = language
        self.chomsky, self.alphabet = language.chomsky, language.alphabet

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.language.vocab_size

    def to(self, device: torch.device | str) -> "Reversed":
        """The same language on another device."""
        moved = super().to(device)
        moved.language = self.language.to(device)
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        return self.language.lengths(maximum)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The weight of the word read forwards."""
        return self.language.weight(word[::-1])

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of probability times `weights` (B, L, V), as (B,)."""
        return self.language.log_evidence_given(weights.flip(1))

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        posterior = self.language.posterior_given(weights.flip(1)).flip(1)
        return only_possible(posterior, self.log_weight_given(weights))


def only_possible(laws: Tensor, log_weight: Tensor) -> Tensor:
    """Log-laws (B, L, V), minus infinity in the rows whose sum (B,) is zero."""
    return torch.where((log_weight == -torch.inf)[:, None, None], -torch.inf, laws)
