"""Steps that the first-order proofs share: exactly one pair shares a step, uniform schedule.

A_0: all reveal steps differ; A_1: exactly one pair shares a step; A_2: the rest.
"""

import sympy

from proofs_check.certificates import Symbolic, factors
from proofs_check.proof import Step
from theory.bounds.collisions.collision_first_order import CONSTANT
from theory.bounds.collisions.error_from_shared_steps import LENGTH, STEPS

ROUNDS, PLACES, BEFORE = (
    sympy.Symbol(name, positive=True, integer=True) for name in ("N", "L", "m")
)
DISTINCT = sympy.Symbol("P", nonnegative=True)
PAIRS = LENGTH * (LENGTH - 1) / 2
ONE_PAIR = PAIRS / STEPS * DISTINCT  # P(A_1), DISTINCT the product over i <= L - 2


def _distinct(count: sympy.Expr) -> sympy.Expr:
    """The probability that `count` uniform steps differ: N (N-1) .. (N-count+1) / N^count."""
    return sympy.gamma(ROUNDS + 1) / sympy.gamma(ROUNDS - count + 1) / ROUNDS**count


ONE_SHARED = Step(
    name="one-pair",
    premises=("birthday", "uniform"),
    conclusion=(
        "P(A_1) = C(L,2) (1/N) prod_(i=1)^(L-2) (1 - i/N): with the pair as one, L - 1 steps differ"
    ),
    certificate=Symbolic(
        (sympy.binomial(PLACES, 2) * _distinct(PLACES - 1) / ROUNDS).expand(func=True),
        PLACES
        * (PLACES - 1)
        / 2
        * sympy.gamma(ROUNDS + 1)
        / sympy.gamma(ROUNDS - PLACES + 2)
        / ROUNDS**PLACES,
    ),
    change="ordered pairs",
    twin=Symbolic(
        (2 * sympy.binomial(PLACES, 2) * _distinct(PLACES - 1) / ROUNDS).expand(func=True),
        PLACES
        * (PLACES - 1)
        / 2
        * sympy.gamma(ROUNDS + 1)
        / sympy.gamma(ROUNDS - PLACES + 2)
        / ROUNDS**PLACES,
    ),
)


def _orders(after: int) -> sympy.Expr:
    """Orders with m positions first, then the pair, then n others: their share for all m-sets."""
    rest = PLACES  # n
    both = BEFORE + rest
    sets = sympy.factorial(both) / (sympy.factorial(BEFORE) * sympy.factorial(rest))
    orders = sympy.factorial(BEFORE) * sympy.factorial(rest + after)
    return sets * orders / sympy.factorial(both + 1)


UNIFORM_SIZE = Step(
    name="uniform-size",
    premises=("uniform",),
    conclusion=(
        "given A_1 all orders of the L - 1 blocks are equally likely: the pair is uniform, the "
        "number m of positions before it uniform on 0..L-2 (n = L - 2 - m after it: m! n! orders "
        "of (L-1)!, for each of C(m+n, m) sets), and the set uniform of its size"
    ),
    certificate=Symbolic(_orders(0), 1 / (BEFORE + PLACES + 1)),
    change="(n+1)! orders of those after the pair",
    twin=Symbolic(_orders(1), 1 / (BEFORE + PLACES + 1)),
)

PAIR_ERROR = Step(
    name="pair-error",
    premises=("one-by-one", "one-pair", "uniform-size"),
    conclusion=(
        "given A_1 the word is wrong exactly if the pair cannot occur together with what was "
        "before, in the mean D = 2 c_L / (L - 1): P(A_1) D = c_L (L/N) prod_(i=1)^(L-2) (1 - i/N)"
    ),
    certificate=Symbolic(
        factors(ONE_PAIR, 2 * CONSTANT / (LENGTH - 1)), CONSTANT * LENGTH / STEPS * DISTINCT
    ),
    change="D = c_L / (L - 1)",
    twin=Symbolic(ONE_PAIR * CONSTANT / (LENGTH - 1), CONSTANT * LENGTH / STEPS * DISTINCT),
)
