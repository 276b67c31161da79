"""What theorems speak of: a language at a length, generated with a schedule or with sizes."""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed
from synthetic.denoisers.denoiser import check_log_probs
from synthetic.divergence import divergence_of_laws
from synthetic.languages import Language, enumerate_sequences
from synthetic.metrics import enumerated_law, kl_divergence, sequence_error_rate_of_law
from synthetic.sampling import Bernoulli, FixedCount, Strategy
from theory.laws import InformationCurve, information_curve, output_law

AT_ONCE = 2**14  # contexts


def stated_learning_error(denoiser: Denoiser | None) -> float:
    """The learning error in nats that a denoiser is built with, without looking at its contexts.

    Known for the exact denoiser (None or an `Oracle`) and for `Perturbed`; a TypeError elsewhere.
    """
    if denoiser is None or isinstance(denoiser, Oracle):
        return 0.0
    if not isinstance(denoiser, Perturbed):
        raise TypeError(f"the learning error is known for Perturbed, got {type(denoiser).__name__}")
    given = denoiser.epsilon
    return float(max(given) if isinstance(given, tuple | list) else given)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Generated:
    """A language at a length, and the exact denoiser (or another) under a strategy.

    Everything is found by enumeration of all V^L sequences, in nats.
    """

    language: Language
    length: int
    strategy: Strategy
    denoiser: Denoiser | None = None

    @cached_property
    def language_law(self) -> Tensor:
        """q, (V^L,)."""
        return enumerated_law(self.language, self.length)

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

    @cached_property
    def learning_error(self) -> float:
        """The largest KL(q(x_i | x_t) || p(x_i | x_t)) in nats over possible x_t and masked i,
        Assumption 4.1 of 2502.09622, exact.

        All (V+1)^L partial sequences are evaluated, 2^14 at a time.
        """
        if self.denoiser is None:
            return 0.0
        size = self.language.vocab_size
        largest = 0.0
        every = enumerate_sequences(size + 1, self.length, self.language.device)
        for tokens in every.split(AT_ONCE):
            possible = tokens[torch.isfinite(self.language.log_evidence(tokens))]
            masked = possible == size
            truth = Oracle(self.language)(possible)[masked]
            model = check_log_probs(self.denoiser(possible), possible, size)[masked]
            divergences = divergence_of_laws(truth, model)
            # rounding can leave the divergence of equal laws just below zero
            largest = max(largest, float(divergences.max())) if len(divergences) else largest
        return largest

    @property
    def entropy(self) -> float:
        """H(X) in nats per sequence."""
        return float(torch.special.entr(self.language_law).sum())
