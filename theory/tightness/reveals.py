"""Families of generated languages: reveal strategies, schedules and learning errors."""

import itertools
from collections.abc import Callable
from typing import Literal

from synthetic.denoisers import Oracle, Perturbed
from synthetic.sampling import Bernoulli, FirstHitting, FixedCount, linear
from theory.bounds.cases import Generated
from theory.bounds.reveals.ngram_best_two_phase import best_first
from theory.bounds.reveals.ngram_token_error import enough_steps
from theory.bounds.reveals.ngram_two_phase import TwoPhase
from theory.bounds.reveals.sequence_error_enough_steps import ErrorTarget
from theory.bounds.theorem import Family
from theory.tightness.generated import BERNOULLI, Cases
from theory.tightness.languages import (
    NGRAMS,
    WORDS,
    at_lengths,
    languages,
    ngrams,
)

SIZES = {2: ((2,), (1, 1)), 3: ((3,), (2, 1), (1, 2)), 4: ((4,), (2, 2), (3, 1), (1, 1, 2))}


def _fixed_count() -> Cases:
    for name, language, length in at_lengths():
        for sizes in SIZES[length]:
            yield f"{name}, s={sizes}", Generated(language, length, FixedCount(sizes))


def _learned() -> Cases:
    """Each language at length 3 with an error of 0.01 and 0.3 nats in three directions."""
    directions: tuple[Literal["uniform", "mode", "random"], ...] = ("uniform", "mode", "random")
    for name, language in languages().items():
        for kind, epsilon, steps in itertools.product(directions, (0.01, 0.3), (1, 4)):
            denoiser = Perturbed(Oracle(language), epsilon, kind)
            strategy = Bernoulli(linear(steps))
            yield (
                f"{name}, L=3, N={steps}, {kind} error {epsilon}",
                Generated(language, 3, strategy, denoiser),
            )


def _first_hitting() -> Cases:
    for name, language, length in at_lengths():
        if length == 3:
            yield f"{name}, exact", Generated(language, length, FirstHitting())
            wrong = Perturbed(Oracle(language), 0.1, "random")
            yield f"{name}, 0.1 nats", Generated(language, length, FirstHitting(), wrong)


def _two_phase(which: str) -> Callable[[], Cases]:
    """n-grams of at most four tokens; `which` sets the steps and the first one."""

    def cases() -> Cases:
        for (name, language), length in itertools.product(ngrams().items(), (2, 4)):
            for steps, first in itertools.product((2, 5, 17), (1.0, 0.7, 0.5, 0.25)):
                if which == "enough":
                    steps = enough_steps(language.order, first)
                if which == "best":
                    if steps - 1 < (language.order - 1) ** 2 or first < 1:
                        continue
                    first = best_first(language.order, steps)
                if steps <= 64:
                    case = TwoPhase(language, length, steps, first)
                    yield f"{name}, L={length}, N={steps}, a_1={first:.3g}", case

    return cases


def _targets() -> Cases:
    for name, language, length in at_lengths():
        for delta in (0.25, 1.0, 4.0):
            kind: Literal["uniform", "mode"] = "uniform" if delta < 1 else "mode"
            case = ErrorTarget(language, length, delta, kind)
            yield f"{name}, delta={delta}, {kind} error", case


FIXED = Family(f"{WORDS} at L = 2, 3, 4; up to four lists of sizes each", _fixed_count)


LEARNED = Family(
    f"{WORDS} at L = 3; 1 and 4 steps; learning errors of 0.01 and 0.3 nats in three directions",
    _learned,
)


FAMILIES = {
    "error-from-divergence": BERNOULLI,
    "universal-path-bound": BERNOULLI,
    "left-riemann-identity": BERNOULLI,
    "doubling-sizes-bound": FIXED,
    "telescoped-sizes-bound": FIXED,
    "path-decomposition": LEARNED,
    "sequence-error-any-schedule": LEARNED,
    "first-hitting": Family(f"{WORDS} at L = 3; errors of 0 and 0.1 nats", _first_hitting),
    "ngram-two-phase": Family(
        f"{NGRAMS} at L = 2 and 4; N = 2, 5, 17, a_1 = 1, 0.7, 0.5, 0.25", _two_phase("any")
    ),
    "ngram-best-two-phase": Family(
        f"{NGRAMS} at L = 2 and 4; N = 2, 5, 17 with the best a_1", _two_phase("best")
    ),
    "ngram-token-error": Family(
        f"{NGRAMS} at L = 2 and 4; a_1 = 1, 0.7, 0.5, 0.25 with the fewest steps, up to 64",
        _two_phase("enough"),
    ),
    "sequence-error-enough-steps": Family(
        f"{WORDS} at L = 2, 3, 4; delta = 1/4, 1, 4 with the fewest steps and the largest error",
        _targets,
    ),
}
