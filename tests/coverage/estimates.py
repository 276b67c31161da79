"""Cells of what is estimated from samples of a language, and of shares."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import Language, NGram, catalogue
from synthetic.mean_interval import Ends
from synthetic.metrics import enumerated_law, kl_divergence, proportion_estimate
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, linear
from tests.coverage.cell import Cell, ends
from theory.laws import (
    chain_token_error_rate,
    estimate_collision_constant,
    estimate_information_curve,
    finite_collision_constant,
    information_curve,
    output_law,
)

GOLDEN = NGram([2 / 3, 1 / 3], [[0.5, 0.5], [1.0, 0.0]])


def cells() -> Iterator[Cell]:
    """Gaps from exact p(x), entropies, constants and shares."""
    chain = catalogue.load("ngram2-v8")
    assert isinstance(chain, NGram)
    for steps, count in ((2, 200), (2, 1000), (16, 200)):
        yield _chain_gap(chain, "ngram2-v8, L = 4", 4, steps, count)
    for tiny in (1e-6, 1e-3):
        for count in (200, 2000):
            yield _chain_gap(smoothed(tiny), f"zeros smoothed by {tiny:g}", 5, 2, count)
    for count in (200, 2000):
        rare = NGram([0.9999, 5e-5, 5e-5], [[0.9999, 5e-5, 5e-5]] * 3)
        yield _entropy(rare, "a rare symbol, L = 2", 2, count)
        yield _entropy(chain, "ngram2-v8, L = 16", 16, count)
        yield _sampled(
            "collision constant",
            "no two ones in a row, L = 6",
            count,
            finite_collision_constant(GOLDEN, length=6).value,
            lambda g, n: estimate_collision_constant(GOLDEN, length=6, samples=n, generator=g),
        )
        curve = information_curve(chain, 4)
        yield _sampled(
            "path bound from the information curve",
            "ngram2-v8, L = 4, N = 2",
            count,
            curve.path_bound(linear(2)),
            lambda g, n: estimate_information_curve(chain, 4, n, g).path_bound(linear(2)),
        )
    for share in (0.0005, 0.01, 0.3):
        for count in (5, 200, 4000):
            yield _share(share, count)


def smoothed(tiny: float) -> NGram:
    """A chain whose zeros are none any more: p has mass on words that are never drawn."""
    base = NGram.random(2, 4, 2, 1.0, 0)
    table = base.transition.numpy()
    return NGram(base.initial.numpy(), table * (1 - tiny) + tiny / len(table))


def _sampled(
    kind: str,
    case: str,
    count: int,
    truth: float,
    estimate: Callable[[torch.Generator, int], Estimate],
    repeats: int = 300,
) -> Cell:
    """Intervals of an estimate that draws its own samples."""

    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        source = torch.Generator(device="cpu").manual_seed(int(chance.integers(2**62)))
        return ends(estimate(source, count) for _ in range(repeats))

    return Cell(kind, case, count, truth, intervals, repeats)


def _chain_gap(language: NGram, name: str, length: int, steps: int, count: int) -> Cell:
    law = output_law(Oracle(language), Bernoulli(linear(steps)), length=length)
    truth = kl_divergence(enumerated_law(language, length), law) / length

    def estimate(source: torch.Generator, samples: int) -> Estimate:
        return chain_token_error_rate(
            language,
            length=length,
            schedule=linear(steps),
            sequences=samples,
            generator=source,
        ).gap

    case = f"{name}, L = {length}, N = {steps}" if "L =" not in name else f"{name}, N = {steps}"
    return _sampled("TER gap, exact p(x)", case, count, truth, estimate, repeats=100)


def _entropy(language: Language, name: str, length: int, count: int) -> Cell:
    return _sampled(
        "entropy",
        name,
        count,
        language.entropy(length).value,
        lambda source, samples: language.estimate_entropy(length, samples, source),
    )


def _share(share: float, count: int) -> Cell:
    @cache
    def interval(successes: int) -> tuple[float, float]:
        one = proportion_estimate(successes, count, "share")
        return one.low, one.high

    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        low, high = zip(
            *(interval(int(each)) for each in chance.binomial(count, share, size=repeats)),
            strict=True,
        )
        return Ends(np.array(low), np.array(high))

    return Cell("share", f"{share:g}", count, share, intervals)
