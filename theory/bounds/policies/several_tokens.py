"""What it can cost to draw k tokens at once: KL <= (k - 1) log V + k delta.

KL(q || p_1 x .. x p_k) = TC(q) + sum_i KL(q_i || p_i), since the expected log-likelihood ratio
splits at the product of the marginals q_i. The sum is at most k delta, and
TC(q) = sum_i H(q_i) - H(q) <= sum_i H(q_i) - max_i H(q_i) <= (k - 1) log V.
Equality for one uniform symbol repeated k times under any p_i with KL(q_i || p_i) = delta.
"""

from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.special import rel_entr

from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

TOKENS = nonnegative("tokens", integer=True)
VOCABULARY = sympy.Symbol("vocabulary", positive=True, integer=True)
LEARNING = nonnegative("learning")


@dataclass(frozen=True, eq=False)
class TokensAtOnce:
    """A joint law q of k tokens, shape (V,) * k, and the laws (k, V) that they are drawn from."""

    joint: NDArray[np.float64]
    drawn: NDArray[np.float64]

    @property
    def tokens(self) -> int:
        """k."""
        return self.joint.ndim

    @property
    def learning(self) -> float:
        """max_i KL(q_i || p_i) in nats."""
        places = range(self.tokens)
        marginals = [self.joint.sum(tuple({*places} - {place})) for place in places]
        return max(
            float(rel_entr(marginal, law).sum())
            for marginal, law in zip(marginals, self.drawn, strict=True)
        )

    @property
    def divergence(self) -> float:
        """KL(q || p_1 x .. x p_k) in nats."""
        product = self.drawn[0]
        for law in self.drawn[1:]:
            product = product[..., None] * law
        return float(rel_entr(self.joint, product).sum())


theorem = Theorem[TokensAtOnce](
    id="several-tokens",
    title="Several tokens at once (our statement)",
    statement=(
        "Our statement of the lemma: let q be a law of k tokens out of V symbols with marginals "
        "q_i, and let the tokens be drawn independently from p_1..p_k with KL(q_i || p_i) at most "
        "delta nats for every i. Then KL(q || p_1 x .. x p_k) is at most (k - 1) log V + k delta "
        "nats. Equality for one uniform symbol repeated k times where every KL(q_i || p_i) is "
        "delta."
    ),
    kind="tight",
    source=Source("2502.09622", "lemma on several tokens at once", "recalled"),
    takes=(
        Parameter(TOKENS, "tokens drawn at once, k", 1, np.inf, whole=True),
        Parameter(VOCABULARY, "symbols, V", 1, np.inf, whole=True),
        Parameter(LEARNING, "delta, the largest KL(q_i || p_i) in nats", 0, np.inf),
    ),
    expression=(TOKENS - 1) * sympy.log(VOCABULARY) + TOKENS * LEARNING,
    formula=lambda tokens, vocabulary, learning: (
        (tokens - 1) * np.log(vocabulary) + tokens * learning
    ),
    parameters=lambda case: {
        "tokens": case.tokens,
        "vocabulary": case.joint.shape[0],
        # rounding can leave the divergence of equal laws just below zero
        "learning": max(0.0, case.learning),
    },
    exact=lambda case: case.divergence,
)
