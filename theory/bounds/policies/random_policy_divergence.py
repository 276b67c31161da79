"""KL of a randomised policy: at most the average over the deterministic policies that it mixes.

A policy that also tosses coins, once or in every round, is a mixture of deterministic ones, since
no partial sequence is met twice on a path. KL(q || .) is convex, so KL(q || sum_j w_j q_j) <=
sum_j w_j KL(q || q_j), and each term is the expected total correlation of that policy's rounds.
The convexity is strict in the probabilities of the words of q, and what lies outside its support
plays no part: three copies of a bit revealed as the pair 1, 2 and then 3, or as the pair 1, 3 and
then 2, give two laws that differ, and any mixture of them still has the average KL.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from synthetic.languages import Language
from synthetic.metrics import kl_divergence
from synthetic.sampling.strategies.table_policy import TablePolicy
from theory.bounds.cases import Generated
from theory.bounds.policies.adaptive_policy_divergence import policy_correlation
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

CORRELATION = nonnegative("correlation")


@dataclass(frozen=True)
class RandomPolicy:
    """A language at a length, and deterministic policies, one of which is drawn by weight."""

    language: Language
    length: int
    policies: tuple[TablePolicy, ...]
    weights: tuple[float, ...]

    @cached_property
    def cases(self) -> tuple[Generated, ...]:
        """Each policy by itself."""
        return tuple(Generated(self.language, self.length, policy) for policy in self.policies)

    @property
    def divergence(self) -> float:
        """KL(q || p) in nats per sequence of the law p that is generated in all."""
        laws = [weight * case.law for weight, case in zip(self.weights, self.cases, strict=True)]
        return kl_divergence(self.cases[0].language_law, torch.stack(laws).sum(0))

    @property
    def correlation(self) -> float:
        """The average of E_q sum_t TC(X_(S_t) | x_(C_t)) over the policies, in nats."""
        each = map(policy_correlation, self.cases)
        return math.fsum(weight * value for weight, value in zip(self.weights, each, strict=True))


theorem = Theorem[RandomPolicy](
    id="random-policy-divergence",
    title="KL of a randomised policy",
    statement=(
        "For every language q and every randomised policy, a mixture of deterministic policies "
        "that pick the positions of each round from the values revealed so far, KL(q || p) is at "
        "most the average over the mixture of E_q sum_t TC(X_(S_t) | x_(C_t)), in nats per "
        "sequence. Equality exactly where all policies that are drawn give the same probability "
        "to each word of q, whatever else they generate; strict otherwise, since KL is strictly "
        "convex in these probabilities."
    ),
    kind="tight",
    source=Source("2608.25505", "Theorem 1, the case of randomised policies", "read"),
    takes=(
        Parameter(
            CORRELATION, "E_policy E_q sum_t TC(X_(S_t) | x_(C_t)) in nats per sequence", 0, np.inf
        ),
    ),
    expression=CORRELATION,
    formula=lambda correlation: correlation,
    parameters=lambda case: {"correlation": case.correlation},
    exact=lambda case: case.divergence,
)
