"""Serial depth of laws without independence: one token a round.

If no two masked tokens are independent given any possible values of any others, a round of two or
more loses something wherever it is taken, so that an exact policy reveals one token a round. Among
the laws with full support this excludes only those on the zeros of finitely many polynomials that
are not zero everywhere: a set of measure zero.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from synthetic.languages import Language
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import optimal_policy
from theory.laws.policies.reveal_costs import reveal_costs

LENGTH = sympy.Symbol("length", integer=True, positive=True)
DEPENDENCE = nonnegative("dependence")


@dataclass(frozen=True)
class Dependent:
    """A language at a length; the theorem asks that no two of its tokens be independent."""

    language: Language
    length: int

    @cached_property
    def dependence(self) -> float:
        """Least I(X_i; X_j | x_C) in nats over pairs and possible x_C; infinite at length 1."""
        levels = reveal_costs(self.language, self.length).levels
        pairs = [
            float(reveal.total_correlation.min())
            for reveal in itertools.chain.from_iterable(level.reveals for level in levels)
            if len(reveal.places) == 2 and len(reveal.total_correlation)
        ]
        return min(pairs, default=np.inf)

    @property
    def depth(self) -> float:
        """D_0 by dynamic programming over all policies."""
        return optimal_policy(self.language, length=self.length).points[-1].rounds


theorem = Theorem[Dependent](
    id="full-support-depth",
    title="Serial depth of laws without independence",
    statement=(
        "For every law on words of length L in which no two tokens are independent given any "
        "possible values of any other tokens, the least expected rounds of a deterministic policy "
        "at KL 0 are D_0 = L. Almost every law with full support is one, in the sense of Lebesgue "
        "measure on laws; product laws of two tokens or more, of depth 1, are not."
    ),
    kind="identity",
    source=Source("2608.25505", "laws with full support", "read"),
    takes=(
        Parameter(LENGTH, "L", 1, 2**52, whole=True),
        Parameter(
            DEPENDENCE,
            "least I(X_i; X_j | x_C) in nats; any value stands in at L = 1",
            0,
            2**1023,
            open=True,
        ),
    ),
    expression=LENGTH,
    formula=lambda length, dependence: length + 0 * dependence,
    parameters=lambda case: {
        "length": case.length,
        "dependence": case.dependence if case.length > 1 else 1.0,
    },
    exact=lambda case: case.depth,
)
