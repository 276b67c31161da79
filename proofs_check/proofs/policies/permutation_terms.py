"""Rounds of uniform permutations in symbols: the cost of a round of B with M = B + k values left.

In nats; the two facts that the theorems on rounds of permutations share are steps here.
"""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Step
from theory.bounds import THEOREMS

SIZE = sympy.Symbol("B", integer=True, positive=True)
REST = sympy.Symbol("k", integer=True, nonnegative=True)
LEFT = SIZE + REST
LENGTH, ROUNDS = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "R"))
ROUND_COST = {"permutation-round-cost": THEOREMS["permutation-round-cost"].statement}
PERMUTATIONS = "q is uniform over the permutations of n values"


def factorial(number: sympy.Expr) -> sympy.Expr:
    """m! as a gamma function, which sympy reduces better."""
    return sympy.gamma(number + 1)


ORDERED = factorial(LEFT) / factorial(REST)  # (M)_B
COST = SIZE * sympy.log(LEFT) - sympy.log(ORDERED)


def cost_step(*premises: str) -> Step:
    """What a round costs, from the proof of its own theorem."""
    drawn = sympy.Symbol("j", integer=True, nonnegative=True)

    # the product of (M - j) / M over the entries of the round, j of them before
    product = sympy.Product((LEFT - drawn) / LEFT, (drawn, 0, SIZE - 1))

    return Step(
        name="cost",
        premises=(*premises, "permutation-round-cost"),
        conclusion=(
            "a round of B with M values left costs log(M^B / (M)_B) = sum_(j < B) -log(1 - j/M) "
            "nats, whatever was revealed (permutation-round-cost), so that KL = E_q of the sum of "
            "the costs of the rounds on the path of x"
        ),
        certificate=Symbolic(product, ORDERED / LEFT**SIZE),
        change="M^(B - 1) for M^B",
        twin=Symbolic(product, ORDERED / LEFT ** (SIZE - 1)),
    )
