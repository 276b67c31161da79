"""What theorems speak of: a language at a length, generated with a schedule or with sizes."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle
from synthetic.languages.automaton_language import AutomatonLanguage, enumerate_sequences
from synthetic.metrics import kl_divergence
from synthetic.metrics.divergences import sequence_error_rate_of_law
from synthetic.sampling import Bernoulli, FixedCount, Strategy
from theory.laws import InformationCurve, information_curve, output_law


@dataclass(frozen=True)
class Generated:
    """A language at a length, and the exact denoiser (or another) under a strategy.

    Everything is found by enumeration of all V^L sequences, in nats.
    """

    language: AutomatonLanguage
    length: int
    strategy: Strategy
    denoiser: Denoiser | None = None

    @cached_property
    def language_law(self) -> Tensor:
        """q, (V^L,)."""
        words = enumerate_sequences(self.language.vocab_size, self.length, self.language.device)
        return self.language.log_prob(words).exp()

    @cached_property
    def law(self) -> Tensor:
        """p, (V^L,): the exact output law."""
        denoiser = Oracle(self.language) if self.denoiser is None else self.denoiser
        return output_law(denoiser, self.strategy, length=self.length)

    @cached_property
    def curve(self) -> InformationCurve:
        """The information curve of the language."""
        return information_curve(self.language, self.length)

    @property
    def schedule(self) -> tuple[float, ...]:
        """(a_1..a_N) of Bernoulli reveal."""
        if not isinstance(self.strategy, Bernoulli):
            raise TypeError(f"a schedule belongs to Bernoulli reveal, got {self.strategy}")
        return self.strategy.schedule

    @property
    def sizes(self) -> tuple[int, ...]:
        """(s_1..s_N) of fixed-count reveal."""
        if not isinstance(self.strategy, FixedCount):
            raise TypeError(f"sizes belong to fixed-count reveal, got {self.strategy}")
        return self.strategy.sizes

    @property
    def divergence(self) -> float:
        """KL(q || p) in nats per sequence, exact."""
        return kl_divergence(self.language_law, self.law)

    @property
    def path_divergence(self) -> float:
        """Its average over reveal paths, E sum_k TC(X_(S_k) | X_(S_<k)), in nats per sequence."""
        if isinstance(self.strategy, FixedCount):
            return self.length * self.curve.path_bound_of_sizes(self.sizes)
        return self.length * self.curve.path_bound(self.schedule)

    @property
    def sequence_error_rate(self) -> float:
        """SER, exact."""
        return sequence_error_rate_of_law(self.law, self.language_law)

    @property
    def entropy(self) -> float:
        """H(X) in nats per sequence."""
        return float(torch.special.entr(self.language_law).sum())
