"""Products: independent words of several languages, one behind the other."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Self

import torch
from torch import Tensor

from synthetic.arguments import check_length, checked
from synthetic.languages.derived import only_possible
from synthetic.languages.language import CHOMSKY, Language


@checked
class Product(Language):
    """A word of each language in turn, of the given `lengths`; one of them can be None, the rest.

    q(x) is the product of the probabilities of the parts. One vocabulary for all.
    """

    def __init__(self, languages: Sequence[Language], lengths: Sequence[int | None]) -> None:
        sizes = {language.vocab_size for language in languages}
        if len(sizes) != 1:
            raise ValueError(f"languages of one vocabulary are joined, got V = {sorted(sizes)}")
        if len(lengths) != len(languages) or list(lengths).count(None) > 1:
            raise ValueError(
                f"lengths has one entry for each language, at most one of them None, got "
                f"{list(lengths)} for {len(languages)} languages"
            )
        super().__init__(languages[0].device)
        self.languages = list(languages)
        self.parts = [None if part is None else check_length(part) for part in lengths]
        self.alphabet = languages[0].alphabet
        free = [language for language, part in zip(languages, self.parts) if part is None]
        self.chomsky = free[0].chomsky if free else CHOMSKY[0]

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.languages[0].vocab_size

    def to(self, device: torch.device | str) -> Self:
        """The same product on another device."""
        moved = super().to(device)
        moved.languages = [language.to(device) for language in self.languages]
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` at which each part has words of its length."""
        return [length for length in range(1, maximum + 1) if self._has_words(length)]

    def count(self, length: int) -> int:
        """The product of the numbers of words of the parts."""
        total = 1
        for language, size in zip(self.languages, self._sizes(length) or [0]):
            total *= language.count(size) if size else 0
        return total

    def weight(self, word: tuple[int, ...]) -> Fraction:
        total, first = Fraction(1), 0
        for language, size in zip(self.languages, self._sizes(len(word)) or []):
            total *= language.weight(word[first : first + size])
            first += size
        return total if first == len(word) else Fraction(0)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of probability times `weights` (B, L, V), as (B,)."""
        parts = zip(self.languages, self._pieces(weights))
        return torch.stack([language.log_evidence_given(piece) for language, piece in parts]).sum(0)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        parts = zip(self.languages, self._pieces(weights))
        laws = torch.cat([language.posterior_given(piece) for language, piece in parts], dim=1)
        return only_possible(laws, self.log_weight_given(weights))

    def _has_words(self, length: int) -> bool:
        sizes = self._sizes(length)
        return sizes is not None and all(
            size in language.lengths(size) for size, language in zip(sizes, self.languages)
        )

    def _sizes(self, length: int) -> list[int] | None:
        """The lengths of the parts, None if they do not add up."""
        rest = length - sum(part or 0 for part in self.parts)
        if rest < 0 or (rest > 0) != (None in self.parts):
            return None
        return [rest if part is None else part for part in self.parts]

    def _pieces(self, weights: Tensor) -> tuple[Tensor, ...]:
        return weights.split(self._sizes(weights.shape[1]) or [], dim=1)
