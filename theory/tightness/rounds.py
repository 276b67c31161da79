"""Families of one round: joint laws of the tokens that are drawn at once, answers to a prompt."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.bounds.policies.deterministic_answer import replace_index, replace_random, shuffle
from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.policies.several_tokens import TokensAtOnce
from theory.tightness.family import Family

Cases = Iterator[tuple[str, Any]]

SHAPES = ((2, 2), (2, 3), (2, 4), (3, 2), (3, 3))


def _repeated(size: int, tokens: int) -> NDArray[np.float64]:
    """One uniform symbol, repeated."""
    law = np.zeros((size,) * tokens)
    for symbol in range(size):
        law[(symbol,) * tokens] = 1 / size
    return law


def _apart(size: int, tokens: int, doubt: float) -> NDArray[np.float64]:
    """The word 0..0, or with probability `doubt` each a word that differs from it at one token."""
    law = np.zeros((size,) * tokens)
    for token in range(tokens):
        law[tuple(int(token == other) for other in range(tokens))] = doubt
    law[(0,) * tokens] = 1 - tokens * doubt
    return law


def _laws() -> Iterator[tuple[str, NDArray[np.float64]]]:
    for size, tokens in SHAPES:
        given = f"V={size}, n={tokens}"
        yield f"{given}, repeated", _repeated(size, tokens)
        for doubt in (0.01, 0.1):
            yield f"{given}, apart by {doubt}", _apart(size, tokens, doubt)
        for seed, kept in itertools.product(range(3), (0.05, 0.5, 1.0)):
            noise = np.random.default_rng(seed).exponential(size=(size,) * tokens)
            point = np.zeros_like(noise)
            point[(0,) * tokens] = 1.0
            law = kept * noise / noise.sum() + (1 - kept) * point
            yield f"{given}, seed {seed}, {kept} random", law


def _joints() -> Cases:
    for name, law in _laws():
        yield name, Joint(law)


def _at_once() -> Cases:
    for name, law in _laws():
        tokens = law.ndim
        marginals = np.stack(
            [law.sum(tuple({*range(tokens)} - {place})) for place in range(tokens)]
        )
        for share in (0.0, 0.3):
            drawn = (1 - share) * marginals + share / law.shape[0]
            yield f"{name}, {share} of uniform", TokensAtOnce(law, drawn)


def _replaced() -> Cases:
    for items in range(2, 10):
        yield f"n={items}", replace_index(items, items // 2)


def _replaced_anywhere() -> Cases:
    for items in range(2, 40):
        yield f"n={items}", replace_random(items)


def _shuffled() -> Cases:
    for items in range(2, 8):
        yield f"n={items}", shuffle(items)


JOINTS = Family(
    "60 joint laws of 2 to 4 tokens, V = 2, 3: repeated, differing at one token, random, and near "
    "a point mass",
    _joints,
)

FAMILIES = {
    "entropy-bounded-certificate": JOINTS,
    "confident-argmax": JOINTS,
    "frechet-bound": JOINTS,
    "independence-test": JOINTS,
    "several-tokens": Family(
        f"{JOINTS.words}; drawn from their marginals and from those with 0.3 of uniform", _at_once
    ),
    "replace-index": Family("lists of 2 to 9 items", _replaced),
    "replace-random": Family("lists of 2 to 39 items", _replaced_anywhere),
    "shuffle": Family("lists of 2 to 7 items", _shuffled),
}
