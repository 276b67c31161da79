"""Steps about sets of a fixed size: conditional entropies are rises of mean entropies.

f_m is the mean of H(X_i | X_S) over all pairs of a position i and a set S of m others, g_m the mean
of H(X_T) over all sets T of m positions. f_m = g_(m+1) - g_m, by counting how often each T occurs.
"""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, factors, terms
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    conditional_entropy,
    entropy,
    marginal,
    random_law,
)

SIZE = sympy.Symbol("m", nonnegative=True, integer=True)
REST = sympy.Symbol("k", nonnegative=True, integer=True)
NOW, NEXT = sympy.symbols("g_m g_next", nonnegative=True)


class Known(NamedTuple):
    """A law of three bits, a position, and a list of other positions."""

    law: Law
    position: int
    given: tuple[int, ...]


def random_known(source: random.Random) -> Known:
    """A position and some of the others."""
    position, *others = source.sample(range(BITS), BITS)
    return Known(random_law(source), position, tuple(others[: source.randint(0, len(others))]))


def mutual_information(law: Law, position: int, given: tuple[int, ...]) -> float:
    """I(X_i; X_S) in nats by its definition, the divergence from the product of marginals."""
    alone, known = marginal(law, (position,)), marginal(law, given)
    return math.fsum(
        both * math.log(both / (alone[seen[:1]] * known[seen[1:]]))
        for seen, both in marginal(law, (position, *given)).items()
    )


def binomial(chosen: sympy.Expr, rest: sympy.Expr) -> sympy.Expr:
    """How many sets of `chosen` out of `chosen` + `rest`."""
    return sympy.gamma(chosen + rest + 1) / sympy.gamma(chosen + 1) / sympy.gamma(rest + 1)


def _informs(drawn: Known, factor: int = 1) -> bool:
    law, position, given = drawn
    lost = entropy(law, [position]) - factor * conditional_entropy(law, position, given)
    return abs(lost - mutual_information(*drawn)) <= ROUNDING


def conditioning(drawn: Known, sign: int = 1) -> bool:
    """More given, less entropy: all subsets of what is given."""
    law, position, given = drawn
    most = conditional_entropy(law, position, given)
    return all(
        sign * (conditional_entropy(law, position, fewer) - most) >= -ROUNDING
        for size in range(len(given) + 1)
        for fewer in itertools.combinations(given, size)
    )


def _grows(drawn: Known, sign: int = 1) -> bool:
    """H(X_(S + i)) = H(X_S) + H(X_i | X_S)."""
    law, position, given = drawn
    rise = entropy(law, [*given, position]) - entropy(law, given)
    return abs(rise - sign * conditional_entropy(law, position, given)) <= ROUNDING


CONDITIONING = Cited(
    "conditioning does not increase entropy",
    "Cover and Thomas, Theorem 2.6.5",
    random_known,
    conditioning,
)
MORE_UNCERTAIN = Cited(
    "conditioning does not decrease entropy",
    "none: false",
    random_known,
    lambda drawn: conditioning(drawn, -1),
)

CHAIN_RULE = Step(
    name="chain-rule",
    premises=(),
    conclusion="H(X_(S + i)) = H(X_S) + H(X_i | X_S) for every set S and position i outside",
    certificate=Cited("chain rule", "Cover and Thomas, Theorem 2.2.1", random_known, _grows),
    change="the conditional entropy taken off",
    twin=Cited("the same", "none: false", random_known, lambda drawn: _grows(drawn, -1)),
)

INFORMATION = Step(
    name="information",
    premises=("places",),
    conclusion="I(X_i; X_S) = H(X_i) - H(X_i | X_S), so Z_j = f_0 - f_(j-1) and Z_1 = 0",
    certificate=Cited(
        "mutual information is the loss of entropy",
        "Cover and Thomas, Theorem 2.4.1",
        random_known,
        _informs,
    ),
    change="twice the conditional entropy",
    twin=Cited(
        "H(X_i) - 2 H(X_i | X_S)", "none: false", random_known, lambda drawn: _informs(drawn, 2)
    ),
)

# L = m + 1 + k; there are L C(L - 1, m) pairs of a position and a set of m others
UNITED = Step(
    name="united",
    premises=(),
    conclusion=(
        "the mean of H(X_(S + i)) over all pairs of a position i and a set S of m others is "
        "g_(m+1), that of H(X_T) over sets of m + 1: such a T comes from m + 1 of the L "
        "C(L - 1, m) pairs, a share of 1 / C(L, m + 1)"
    ),
    certificate=Symbolic(
        (SIZE + 1) / ((SIZE + 1 + REST) * binomial(SIZE, REST)), 1 / binomial(SIZE + 1, REST)
    ),
    change="m pairs",
    twin=Symbolic(SIZE / ((SIZE + 1 + REST) * binomial(SIZE, REST)), 1 / binomial(SIZE + 1, REST)),
)

KNOWN = Step(
    name="known",
    premises=("united", "chain-rule"),
    conclusion=(
        "the mean of H(X_S) over all pairs is g_m: a set of m comes with L - m positions i, a "
        "share of 1 / C(L, m); so the mean f_m of H(X_i | X_S) is g_(m+1) - g_m"
    ),
    certificate=Symbolic(
        (REST + 1) / ((SIZE + 1 + REST) * binomial(SIZE, REST)), 1 / binomial(SIZE, REST + 1)
    ),
    change="L positions i",
    twin=Symbolic(
        (SIZE + 1 + REST) / ((SIZE + 1 + REST) * binomial(SIZE, REST)),
        1 / binomial(SIZE, REST + 1),
    ),
)

SUMS = Step(
    name="sums",
    premises=("known",),
    conclusion=(
        "f_0 + .. + f_(m-1) = g_m, as the entropy of no token is zero: for m = L this is H(X)"
    ),
    certificate=Induction("the known tokens m", step=Symbolic(terms(NOW, NEXT, -NOW), NEXT)),
    change="every f_m taken twice",
    twin=Induction(
        "the known tokens m", step=Symbolic(terms(NOW, factors(2, terms(NEXT, -NOW))), NEXT)
    ),
)
MEANS = (CHAIN_RULE, UNITED, KNOWN, SUMS)

HAN = Step(
    name="han",
    premises=(),
    conclusion=(
        "f_(m+1) <= f_m, as a uniform set of m + 1 positions without a uniform one of them is a "
        "uniform set of m"
    ),
    certificate=CONDITIONING,
    change="does not decrease it",
    twin=MORE_UNCERTAIN,
)
