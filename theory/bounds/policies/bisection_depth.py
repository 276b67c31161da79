"""Serial depth of order-m chains: bisection with runs of m tokens.

A run of m revealed tokens makes what lies before it and after it independent, and revealing it one
token at a time is exact. Reveal the middle run of every stretch that is left, all stretches at
once, in m rounds; then a stretch of s tokens leaves two of at most ceil((s - m) / 2) each. So a
stretch of at most m 2^k - m tokens is done in k m rounds: at k = 1 it has at most m tokens,
revealed one at a time, and m rounds take it from m 2^k - m to m 2^(k-1) - m. Finally
L <= m 2^k - m for k = ceil(log2(L / m)) + 1, since 2^k >= 2 L / m >= L / m + 1. At m = 1, where two
tokens are dependent unless a revealed one stands between them, a round reveals at most one token of
every stretch, so that r rounds reveal at most 2^r - 1 tokens, and L = 2^k takes k + 1. That no two
tokens are independent is not enough: of four copies of one bit, a chain, two rounds reveal all.
"""

from dataclasses import dataclass

import numpy as np
import sympy

from synthetic.languages import Language
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws import optimal_policy

MEMORY = sympy.Symbol("memory", integer=True, positive=True)
LENGTH = sympy.Symbol("length", integer=True, positive=True)


@dataclass(frozen=True)
class Remembering:
    """A language in which a token depends on the `memory` tokens before it alone, at a length."""

    language: Language
    memory: int
    length: int

    @property
    def depth(self) -> float:
        """D_0: the least expected rounds of a policy with KL 0, by dynamic programming."""
        return optimal_policy(self.language, length=self.length).points[-1].rounds


def halvings(length: np.ndarray, memory: np.ndarray) -> np.ndarray:
    """ceil(log2(L / m)), exact: a quotient that is no power of two rounds to none."""
    mantissa, exponent = np.frexp(length / memory)
    return np.asarray(exponent - (mantissa == 0.5))


theorem = Theorem[Remembering](
    id="bisection-depth",
    title="Serial depth of chains of order m",
    statement=(
        "For every language of length L >= m in which each token depends on the m before it alone "
        "(an n-gram language has m = n - 1), some deterministic policy generates exactly q in at "
        "most m (ceil(log2(L / m)) + 1) rounds, so that the least expected rounds D_0 at KL 0 are "
        "at most that. Equality at m = 1 and L a power of two, for chains in which any two tokens "
        "are dependent given any possible values of others, none of which stands between the two "
        "(two symbols with positive initial and transition probabilities and two different rows); "
        "at L = m, for languages in which any two tokens are dependent given any possible values "
        "of others."
    ),
    kind="tight",
    source=Source("2608.25505", "bound on order-m Markov laws", "read"),
    takes=(
        Parameter(MEMORY, "m, the tokens that a token depends on", 1, 2**52, whole=True),
        Parameter(LENGTH, "L", 1, 2**52, whole=True),
    ),
    expression=MEMORY * (sympy.ceiling(sympy.log(LENGTH / MEMORY, 2)) + 1),
    formula=lambda memory, length: memory * (halvings(length, memory) + 1),
    parameters=lambda case: {"memory": case.memory, "length": case.length},
    exact=lambda case: case.depth,
    domain=lambda memory, length: (
        None if np.all(length >= memory) else "length >= memory: reveal shorter ones token by token"
    ),
)
