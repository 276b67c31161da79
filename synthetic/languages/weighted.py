"""Weighted languages: each symbol makes a word more or less probable."""

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor

from synthetic.arguments import check_array, checked, short
from synthetic.languages.derived import Derived, only_possible
from synthetic.languages.language import Language
from synthetic.languages.uniform import UniformLanguage
from synthetic.quantities import CertifiedValue, gamma


@checked
class Weighted(Derived):
    """The words of a language with q(x) in proportion to its own times prod_i weights[x_i]."""

    def __init__(self, language: Language, weights: Sequence[float]) -> None:
        super().__init__(language)
        given = check_array("weights", weights).flatten().tolist()
        if len(given) != language.vocab_size or not all(0 < weight < math.inf for weight in given):
            raise ValueError(
                f"weights are {language.vocab_size} positive numbers, one each, got {short(given)}"
            )
        self.weights = torch.tensor(given, dtype=torch.float64, device=language.device)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The weight of the word times those of its symbols."""
        weights = self.weights.tolist()
        factors = (Fraction(weights[symbol]) for symbol in word)
        return self.language.weight(word) * math.prod(factors, start=Fraction(1))

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of weight times `weights` (B, L, V), as (B,)."""
        return self.language.log_evidence_given(weights * self.weights)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        laws = self.language.posterior_given(weights * self.weights)
        return only_possible(laws, self.log_weight_given(weights))

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats: of a uniform language the log of the total weight less the mean of that
        of a word, else by all sequences."""
        if not isinstance(self.language, UniformLanguage):
            return super().entropy(length)
        words = self.language.log_normaliser(length)
        masked = torch.full((1, length), self.mask, dtype=torch.int64, device=self.device)
        law = self.posterior(masked)[0].exp()
        mean = float((law * self.weights.log()).sum())
        value = self.log_normaliser(length) + words - mean
        return CertifiedValue(value, gamma(64 * length * self.vocab_size) * (1 + words + abs(mean)))
