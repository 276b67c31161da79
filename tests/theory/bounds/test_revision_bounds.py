"""Theorems on revised tokens: the limits of fast grids against the exact law at a fast grid."""

import itertools

import pytest
import torch

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, Finite
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.noise import Uniform
from theory.bounds.revision.one_hot_revised import RevisedBlocks
from theory.bounds.revision.permutations_revised import RevisedPermutations
from theory.bounds.revision.revised_pairs_every_grid import RevisedPairs
from theory.bounds.revision.revised_pairs_halved_noise import halving_grid
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
