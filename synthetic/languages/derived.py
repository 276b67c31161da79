"""What languages share that are made from the words of another one."""

from typing import Self

import torch
from torch import Tensor

from synthetic.languages.language import Language


class Derived(Language):
    """A language with the symbols of another one, `language`, and as many words of each length."""

    def __init__(self, language: Language) -> None:
        super().__init__(language.device)
        self.language = language
        self.chomsky, self.alphabet = language.chomsky, language.alphabet

    def _facts(self) -> list[str]:
        return [repr(self.language)]

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.language.vocab_size

    def to(self, device: torch.device | str) -> Self:
        """The same language on another device."""
        moved = super().to(device)
        moved.language = self.language.to(device)
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        return self.language.lengths(maximum)

    def count(self, length: int) -> int:
        """As many words as the other language has."""
        return self.language.count(length)


def only_possible(laws: Tensor, log_weight: Tensor) -> Tensor:
    """Log-laws (B, L, V), minus infinity in the rows whose sum (B,) is zero."""
    return torch.where((log_weight == -torch.inf)[:, None, None], -torch.inf, laws)
