"""Languages read from the other end, and languages with other names for their symbols."""

from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor

from synthetic.arguments import check_array, checked, short
from synthetic.languages.derived import Derived, only_possible
from synthetic.languages.language import Language


@checked
class Relabelled(Derived):
    """The words of a language with symbol v written as symbols[v], a permutation of 0..V-1."""

    def __init__(self, language: Language, symbols: Sequence[int]) -> None:
        super().__init__(language)
        self.alphabet = None
        given = check_array("symbols", symbols, whole=True)
        if given.dim() != 1 or sorted(given.tolist()) != list(range(language.vocab_size)):
            raise ValueError(
                f"symbols is a permutation of 0..{language.vocab_size - 1}, got {short(symbols)}"
            )
        self.symbols = given.tolist()

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
class Reversed(Derived):
    """The words of a language read from their last symbol to the first."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)

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
