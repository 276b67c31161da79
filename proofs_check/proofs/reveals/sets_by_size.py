"""Steps about sets of a fixed size: conditional entropies are rises of mean entropies.

f_m is the mean of H(X_i | X_S) over all pairs of a position i and a set S of m others, g_m the mean
of H(X_T) over all sets T of m positions. f_m = g_(m+1) - g_m, by counting how often each T occurs.
"""

import itertools
import math
import random
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

SIZE = sympy.Symbol("m", nonnegative=True, integer=True)
REST = sympy.Symbol("k", nonnegative=True, integer=True)


class Known(NamedTuple):
    """A law of three bits, a position, and a list of other positions."""

    law: Law
    position: int
    given: tuple[int, ...]


def random_known(source: random.Random) -> Known:
    """A position and some of the others."""
    position, *others = source.sample(range(BITS), BITS)
    return Known(random_law(source), position, tuple(others[: source.randint(0, len(others))]))


def marginal(law: Law, positions: tuple[int, ...]) -> dict[tuple[int, ...], float]:
    """The law of the bits at the positions."""
    found: dict[tuple[int, ...], float] = {}
    for word, probability in law.items():
        seen = tuple(word[position] for position in positions)
        found[seen] = found.get(seen, 0.0) + probability
    return found


def mutual_information(law: Law, position: int, given: tuple[int, ...]) -> float:
    """I(X_i; X_S) in nats by its definition, the divergence from the product of marginals."""
    own, known = marginal(law, (position,)), marginal(law, given)
    return math.fsum(
        both * math.log(both / (own[seen[:1]] * known[seen[1:]]))
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
    premises=("places",),
    conclusion=(
        "the mean of H(X_(S + i)) over all pairs is g_(m+1): a set T of m + 1 positions comes from "
        "m + 1 of the L C(L - 1, m) pairs, a share of 1 / C(L, m + 1)"
    ),
    certificate=Symbolic(
        (SIZE + 1) / ((SIZE + 1 + REST) * binomial(SIZE, REST)), 1 / binomial(SIZE + 1, REST)
    ),
    change="m pairs",
    twin=Symbolic(SIZE / ((SIZE + 1 + REST) * binomial(SIZE, REST)), 1 / binomial(SIZE + 1, REST)),
)

KNOWN = Step(
    name="known",
    premises=("united",),
    conclusion=(
        "the mean of H(X_S) over all pairs is g_m: a set of m comes with L - m positions i, a "
        "share of 1 / C(L, m); so f_m = g_(m+1) - g_m"
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

HAN = Step(
    name="han",
    premises=("information",),
    conclusion=(
        "f_(m+1) <= f_m, as a uniform set of m + 1 without a uniform one of its members is a "
        "uniform set of m: Z_1 <= .. <= Z_L"
    ),
    certificate=CONDITIONING,
    change="does not decrease it",
    twin=MORE_UNCERTAIN,
)
