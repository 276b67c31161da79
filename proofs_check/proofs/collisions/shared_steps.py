"""Steps about the chance kappa that two positions share a reveal step."""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    marginal,
    random_law,
    random_numbers,
)

L, N, M = (sympy.Symbol(name, positive=True, integer=True) for name in "LNm")
DISTINCT = sympy.Symbol("P", nonnegative=True)


class RandomReveal(NamedTuple):
    """A law of three bits and a schedule."""

    law: Law
    schedule: list[float]


def _reveal(source: random.Random) -> RandomReveal:
    return RandomReveal(random_law(source), random_numbers(source, source.randint(BITS, BITS + 1)))


def _chance(law: Law, word: tuple[int, ...], steps: tuple[int, ...]) -> float:
    """Of drawing the word: position i at its step, given what earlier steps drew."""
    chance = 1.0
    for i, step in enumerate(steps):
        given = tuple(j for j in range(BITS) if steps[j] < step)
        seen = tuple(word[j] for j in given)
        chance *= marginal(law, (*given, i))[(*seen, word[i])] / marginal(law, given)[seen]
    return chance


def _distinct_part(case: RandomReveal, least: int = BITS) -> bool:
    """Over step vectors of at least `least` different steps, p(w) is their chance times q(w)."""
    total = 0.0
    drawn = dict.fromkeys(case.law, 0.0)
    for steps in itertools.product(range(len(case.schedule)), repeat=BITS):
        if len(set(steps)) >= least:
            weight = math.prod(case.schedule[step] for step in steps)
            total += weight
            for word in drawn:
                drawn[word] += weight * _chance(case.law, word, steps)
    return all(abs(drawn[word] - total * case.law[word]) <= ROUNDING for word in drawn)


HYPOTHESES = {
    "bernoulli": "the reveal steps of the L positions are independent, step k of probability a_k",
    "exact": "the tokens of a step are drawn independently, each from its true law given all that "
    "earlier steps drew",
}

DISTINCT_STEPS = Step(
    name="distinct",
    premises=("bernoulli", "exact"),
    conclusion=(
        "given that all reveal steps differ, whatever their order, the law is q: so p = (1 - "
        "kappa) q + kappa r, r a law"
    ),
    certificate=Cited(
        "chain rule of probability in any order, and total probability over the reveal steps",
        "Feller, An Introduction to Probability Theory I, Section V.1",
        _reveal,
        _distinct_part,
        count=40,
    ),
    change="two positions may share a step",
    twin=Cited(
        "the same where at least two steps differ",
        "none: false",
        _reveal,
        lambda case: _distinct_part(case, 2),
        count=40,
    ),
)

BIRTHDAY = Step(
    name="birthday",
    premises=("bernoulli",),
    conclusion=(
        "for a_k = 1/N all steps differ with probability prod_(i=1)^(L-1) (1 - i/N) = "
        "N! / ((N - L)! N^L) (here for L <= N, zero beyond): a further position misses the L "
        "steps taken with probability 1 - L/N"
    ),
    # N = L + m, m >= 1
    certificate=Induction(
        "the positions L",
        base=Symbolic(sympy.gamma(N + 1) / (sympy.gamma(N) * N), sympy.Integer(1)),
        step=Symbolic(
            (sympy.gamma(N + 1) / (sympy.gamma(N - L + 1) * N**L) * (1 - L / N)).subs(N, L + M),
            (sympy.gamma(N + 1) / (sympy.gamma(N - L) * N ** (L + 1))).subs(N, L + M),
        ),
    ),
    change="1 - (L + 1)/N",
    twin=Induction(
        "the positions L",
        base=Symbolic(sympy.gamma(N + 1) / (sympy.gamma(N) * N), sympy.Integer(1)),
        step=Symbolic(
            (sympy.gamma(N + 1) / (sympy.gamma(N - L + 1) * N**L) * (1 - (L + 1) / N)).subs(
                N, L + M
            ),
            (sympy.gamma(N + 1) / (sympy.gamma(N - L) * N ** (L + 1))).subs(N, L + M),
        ),
    ),
)

PAIRS = L * (L - 1) / (2 * N)
NEXT_PAIRS = (L + 1) * L / (2 * N)
UNION = Step(
    name="union",
    premises=("birthday",),
    conclusion=(
        "prod_(i=1)^(L-1) (1 - i/N) >= 1 - L(L-1)/(2N): what the left side P has above the right "
        "one is zero for L = 1, and next it is (1 - L/N) times itself + L/N times L(L-1)/(2N), not "
        "negative for L <= N; for L > N the left side is zero and L(L-1)/(2N) >= (N+1)/2 >= 1"
    ),
    certificate=Induction(
        "the positions L",
        base=Symbolic(at(1 - (1 - PAIRS), {L: 1}), 0),
        step=Symbolic(
            DISTINCT * (1 - L / N) - (1 - NEXT_PAIRS),
            (1 - L / N) * (DISTINCT - (1 - PAIRS)) + L / N * PAIRS,
        ),
    ),
    change="constant halved",
    twin=Induction(
        "the positions L",
        base=Symbolic(at(1 - (1 - PAIRS), {L: 1}), 0),
        step=Symbolic(
            DISTINCT * (1 - L / N) - (1 - NEXT_PAIRS / 2),
            (1 - L / N) * (DISTINCT - (1 - PAIRS / 2)) + L / N * PAIRS / 2,
        ),
    ),
)
