"""The certificate of entropy-bounded reveal: TC(U) is at most sum H - max H.

TC(U) = sum_(i in U) H(X_i) - H(X_U), and H(X_U) >= H(X_i) for every i in U.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory.bounds.entropy import entropy
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

TOTAL = nonnegative("total")
LARGEST = nonnegative("largest")


@dataclass(frozen=True, eq=False)
class Joint:
    """The law of n tokens that are masked at once, given what is revealed: an array (V,) * n."""

    law: NDArray[np.float64]

    @property
    def tokens(self) -> int:
        """n."""
        return self.law.ndim

    @property
    def marginals(self) -> list[NDArray[np.float64]]:
        """The law (V,) of each token."""
        axes = range(self.tokens)
        return [self.law.sum(tuple(axis for axis in axes if axis != kept)) for kept in axes]

    @property
    def entropies(self) -> list[float]:
        """H of each token in nats."""
        return [entropy(marginal) for marginal in self.marginals]

    @property
    def total_correlation(self) -> float:
        """TC of all the tokens in nats, by its definition as KL(joint || product)."""
        product = np.ones(())
        for marginal in self.marginals:
            product = np.multiply.outer(product, marginal)
        alive = self.law > 0
        return float((self.law[alive] * np.log(self.law[alive] / product[alive])).sum())

    @property
    def confidences(self) -> list[float]:
        """The largest probability of each token."""
        return [float(marginal.max()) for marginal in self.marginals]

    @property
    def likeliest(self) -> tuple[int, ...]:
        """The likeliest symbol of each token by itself, the lowest of several: argmax of product.

        It need not be a word of the joint law.
        """
        return tuple(int(marginal.argmax()) for marginal in self.marginals)


theorem = Theorem[Joint](
    id="entropy-bounded-certificate",
    title="Entropy-bounded reveal",
    statement=(
        "For every set U of tokens that are revealed at once, the total correlation of U given "
        "what is revealed is at most the sum of their entropies less the largest of them, in nats. "
        "So a round that keeps sum H - max H <= gamma loses at most gamma. Equality iff one token "
        "of largest entropy determines the others."
    ),
    kind="tight",
    source=Source("2505.24857", "error of entropy-bounded unmasking", "second-hand"),
    takes=(
        Parameter(TOTAL, "the sum of the entropies of U in nats", 0, np.inf),
        Parameter(LARGEST, "the largest of them in nats", 0, np.inf),
    ),
    expression=TOTAL - LARGEST,
    formula=lambda total, largest: total - largest,
    # rounding can leave the entropy of a constant just below zero
    parameters=lambda case: {
        "total": math.fsum(max(0.0, entropy) for entropy in case.entropies),
        "largest": max(0.0, *case.entropies),
    },
    exact=lambda case: case.total_correlation,
    domain=lambda total, largest: (
        None if np.all(largest <= total) else "largest <= total: one entropy is at most their sum"
    ),
)
