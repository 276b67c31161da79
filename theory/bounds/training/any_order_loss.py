"""The any-order loss is tight: at the true conditionals it is H/L.

A rule hides a set M with probability P(M) and weighs each hidden token by W(M); its expected loss
at the true conditionals is sum_M P(M) W(M) sum_(i in M) H(X_i | X_(not M)). Where P and W depend on
|M| alone, with h_k the mean of H(X_i | X_S) over i and sets S of L - k others, that is
sum_k C(L,k) k P_k W_k h_k. The chain rule in a uniformly random order gives sum_k h_k = H, and for
the any-order rule P_k W_k = 1 / (L C(L,k) k): every h_k counts 1/L.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from synthetic.languages import Language, enumerate_sequences
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

ENTROPY = nonnegative("entropy")
LENGTH = nonnegative("length", integer=True)
SEQUENCE_ENTROPY = Parameter(ENTROPY, "H(X) in nats per sequence", 0, np.inf)
POSITIONS = Parameter(LENGTH, "L, the length", 1, np.inf, whole=True)


@dataclass(frozen=True)
class MaskedTraining:
    """A language at a length and the least time of a masking rule (0 where it has none).

    All in nats, by enumeration of 2^L sets and V^L words.
    """

    language: Language
    length: int
    minimum_time: float = 0.0

    @cached_property
    def cross_entropy_by_size(self) -> tuple[float, ...]:
        """For k = 1..L, the sum over sets M of k positions of sum_(i in M) H(X_i | X_(not M)):
        -log posterior(x_i | x_(not M)) averaged over words, as the loss has it."""
        size = self.language.vocab_size
        words = enumerate_sequences(size, self.length, self.language.device)
        words = words[self.language.contains(words)]
        weight = self.language.log_prob(words).exp()
        sums = [0.0] * self.length
        for count in range(1, self.length + 1):
            for hidden in itertools.combinations(range(self.length), count):
                places = list(hidden)
                seen = words.clone()
                seen[:, places] = size
                told = self.language.posterior(seen).gather(-1, words.unsqueeze(-1)).squeeze(-1)
                # a word whose probability underflows to zero weighs nothing
                cost = torch.where(weight > 0, -told[:, places].sum(1), 0.0)
                sums[count - 1] += float(weight @ cost)
        return tuple(sums)

    @cached_property
    def visible_entropy(self) -> float:
        """E H(X_S), each position in S with probability 1 - minimum_time."""
        size = self.language.vocab_size
        words = enumerate_sequences(size, self.length, self.language.device)
        law = self.language.log_prob(words).exp().reshape((size,) * self.length)
        total = 0.0
        for hidden in itertools.product((False, True), repeat=self.length):
            places = [place for place, hides in enumerate(hidden) if hides]
            chance = self.minimum_time ** len(places)
            chance *= (1 - self.minimum_time) ** (self.length - len(places))
            marginal = law.sum(places) if places else law
            total += chance * float(torch.special.entr(marginal).sum())
        return total

    @property
    def entropy(self) -> float:
        """H(X) in nats per sequence; rounding can leave that of one word just below zero."""
        return max(0.0, self.language.entropy(self.length).value)

    @property
    def token_entropy(self) -> float:
        """h, the mean of H(X_i | all other tokens) over positions, in nats."""
        # rounding can leave it just below zero where the others tell the token
        return max(0.0, self.cross_entropy_by_size[0] / self.length)

    def expected_loss(self, weight_of_size: Callable[[int], float]) -> float:
        """The expected loss in nats per token of a rule, given P(M) W(M) for a set of k = |M|."""
        return math.fsum(
            weight_of_size(count) * total
            for count, total in enumerate(self.cross_entropy_by_size, start=1)
        )


def any_order_weight(length: int, count: int) -> float:
    """P(M) W(M) of `AnyOrder`: k uniform on 1..L, a uniform set of k, mean over it."""
    return 1 / (length * math.comb(length, count) * count)


theorem = Theorem[MaskedTraining](
    id="any-order-loss",
    title="The any-order loss is exact",
    statement=(
        "Mask a uniform set of k positions, k uniform on 1..L, and take the mean cross-entropy in "
        "nats over the masked tokens: at the true conditionals of any language its expectation is "
        "H(X)/L, the entropy per token, exactly and at every L."
    ),
    kind="identity",
    source=Source("ours", "chain rule in a uniformly random order", "ours"),
    takes=(SEQUENCE_ENTROPY, POSITIONS),
    expression=ENTROPY / LENGTH,
    formula=lambda entropy, length: entropy / length,
    parameters=lambda case: {"entropy": case.entropy, "length": case.length},
    exact=lambda case: case.expected_loss(lambda count: any_order_weight(case.length, count)),
)
