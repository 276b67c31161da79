"""Serial depth of balanced binary words, in closed form.

Given any revealed symbols, the masked ones are uniform over the words with the right number of
ones, so two of them are dependent until all that are masked are equal. So a round reveals one
until then, and the last round the K >= 1 equal ones: D_0 = n + 1 - E K, K the length of the last
run of a balanced word. With h = n / 2, P(K >= k) = 2 C(n - k, h) / C(n, h), and
sum_(k = 1..h) C(n - k, h) = C(n, h + 1), so that E K = 2 h / (h + 1) and D_0 = n - 1 + 4 / (n + 2).
At a fixed positive error 2608.25505 has Theta(log^2 n), with constants that are not stated.
"""

import itertools
from dataclasses import dataclass

import sympy
import torch

from synthetic.languages import Finite
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws import optimal_policy

HALF = sympy.Symbol("half", integer=True, positive=True)


@dataclass(frozen=True)
class BalancedWords:
    """Uniform binary words with `half` zeros and `half` ones."""

    half: int

    @property
    def depth(self) -> float:
        """D_0 by dynamic programming over all policies."""
        cube = itertools.product((0, 1), repeat=2 * self.half)
        words = [word for word in cube if sum(word) == self.half]
        language = Finite(torch.tensor(words, device="cpu"), vocab_size=2)
        return optimal_policy(language, length=2 * self.half).points[-1].rounds


theorem = Theorem[BalancedWords](
    id="balanced-depth",
    title="Serial depth of balanced words",
    statement=(
        "For the uniform law on binary words of length n = 2h with h ones, the least expected "
        "rounds of a deterministic policy at KL 0 are D_0 = 2h - 1 + 2 / (h + 1) = n - 1 + "
        "4 / (n + 2), under q."
    ),
    kind="identity",
    source=Source("ours", "one token a round until all masked ones are equal", "ours"),
    takes=(Parameter(HALF, "h = n / 2", 1, 2**52, whole=True),),
    expression=2 * HALF - 1 + 2 / (HALF + 1),
    formula=lambda half: 2 * half - 1 + 2 / (half + 1),
    parameters=lambda case: {"half": case.half},
    exact=lambda case: case.depth,
)
