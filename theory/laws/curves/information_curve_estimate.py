"""The information curve of any language, estimated from samples of it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import (
    check_generator,
    check_integer,
    check_length,
    check_work,
    checked,
)
from synthetic.languages import Language
from synthetic.quantities import Estimate, mean_estimate
from theory.laws.curves.information_curve import InformationCurve
from theory.laws.curves.reveal_weights import (
    Floats,
    binomial_weights,
    schedule_weights,
    sizes_weights,
)
from theory.laws.one_thread import one_thread

POSTERIOR_OPERATIONS = 5  # that a number of a posterior takes at the least
NUMBERS_AT_ONCE = 2**22  # in one table of posteriors: 32 MiB


@dataclass(frozen=True, eq=False)
class EstimatedInformationCurve:
    """Independent samples of what the curve is the mean of.

    `entropies` (samples, L): of one word and one random order, the mean entropy in nats of a
    masked token given the first m = 0..L-1 tokens of the order. Column m has mean f(0) - Z_(m+1),
    so that every linear functional of the curve has an unbiased estimate with an interval.
    `largest` bounds them: log V.
    """

    entropies: Tensor
    largest: float = math.inf

    @property
    def length(self) -> int:
        return self.entropies.shape[1]

    @property
    def samples(self) -> int:
        """The number of words, each with one order."""
        return len(self.entropies)

    def __call__(self, reveal: float) -> Estimate:
        """f(r) in nats."""
        if not 0 <= reveal <= 1:
            raise ValueError(f"a reveal probability lies in 0..1, got {reveal}")
        weights = binomial_weights(self.length - 1, np.array([reveal]))[0]
        return self._functional(weights, "f(r)")

    def information(self, j: int) -> Estimate:
        """Z_j = E I(X_i; X_S) in nats, i uniform and S a uniform set of j - 1 others, j = 1..L."""
        if check_integer("j", j) > self.length:
            raise ValueError(f"j is an integer in 1..{self.length}, got {j}")
        weights = np.zeros(self.length)
        weights[0] += 1
        weights[j - 1] -= 1
        return self._functional(weights, "Z_j")

    def path_bound(self, schedule: Iterable[float]) -> Estimate:
        """The path-averaged KL of Bernoulli reveal in nats per token."""
        weights = schedule_weights(schedule, self.length) - 1 / self.length
        return self._functional(weights, "path bound")

    def path_bound_of_sizes(self, sizes: Iterable[int]) -> Estimate:
        """The path-averaged KL of fixed-count reveal in nats per token."""
        weights = sizes_weights(sizes, self.length) - 1 / self.length
        return self._functional(weights, "path bound of sizes")

    def total_correlation(self) -> Estimate:
        """Sum_i H(X_i) - H(X) in nats per sequence."""
        weights = np.full(self.length, -1.0)
        weights[0] += self.length
        return self._functional(weights, "total correlation")

    def dual_total_correlation(self) -> Estimate:
        """H(X) - sum_i H(X_i | all others) in nats per sequence."""
        weights = np.full(self.length, 1.0)
        weights[-1] -= self.length
        return self._functional(weights, "dual total correlation")

    def mean(self) -> InformationCurve:
        """The curve of the means, as if it were exact: for `optimal_sizes` and figures.

        Its Z_j need not be nondecreasing, and `rounding` is infinite.
        """
        means = self.entropies.mean(0).cpu().numpy()
        return InformationCurve(float(means[0]), means[0] - means, float("inf"))

    def _functional(self, weights: Floats, name: str) -> Estimate:
        column = torch.as_tensor(weights, dtype=torch.float64, device=self.entropies.device)
        ends = [float(weights[sign * weights > 0].sum()) for sign in (-1, 1)]
        least, most = (end * self.largest if end else 0.0 for end in ends)
        return mean_estimate(
            self.entropies @ column, f"{name}: mean over words and orders", least=least, most=most
        )


@checked
@one_thread()
def estimate_information_curve(
    language: Language, length: int, samples: int, generator: torch.Generator
) -> EstimatedInformationCurve:
    """An unbiased estimate of the curve of any language, from words of it and random orders.

    Each word is revealed token by token in a uniformly random order; before each reveal the
    entropies of the posteriors of the masked tokens are averaged. That is the conditional mean of
    the surprisal of the next token, with the same mean and no larger variance at each j. Costs
    samples * L posteriors, in pieces of 32 MiB; keeps (samples, L) numbers. More than 10^13
    operations, five for each number of a posterior, are a one-line error.
    """
    length = check_length(length)
    samples = check_integer("samples", samples)
    check_generator(generator)
    check_work(
        f"{samples} samples of posteriors at length {length}",
        POSTERIOR_OPERATIONS * samples * length**2 * language.vocab_size,
        "take fewer samples or a shorter length",
    )
    words = language.sample(samples, length, generator)
    keys = torch.rand(
        (samples, length), dtype=torch.float64, generator=generator, device=generator.device
    )
    rank = keys.to(words.device).argsort(1).argsort(1)
    entropies = torch.empty(samples * length, dtype=torch.float64, device=words.device)
    contexts = torch.arange(samples * length, device=words.device)
    for rows in contexts.split(max(1, NUMBERS_AT_ONCE // (length * language.vocab_size))):
        word, known = rows // length, rows % length
        masked = rank[word] >= known.unsqueeze(1)
        tokens = torch.where(masked, language.mask, words[word])
        entropy = torch.special.entr(language.posterior(tokens).exp()).sum(-1)
        entropies[rows] = (entropy * masked).sum(1) / masked.sum(1)
    return EstimatedInformationCurve(entropies.view(samples, length), math.log(language.vocab_size))
