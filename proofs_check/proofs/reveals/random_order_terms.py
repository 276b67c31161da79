"""Steps that the proofs about training losses share: what masked tokens cost at random orders.

h_k is the mean of H(X_i | X_S) over positions i and sets S of L - k others: the mean cost of a
masked token where k are masked, at the true conditionals.
"""

import itertools
import math
import random
from collections.abc import Sequence
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Symbolic
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    conditional_entropy,
    entropy,
    random_law,
)

# k = j + 1 positions are masked, r are not: L = j + r + 1
J, R = (sympy.Symbol(name, nonnegative=True, integer=True) for name in ("j", "r"))
MASKED, POSITIONS = J + 1, J + R + 1
TRUE = "the model is the true conditional: i in M costs H(X_i | X_(not M)) in the mean, in nats"


def choose(first: sympy.Expr, second: sympy.Expr) -> sympy.Expr:
    """C(first + second, first), by gamma functions."""
    return sympy.gamma(first + second + 1) / sympy.gamma(first + 1) / sympy.gamma(second + 1)


SETS = choose(MASKED, R)  # C(L, k)
PAIRS = POSITIONS * choose(J, R)  # L C(L-1, k-1), pairs of a position and k - 1 others with it


class Ordered(NamedTuple):
    """A law of three bits and an order of its positions."""

    law: Law
    order: tuple[int, ...]


def _ordered(source: random.Random) -> Ordered:
    return Ordered(random_law(source), tuple(source.sample(range(BITS), BITS)))


def _chain_rule(drawn: Ordered, given: int = BITS) -> bool:
    """H of the first j positions is the sum of their costs, given up to `given` of those before."""
    costs = [
        conditional_entropy(drawn.law, position, drawn.order[max(0, rank - given) : rank])
        for rank, position in enumerate(drawn.order)
    ]
    return all(
        abs(math.fsum(costs[:count]) - entropy(drawn.law, drawn.order[:count])) <= ROUNDING
        for count in range(BITS + 1)
    )


def masked_costs(law: Law) -> list[float]:
    """h_1..h_L in nats, by all pairs of a position and a set."""
    costs = []
    for masked in range(1, BITS + 1):
        found = [
            conditional_entropy(law, position, shown)
            for position in range(BITS)
            for shown in itertools.combinations(
                [other for other in range(BITS) if other != position], BITS - masked
            )
        ]
        costs.append(math.fsum(found) / len(found))
    return costs


def mean_entropy(law: Law, size: int) -> float:
    """The mean of H(X_S) in nats over the sets S of as many positions."""
    sets: Sequence[tuple[int, ...]] = list(itertools.combinations(range(BITS), size))
    return math.fsum(entropy(law, shown) for shown in sets) / len(sets)


def _partial_sums(law: Law, shift: int = 0) -> bool:
    """h_(b+1) + .. + h_L = mean of H(X_S) over sets of L - b."""
    costs = masked_costs(law)
    return all(
        abs(math.fsum(costs[max(0, masked - shift) :]) - mean_entropy(law, BITS - masked)) <= 1e-10
        for masked in range(BITS + 1)
    )


def _never_falls(law: Law, sign: int = 1) -> bool:
    """h_k <= h_(k+1)."""
    return all(
        sign * (after - before) >= -ROUNDING
        for before, after in itertools.pairwise(masked_costs(law))
    )


CHAIN_RULE = Step(
    name="chain-rule",
    premises=(),
    conclusion=(
        "in every order of the positions, H(X_i | those before it) over the first ones of the "
        "order adds up to H(X_S), S their set"
    ),
    certificate=Cited(
        "chain rule of entropy", "Cover and Thomas, Theorem 2.5.1", _ordered, _chain_rule
    ),
    change="given only the one before it",
    twin=Cited(
        "chain rule given only the one before",
        "none: false",
        _ordered,
        lambda drawn: _chain_rule(drawn, 1),
    ),
)
RANDOM_ORDER = Step(
    name="random-order",
    premises=(),
    conclusion=(
        "in a uniformly random order exactly the L - k others in S come before i with probability "
        "(L-k)! (k-1)! / L! = 1/(L C(L-1, k-1)), the same for all pairs: rank L - k + 1 costs h_k"
    ),
    certificate=Symbolic(
        sympy.gamma(R + 1) * sympy.gamma(J + 1) / sympy.gamma(POSITIONS + 1), 1 / PAIRS
    ),
    change="(L-k)! k! / L!",
    twin=Symbolic(sympy.gamma(R + 1) * sympy.gamma(J + 2) / sympy.gamma(POSITIONS + 1), 1 / PAIRS),
)
PARTIAL_SUMS = Step(
    name="partial-sums",
    premises=("chain-rule", "random-order"),
    conclusion=(
        "so h_(b+1) + .. + h_L is the mean of H(X_S) over sets S of L - b positions; all of them "
        "add up to H(X)"
    ),
    certificate=Cited(
        "the mean is linear: over all orders, in each of which the first L - b costs add up",
        "Billingsley, Probability and Measure, Theorem 16.1(ii)",
        random_law,
        _partial_sums,
        count=200,
    ),
    change="one more term",
    twin=Cited(
        "the same with h_b as well",
        "none: false",
        random_law,
        lambda law: _partial_sums(law, 1),
        count=200,
    ),
)
SIZES = Step(
    name="sizes",
    premises=("true",),
    conclusion=(
        "there are k C(L, k) = L C(L-1, k-1) pairs of a set M of k positions and i in M, one for "
        "each pair of i and the set S of L - k others that are not in M: they cost k C(L, k) h_k"
    ),
    certificate=Symbolic(MASKED * SETS, PAIRS),
    change="(k - 1) C(L, k)",
    twin=Symbolic(J * SETS, PAIRS),
)
NEVER_FALLS = Step(
    name="never-falls",
    premises=("partial-sums",),
    conclusion="h_k <= h_(k+1), so h = h_1 is at most the mean H/L of all of them",
    certificate=Cited(
        "conditioning does not increase entropy; fewer are shown",
        "Cover and Thomas, Theorem 2.6.5",
        random_law,
        _never_falls,
        count=200,
    ),
    change="h_k >= h_(k+1)",
    twin=Cited(
        "h_k >= h_(k+1)",
        "none: false",
        random_law,
        lambda law: _never_falls(law, -1),
        count=200,
    ),
)
