"""Uniform languages: all words of a length have the same share."""

import math
from abc import abstractmethod
from fractions import Fraction

from synthetic.languages.language import Language
from synthetic.quantities import CertifiedValue, gamma


class UniformLanguage(Language):
    """A language that is known by which words it has and how many of each length.

    `log_weight_given` sums the products of the given weights over the words, each counted once.
    """

    @abstractmethod
    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether a sequence of symbols is a word, by definition."""

    @abstractmethod
    def count(self, length: int) -> int:
        """How many words of this length there are."""

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """One for a word, zero for any other sequence."""
        return Fraction(self.is_word(word))

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        return [length for length in range(1, maximum + 1) if self.count(length)]

    def log_normaliser(self, length: int) -> float:
        """Log of the number of words in nats; an error where there are none."""
        self._check_words(length)
        return math.log(self.count(length))

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats: the log of the number of words."""
        value = self.log_normaliser(length)
        return CertifiedValue(value, gamma(2) * value)
