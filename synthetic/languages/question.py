"""Any language as one of questions and answers."""

from fractions import Fraction

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.derived import Derived
from synthetic.languages.language import Language
from synthetic.languages.prompted import Prompted
from synthetic.languages.sequences import check_tokens
from synthetic.quantities import CertifiedValue


@checked
class Question(Derived, Prompted):
    """The same law; the first `prompt` symbols ask, the last `answer` symbols are the answer."""

    def __init__(self, language: Language, prompt: int, answer: int) -> None:
        super().__init__(language)
        self.prompt = check_integer("prompt", prompt)
        self.answer = check_integer("answer", answer)

    def prompt_positions(self, length: int) -> Tensor:
        """The first positions, (L,) bool."""
        self._check_words(length)
        return torch.arange(length, device=self.device) < self.prompt

    def answer_positions(self, length: int) -> Tensor:
        """The last positions, (L,) bool."""
        self._check_words(length)
        return torch.arange(length, device=self.device) >= length - self.answer

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words and room for both."""
        least = self.prompt + self.answer
        return [length for length in super().lengths(maximum) if length >= least]

    def count(self, length: int) -> int:
        """As many as of the language."""
        return super().count(length) if length >= self.prompt + self.answer else 0

    def weight(self, word: tuple[int, ...]) -> Fraction:
        return self.language.weight(word) * (len(word) >= self.prompt + self.answer)

    def log_normaliser(self, length: int) -> float:
        self._check_words(length)
        return self.language.log_normaliser(length)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of weight times `weights` (B, L, V), as (B,)."""
        return self.language.log_weight_given(weights)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        return self.language.log_joint_given(weights)

    def posterior(self, tokens: Tensor) -> Tensor:
        tokens = check_tokens(tokens, self.vocab_size, masked=True)
        self._check_words(tokens.shape[1])
        return self.language.posterior(tokens)

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Words of the language."""
        self._check_words(length)
        return self.language.sample(count, length, generator)

    def entropy(self, length: int) -> CertifiedValue:
        self._check_words(length)
        return self.language.entropy(length)
