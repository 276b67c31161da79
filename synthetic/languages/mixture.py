"""Mixtures: a language drawn first, then a word of it."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from synthetic.arguments import check_kind, checked
from synthetic.languages.language import CHOMSKY, Language
from synthetic.languages.tables import probability_table
from synthetic.scaled import log_fraction


@checked
class Mixture(Language):
    """sum_k share_k q_k(x) at each length, over the languages with words of it.

    The shares of those that have words are divided by their sum. One vocabulary for all.
    """

    def __init__(self, languages: Sequence[Language], shares: Any) -> None:
        for one in languages:
            check_kind("each of the languages", one, Language)
        sizes = {language.vocab_size for language in languages}
        if len(sizes) != 1:
            raise ValueError(f"languages of one vocabulary are mixed, got V = {sorted(sizes)}")
        super().__init__(languages[0].device)
        self.languages = list(languages)
        self.alphabet = languages[0].alphabet
        self.chomsky = max((one.chomsky for one in languages), key=CHOMSKY.index)
        table = probability_table("shares", shares, (len(languages),), "cpu")
        self.shares = [Fraction(share) for share in table.tolist()]
        self._totals: dict[tuple[int, int], Fraction] = {}

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.languages[0].vocab_size

    def to(self, device: torch.device | str) -> "Mixture":
        """The same mixture on another device."""
        moved = super().to(device)
        moved.languages = [language.to(device) for language in self.languages]
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` at which some language of positive share has words."""
        lengths = {
            length
            for language, share in zip(self.languages, self.shares)
            if share
            for length in language.lengths(maximum)
        }
        return sorted(lengths)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The shares times the probabilities of a word, by the definitions of all languages."""
        total = Fraction(0)
        for language, share in self._present(len(word)):
            total += share * language.weight(word) / self._total(language, len(word))
        return total

    def _total(self, language: Language, length: int) -> Fraction:
        """The total weight of all words of one of the languages."""
        key = (self.languages.index(language), length)
        if key not in self._totals:
            symbols = range(self.vocab_size)
            words = itertools.product(symbols, repeat=length)
            self._totals[key] = sum((language.weight(word) for word in words), Fraction(0))
        return self._totals[key]

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of share times probability times `weights`, (B,)."""
        return self._terms(weights).logsumexp(0)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        languages = [language for language, _ in self._present(weights.shape[1])]
        laws = torch.stack([language.posterior_given(weights) for language in languages])
        return (self._terms(weights)[..., None, None] + laws).logsumexp(0)

    def _terms(self, weights: Tensor) -> Tensor:
        """Log of share times evidence (K, B) of each language."""
        return torch.stack(
            [
                language.log_evidence_given(weights) + log_fraction(share)
                for language, share in self._present(weights.shape[1])
            ]
        )

    def _present(self, length: int) -> list[tuple[Language, Fraction]]:
        """The languages of positive share with words of a length."""
        return [
            (language, share)
            for language, share in zip(self.languages, self.shares)
            if share and length in language.lengths(length)
        ]
