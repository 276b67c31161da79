"""Families of generated languages: reveal strategies, schedules and learning errors."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import torch
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs
from synthetic.sampling import Bernoulli, FirstHitting, FixedCount, linear
from theory.bounds.cases import Generated
from theory.bounds.collisions.chain_collision_law import UniformChain
from theory.bounds.collisions.copy_pairs_largest_match import largest_probability
from theory.bounds.collisions.copy_pairs_linear_steps import LIMIT
from theory.bounds.reveals.ngram_best_two_phase import best_first
from theory.bounds.reveals.ngram_token_error import enough_steps
from theory.bounds.reveals.ngram_two_phase import TwoPhase
from theory.bounds.reveals.sequence_error_enough_steps import ErrorTarget
from theory.tightness.family import Family
from theory.tightness.languages import (
    NGRAMS,
    WORDS,
    at_lengths,
    clock,
    golden_mean,
    languages,
    ngrams,
)

Cases = Iterator[tuple[str, Any]]

EVEN = (1, 2, 4, 8, 64)
UNEVEN = ((0.7, 0.2, 0.1), (0.1, 0.9), (0.5, 0.125, 0.125, 0.125, 0.125))
SIZES = {2: ((2,), (1, 1)), 3: ((3,), (2, 1), (1, 2)), 4: ((4,), (2, 2), (3, 1), (1, 1, 2))}


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


def _copy_pairs() -> Cases:
    for symbols, length in ((2, 2), (2, 4), (3, 4), (4, 2), (16, 2)):
        for steps in EVEN:
            yield (
                f"V={symbols}, L={length}, N={steps}",
                Generated(CopyPairs(symbols, device="cpu"), length, Bernoulli(linear(steps))),
            )


def peaked(symbols: int, peak: float) -> Denoiser:
    """Exact where the partner is revealed; else one symbol has probability `peak`, others the rest.

    For copy pairs of length 2: no denoiser with its learning error is right more often.
    """
    law = torch.full((symbols,), (1 - peak) / (symbols - 1), dtype=torch.float64, device="cpu")
    law[0] = peak

    def function(tokens: Tensor) -> Tensor:
        result = CopyPairs(symbols, device="cpu").posterior(tokens)
        result[(tokens == symbols).all(1)] = law.log()
        return result

    return as_denoiser(function, symbols)


def _learned_pairs(sizes: Sequence[int], most: float) -> Callable[[], Cases]:
    def cases() -> Cases:
        for symbols, share, steps in itertools.product(sizes, (0.0, 0.01, 0.5, 1.0), (1, 4, 64)):
            epsilon = share * most * (1 - 1e-9)
            language, strategy = CopyPairs(symbols, device="cpu"), Bernoulli(linear(steps))
            given = f"V={symbols}, N={steps}, {epsilon:.3g} nats"
            moved = Perturbed(Oracle(language), epsilon, "random")
            yield (
                f"{given} at random, L=4",
                Generated(language, 4 if symbols < 5 else 2, strategy, moved),
            )
            sharp = peaked(symbols, largest_probability(symbols, epsilon))
            yield f"{given} in one peak, L=2", Generated(language, 2, strategy, sharp)

    return cases


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


def _growing_steps() -> Cases:
    for power in range(7):
        yield f"N={4**power}", Generated(golden_mean(), 4, Bernoulli(linear(4**power)))


def _growing_chain() -> Cases:
    for length in (8, 16, 32, 64, 128):
        yield f"L=N={length}", UniformChain(golden_mean(), length, length)


def _growing_clock() -> Cases:
    for length in (8, 16, 32, 64, 128):
        yield f"L=N={length}", UniformChain(clock(), length, length)


EVEN_STEPS = "uniform schedules of 1, 2, 4, 8 and 64 steps"
BERNOULLI = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS} and three uneven ones", _bernoulli)
DISTINCT = Family(f"{BERNOULLI.words}, those of at least L steps", _distinct)
UNIFORM = Family(f"{WORDS} at L = 2, 3, 4; {EVEN_STEPS}", _even())
FIXED = Family(f"{WORDS} at L = 2, 3, 4; up to four lists of sizes each", _fixed_count)
LEARNED = Family(
    f"{WORDS} at L = 3; 1 and 4 steps; learning errors of 0.01 and 0.3 nats in three directions",
    _learned,
)
LEARNED_PAIRS = (
    "{}; L = 2 and 4; 1, 4 and 64 steps; learning errors up to {} nats at random and in one peak"
)

FAMILIES = {
    "error-from-divergence": BERNOULLI,
    "universal-path-bound": BERNOULLI,
    "left-riemann-identity": BERNOULLI,
    "divergence-from-shared-steps": DISTINCT,
    "one-constant-remainder": DISTINCT,
    "error-from-shared-steps": UNIFORM,
    "collision-first-order": UNIFORM,
    "collision-first-order-lower": UNIFORM,
    "doubling-sizes-bound": FIXED,
    "telescoped-sizes-bound": FIXED,
    "path-decomposition": LEARNED,
    "sequence-error-any-schedule": LEARNED,
    "first-hitting": Family(f"{WORDS} at L = 3; errors of 0 and 0.1 nats", _first_hitting),
    "copy-pairs-error": Family(f"V = 2, 3, 4, 16, L = 2, 4; {EVEN_STEPS}", _copy_pairs),
    "copy-pairs-pinsker": Family(
        LEARNED_PAIRS.format("V = 2, 3, 16", 0.4), _learned_pairs((2, 3, 16), 0.4)
    ),
    "copy-pairs-largest-match": Family(
        LEARNED_PAIRS.format("V = 2, 3, 16", 0.4), _learned_pairs((2, 3, 16), 0.4)
    ),
    "copy-pairs-linear-steps": Family(
        LEARNED_PAIRS.format("V = 16", "1/128"), _learned_pairs((16,), LIMIT)
    ),
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
    "one-constant": Family("the golden mean, L = 4, N = 1, 4, .., 4096", _growing_steps),
    "chain-collision-law": Family("the golden mean, L = N = 8, 16, .., 128", _growing_chain),
    "mixture-collision-law": Family("the clock, L = N = 8, 16, .., 128", _growing_clock),
}
