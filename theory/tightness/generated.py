"""Languages under schedules of Bernoulli reveal, which several families look at."""

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

from synthetic.sampling import Bernoulli, linear
from theory.bounds.cases import Generated
from theory.bounds.theorem import Family
from theory.tightness.languages import (
    WORDS,
    at_lengths,
)

Cases = Iterator[tuple[str, Any]]


EVEN = (1, 2, 4, 8, 64)


UNEVEN = ((0.7, 0.2, 0.1), (0.1, 0.9), (0.5, 0.125, 0.125, 0.125, 0.125))


@cache
def _even() -> tuple[tuple[str, Generated], ...]:
    """Every language at every length under uniform schedules; kept, since a case computes its law
    once for all theorems that look at it."""
    return tuple(
        (f"{name}, N={steps}", Generated(language, length, Bernoulli(linear(steps))))
        for name, language, length in at_lengths()
        for steps in EVEN
    )


@cache
def _uneven() -> tuple[tuple[str, Generated], ...]:
    """Every language at every length under one of the other schedules each, kept likewise."""
    return tuple(
        (f"{name}, a={schedule}", Generated(language, length, Bernoulli(schedule)))
        for (name, language, length), schedule in zip(at_lengths(), itertools.cycle(UNEVEN))
    )


def _bernoulli() -> Cases:
    yield from (*_even(), *_uneven())


def _distinct() -> Cases:
    """Schedules under which all tokens can take different steps."""
    for name, case in _bernoulli():
        if len(case.schedule) >= case.length:
            yield name, case


EVEN_STEPS = "uniform schedules of 1, 2, 4, 8 and 64 steps"


BERNOULLI = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS} and three uneven ones", _bernoulli)


DISTINCT = Family(f"{BERNOULLI.words}, those of at least L steps", _distinct)


UNIFORM = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS}", lambda: iter(_even()))
