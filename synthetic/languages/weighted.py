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
        products, exponent = self._products(weights)
        return self.language.log_evidence_given(products) + exponent.double() * math.log(2)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        products, exponent = self._products(weights)
        evidence = self.language.log_evidence_given(products) + exponent.double() * math.log(2)
        return only_possible(self.language.posterior_given(products), evidence)

    def _products(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """`weights` times those of the symbols (B, L, V), and the exponents of two (B,) taken out.

        A position whose least product would lose digits is raised as far as its largest one stays
        a float64, and one whose largest is beyond the range is lowered: none becomes zero unless
        the two are 2^2000 apart.
        """
        one, other = torch.frexp(weights), torch.frexp(self.weights)
        mantissa, exponent = one.mantissa * other.mantissa, one.exponent + other.exponent
        least = exponent.masked_fill(mantissa == 0, 2**20).amin(-1, keepdim=True)
        largest = exponent.masked_fill(mantissa == 0, -(2**20)).amax(-1, keepdim=True)
        shift = torch.minimum((-1000 - least).clamp(min=0), 1000 - largest)
        exponent = exponent + shift
        for part in (exponent // 2, exponent - exponent // 2):  # no power is beyond the range
            mantissa = mantissa * torch.exp2(part.double())
        return mantissa, -shift.squeeze(-1).sum(-1)

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
