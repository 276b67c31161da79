"""Facts about adaptive policies that several proofs rest on, tried on random laws and policies.

A policy is a table: for every partial word of three bits, None where masked, the next round.
"""

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from proofs_check.certificates import Cited
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, entropy, random_law
from theory.bounds import THEOREMS

Known = tuple[int | None, ...]
Round = tuple[int, ...]
Table = Mapping[Known, Round]
NOTHING: Known = (None,) * BITS
EXACT = "a round draws its tokens independently from their exact marginals given all before it"
DIVERGENCE = "adaptive-policy-divergence"
IDENTITY = {DIVERGENCE: THEOREMS[DIVERGENCE].statement}
POLICY = "a deterministic policy picks the tokens of a round from the values revealed before it"


class Adaptive(NamedTuple):
    """A law and a policy that looks at values."""

    law: Law
    table: Table


def random_policy(source: random.Random) -> Adaptive:
    """A random law of three bits with a random round for each partial word."""
    table = {}
    for known in itertools.product((0, 1, None), repeat=BITS):
        masked = [position for position, value in enumerate(known) if value is None]
        if masked:
            table[known] = tuple(source.sample(masked, source.randint(1, len(masked))))
    return Adaptive(random_law(source), table)


def given(law: Law, known: Known) -> dict[tuple[int, ...], float]:
    """The law of the words that agree with what is known."""
    kept = {
        word: probability
        for word, probability in law.items()
        if all(own is None or own == token for own, token in zip(known, word, strict=True))
    }
    total = math.fsum(kept.values())
    return {word: probability / total for word, probability in kept.items()}


def total_correlation(law: Law, positions: Round) -> float:
    """sum_i H(X_i) - H(X_S) in nats."""
    return math.fsum(entropy(law, [one]) for one in positions) - entropy(law, positions)


def path(table: Table, word: tuple[int, ...], start: Known = NOTHING) -> Iterator[Known]:
    """What is known before each round on the way to a word."""
    known = start
    while known in table:
        yield known
        shown = {position: word[position] for position in table[known]}
        known = tuple(shown.get(position, own) for position, own in enumerate(known))


def divergence(policy: Adaptive, start: Known = NOTHING) -> float:
    """KL in nats of the law given `start` against what the policy generates from there on."""
    law, table = policy
    own = given(law, start)
    logs = []
    for word, probability in own.items():
        generated = 1.0
        for known in path(table, word, start):
            here = given(law, known)
            for position in table[known]:
                generated *= math.fsum(p for w, p in here.items() if w[position] == word[position])
        logs.append(probability * math.log(probability / generated))
    return math.fsum(logs)


def _pair_bounds(law: Law, factor: float) -> bool:
    """TC of three bits >= I of each two >= factor times (sum |joint - product|)^2."""
    whole = total_correlation(law, tuple(range(BITS)))
    for pair in itertools.combinations(range(BITS), 2):
        information = total_correlation(law, pair)
        distance = 0.0
        for values in itertools.product((0, 1), repeat=2):
            shares = [
                math.fsum(p for word, p in law.items() if word[at] == value)
                for at, value in zip(pair, values, strict=True)
            ]
            both = math.fsum(
                p for word, p in law.items() if tuple(word[at] for at in pair) == values
            )
            distance += abs(both - math.prod(shares))
        if not whole + ROUNDING >= information >= factor * distance**2 - ROUNDING:
            return False
    return True


def dependent_round_step(*premises: str) -> Step:
    """A round that holds two dependent tokens loses something, wherever it is taken."""

    def instance(factor: float) -> Cited:
        return Cited(
            "TC(X_S) >= I(X_i; X_j) for i, j in S by the chain rule, and I >= ||.||_1^2 / 2 "
            "(Pinsker)",
            "Cover and Thomas, Theorems 2.5.2, 2.6.3 and 11.6.1",
            random_law,
            lambda law: _pair_bounds(law, factor),
        )

    return Step(
        name="dependent-round",
        premises=premises,
        conclusion=(
            "TC(X_S | x_C) >= I(X_i; X_j | x_C) for i, j in S, which is 0 only if the two are "
            "independent given x_C; so KL = 0 only if no round that is taken has two tokens that "
            "are dependent given x_C"
        ),
        certificate=instance(0.5),
        change="Pinsker's constant four times as large",
        twin=instance(2.0),
    )
