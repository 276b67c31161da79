"""Theorems on revised tokens: the limits of fast grids against the exact law at a fast grid."""

import itertools
import math

import pytest
import torch

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, Finite, enumerate_sequences
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.noise import Uniform, cosine_grid, linear_grid
from synthetic.sampling.ancestral import AncestralSampler
from theory.bounds.revision.one_hot_revised import RevisedBlocks
from theory.bounds.revision.permutations_revised import RevisedPermutations
from theory.bounds.revision.revised_distance import SmallNoise
from theory.bounds.revision.revised_pairs_every_grid import RevisedPairs
from theory.bounds.revision.revised_pairs_halved_noise import halving_grid
from theory.bounds.revision.revised_total_variation import spread
from theory.laws import ancestral_law


def fast(steps: int) -> tuple[float, ...]:
    """1, 1e-6, 1e-12, .., 0."""
    return (*(10.0 ** (-6 * step) for step in range(steps)), 0.0)


def error(language: CopyPairs | Finite, grid: tuple[float, ...], length: int) -> float:
    noise = Uniform(language.vocab_size)
    law = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
    return sequence_error_rate_of_law(law, enumerated_law(language, length))


def uniform(words: list[tuple[int, ...]]) -> Finite:
    tokens = torch.tensor(words, device="cpu")
    return Finite(tokens, torch.full((len(words),), 1 / len(words), dtype=torch.float64))


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_pairs_permutations_and_blocks(steps: int) -> None:
    for grid in (fast(steps), halving_grid(steps)):
        for symbols in (2, 3):
            pair = RevisedPairs(symbols, grid)
            assert pair.steps == steps
            law = error(CopyPairs(symbols, device="cpu"), grid, 2)
            assert pair.unequal == pytest.approx(law, rel=1e-9)
    for size in (2, 3):
        words = list(itertools.permutations(range(size)))
        limit = RevisedPermutations(size, steps).sequence_error_rate
        assert error(uniform(words), fast(steps), size) == pytest.approx(limit, abs=1e-4)
    for size in (2, 3, 5):
        ones = [tuple(int(i == j) for i in range(size)) for j in range(size)]
        block = RevisedBlocks(1, size, steps)
        assert block.sequence_error_rate == pytest.approx(block.wrong)
        assert error(uniform(ones), fast(steps), size) == pytest.approx(block.wrong, abs=1e-4)


def test_a_grid_that_does_not_halve_is_refused() -> None:
    from theory.bounds import THEOREMS

    with pytest.raises(ValueError, match="is about the grid 1, 1/2, 1/4"):
        THEOREMS["revised-pairs-halved-noise"].bound_of(RevisedPairs(2, (1.0, 0.3, 0.0)))


def test_the_limit_of_small_noise_is_the_sampler_at_small_noise() -> None:
    """A step from each noisy word at level 1e-9 on a chain and on copies of two bits."""
    words = [(0, 0, 1), (0, 1, 2), (2, 2, 0), (1, 0, 1)]
    weights = (0.4, 0.3, 0.2, 0.1)
    tokens = torch.tensor(words, device="cpu")
    language = Finite(tokens, torch.tensor(weights, dtype=torch.float64))
    noise = Uniform(3)
    sampler = AncestralSampler(NoisyOracle(language, noise), noise)
    noisy = enumerate_sequences(3, 3)
    kernel = sampler.kernel(noisy, 1e-9, 3e-10).exp()
    for word, law in zip(noisy.tolist(), kernel):
        case = SmallNoise(tuple(words), weights, tuple(word), 0.3)
        product = law[0][:, None, None] * law[1][None, :, None] * law[2][None, None, :]
        away = (noisy.unsqueeze(1) != tokens).sum(dim=2).amin(dim=1)
        mean = float((product.flatten() * away).sum())
        assert case.mean_distance == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize(("symbols", "steps"), [(2, 1), (2, 9), (3, 64), (16, 500)])
def test_the_steps_of_the_cosine_grid_sum_to_what_the_theorem_says(
    symbols: int, steps: int
) -> None:
    most = math.pi**2 * max(8, (symbols + 1) ** 2 / 4) / steps
    assert spread(symbols, cosine_grid(steps).tolist()) <= most
    assert spread(symbols, linear_grid(100).tolist()) > spread(symbols, cosine_grid(100).tolist())
