"""Languages under schedules of Bernoulli reveal, which several families look at."""

import itertools
from collections.abc import Callable, Iterator
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


def _even(least: int = 1) -> Callable[[], Cases]:
    """Every language at every length, under uniform schedules of at least so many steps."""

    def cases() -> Cases:
        for name, language, length in at_lengths():
            for steps in EVEN:
                if steps >= least:
                    strategy = Bernoulli(linear(steps))
                    yield f"{name}, N={steps}", Generated(language, length, strategy)

    return cases


def _bernoulli() -> Cases:
    yield from _even()()
    for (name, language, length), schedule in zip(at_lengths(), itertools.cycle(UNEVEN)):
        yield f"{name}, a={schedule}", Generated(language, length, Bernoulli(schedule))


def _distinct() -> Cases:
    """Schedules under which all tokens can take different steps."""
    for name, case in _bernoulli():
        if len(case.schedule) >= case.length:
            yield name, case


EVEN_STEPS = "uniform schedules of 1, 2, 4, 8 and 64 steps"


BERNOULLI = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS} and three uneven ones", _bernoulli)


DISTINCT = Family(f"{BERNOULLI.words}, those of at least L steps", _distinct)


UNIFORM = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS}", _even())
