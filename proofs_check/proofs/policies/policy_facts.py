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


def _laws(source: random.Random) -> tuple[Law, Law]:
    """A law, and as often the same one as another."""
    law = random_law(source)
    mixed = {word: (p + 1 / len(law)) / 2 for word, p in law.items()}
    return law, law if source.random() < 0.5 else mixed


def _informs(drawn: tuple[Law, Law], sign: int = 1) -> bool:
    """KL >= 0, and 0 exactly where both laws are equal."""
    law, other = drawn
    kl = sign * math.fsum(p * math.log(p / other[word]) for word, p in law.items())
    same = all(abs(p - other[word]) <= 1e-6 for word, p in law.items())
    return kl >= -ROUNDING and (same or kl > 1e-13)


def dependent_round_step(*premises: str) -> Step:
    """A round that holds two dependent tokens loses something, wherever it is taken."""
    return Step(
        name="dependent-round",
        premises=premises,
        conclusion=(
            "TC(X_S | x_C) is the KL of the law of X_S given x_C from the product of its "
            "marginals, so it is 0 only where these tokens are independent, each two of them too; "
            "so KL = 0 only if no round that is taken has two tokens that are dependent given x_C"
        ),
        certificate=Cited(
            "KL >= 0, with equality only for equal laws",
            "Cover and Thomas, Theorem 2.6.3",
            _laws,
            _informs,
        ),
        change="KL <= 0",
        twin=Cited("the same", "none: false", _laws, lambda drawn: _informs(drawn, -1)),
    )
