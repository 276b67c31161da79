"""Copy pairs under uniform noise that halves at every step: an error that falls geometrically.

At small noise an unequal pair stays so with chance (1 + 1/4)/2 = 5/8 in a step that halves the
noise; at larger noise with somewhat more, and equal pairs come apart with chance O(eta^2).
"""

from collections.abc import Iterator

import numpy as np
import sympy

from theory.bounds.revision.revised_pairs_every_grid import STEPS, RevisedPairs
from theory.bounds.theorem import Family, Parameter, Source, Theorem

CONSTANT, RATE = sympy.Rational(19, 10), sympy.Rational(13, 20)


def halving_grid(steps: int) -> tuple[float, ...]:
    """1, 1/2, 1/4, .., 2^-(N-1), 0."""
    return (*(2.0**-step for step in range(steps)), 0.0)


def _cases() -> Iterator[tuple[str, RevisedPairs]]:
    for symbols in (2, 3, 4, 16, 1000, 10**6):
        for steps in (*range(1, 11), 16, 24, 40):
            yield f"V={symbols}, N={steps}", RevisedPairs(symbols, halving_grid(steps))


def _steps(case: RevisedPairs) -> dict[str, float]:
    if case.grid != halving_grid(case.steps):
        raise ValueError(f"this theorem is about the grid 1, 1/2, 1/4, .., 0, got {case.grid}")
    return {"steps": case.steps}


theorem = Theorem[RevisedPairs](
    id="revised-pairs-halved-noise",
    title="Copy pairs under uniform noise that halves",
    statement=(
        "For copy pairs over any V >= 2 symbols under uniform noise, the exact denoiser and "
        "ancestral sampling along the grid 1, 1/2, 1/4, .., 2^-(N-1), 0 of N steps, a pair ends "
        "unequal with probability e_N <= 1.9 x 0.65^N. So SER <= (L/2) e_N, and N >= 2.33 log(0.95 "
        "L/delta) steps suffice for SER <= delta, where Bernoulli reveal takes a number of steps "
        "that is linear in L."
    ),
    kind="upper",
    source=Source("ours", "two states of a pair, constants in ball arithmetic", "ours"),
    takes=(Parameter(STEPS, "N, the steps of the grid", 1, np.inf, whole=True),),
    expression=CONSTANT * RATE**STEPS,
    formula=lambda steps: 1.9 * 0.65**steps,
    parameters=_steps,
    exact=lambda case: case.unequal,
    family=Family("V = 2, 3, 4, 16, 1000, 10^6; N = 1..10, 16, 24, 40", _cases),
    twin=lambda steps: 1.9 * 0.6**steps,
)
