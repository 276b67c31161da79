"""Families of collisions: tokens that share a step, copy pairs, long chains."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs
from synthetic.sampling import Bernoulli, linear
from theory.bounds.cases import Generated
from theory.bounds.collisions.chain_collision_law import UniformChain
from theory.bounds.collisions.copy_pairs_largest_match import largest_probability
from theory.bounds.collisions.copy_pairs_linear_steps import LIMIT
from theory.bounds.theorem import Family
from theory.tightness.generated import DISTINCT, EVEN, EVEN_STEPS, UNIFORM, Cases
from theory.tightness.languages import (
    clock,
    golden_mean,
)


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


def _growing_steps() -> Cases:
    for power in range(7):
        yield f"N={4**power}", Generated(golden_mean(), 4, Bernoulli(linear(4**power)))


def _growing_chain() -> Cases:
    for length in (8, 16, 32, 64, 128):
        yield f"L=N={length}", UniformChain(golden_mean(), length, length)


def _growing_clock() -> Cases:
    for length in (8, 16, 32, 64, 128):
        yield f"L=N={length}", UniformChain(clock(), length, length)


LEARNED_PAIRS = (
    "{}; L = 2 and 4; 1, 4 and 64 steps; learning errors up to {} nats at random and in one peak"
)


FAMILIES = {
    "divergence-from-shared-steps": DISTINCT,
    "one-constant-remainder": DISTINCT,
    "error-from-shared-steps": UNIFORM,
    "collision-first-order": UNIFORM,
    "collision-first-order-lower": UNIFORM,
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
    "one-constant": Family("the golden mean, L = 4, N = 1, 4, .., 4096", _growing_steps),
    "chain-collision-law": Family("the golden mean, L = N = 8, 16, .., 128", _growing_chain),
    "mixture-collision-law": Family("the clock, L = N = 8, 16, .., 128", _growing_clock),
}
