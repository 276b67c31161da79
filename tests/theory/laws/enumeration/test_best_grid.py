"""The best grid: its law against the other algorithm, its optimum against its neighbours."""

import math

import pytest
import torch

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, Finite, Language, NGram, catalogue
from synthetic.metrics import kl_divergence, sequence_error_rate_of_law, total_variation
from synthetic.noise import Uniform, cosine_grid, geometric_grid, linear_grid, log_odds_grid
from theory.laws import ancestral_law
from theory.laws.enumeration.best_grid import METRICS, SmallLaw, best_grid
from theory.laws.enumeration.counted_bits_noise import counted_bits_noise_law

CHAIN = NGram.random(2, 3, 2, 1.0, 0, device="cpu")
FULL = NGram.random(2, 2, 2, 1.0, 0, device="cpu")
PARITY = catalogue.load("even-ones")


@pytest.mark.parametrize(("language", "length"), [(CHAIN, 3), (PARITY, 5), (FULL, 4)])
def test_its_law_is_that_of_the_other_algorithm(language: Language, length: int) -> None:
    law, noise = SmallLaw(language, length), Uniform(language.vocab_size)
    for grid in (linear_grid(1), cosine_grid(4), geometric_grid(5, 1e-12), log_odds_grid(4, 1e-3)):
        wanted = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
        small = law(torch.logit(grid[1:-1]))
        torch.testing.assert_close(small, wanted, rtol=1e-9, atol=1e-16)
        values = law.metrics(small)
        truth = law.language_law
        exact = (
            kl_divergence(truth, wanted),
            sequence_error_rate_of_law(wanted, truth),
            total_variation(truth, wanted),
        )
        assert [values[name].item() for name in METRICS] == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_no_plain_grid_and_no_neighbour_is_better(metric: str) -> None:
    best, law = best_grid(CHAIN, metric, length=3, steps=4), SmallLaw(CHAIN, 3)

    def value(grid: torch.Tensor) -> float:
        return law.metrics(law(torch.logit(grid[1:-1])))[metric].item()

    assert value(best.levels) == pytest.approx(best.value, rel=1e-9)
    for grid in (linear_grid(4), cosine_grid(4), geometric_grid(4), log_odds_grid(4)):
        assert best.value < value(grid)
    for place in range(1, 4):
        for factor in (0.8, 1.25):
            moved = best.levels.clone()
            moved[place] *= factor
            # SER falls a little further below the least level that is looked at
            assert best.value < value(moved) * (1 + (1e-3 if "error" in metric else 1e-6))


def test_of_copy_pairs_the_best_grid_falls_without_end() -> None:
    """e_N >= (1 - 1/V) 2^-(N-1) on every grid, sharp as levels fall ever faster."""
    for steps in (1, 2, 3):
        best = best_grid(CopyPairs(2, device="cpu"), "sequence_error_rate", length=2, steps=steps)
        least = 0.5 * 2.0 ** -(steps - 1)
        assert least <= best.value * (1 + 1e-9)
        assert best.value == pytest.approx(least, rel=1e-3)
    assert best.levels[-2] < 1e-2 * best.levels[-3]


def test_grids_of_few_steps_lose_a_needle() -> None:
    """Words 0^64 and 1^64 of .9 and .1: the table of docs/revisable_tokens.md, section 13."""
    words = torch.tensor([[0] * 64, [1] * 64], device="cpu")
    needle = Finite(words, torch.tensor([0.9, 0.1], dtype=torch.float64))
    last = 0.01 / 64
    grids = (linear_grid(8), cosine_grid(8), geometric_grid(8, last), log_odds_grid(8, last))
    for grid, wanted in zip(grids, (0.0239, 0.0567, 1.2749, 0.2061), strict=True):
        law = counted_bits_noise_law(needle, grid, length=64)
        divergence = 0.9 * math.log(0.9 / law[0]) + 0.1 * math.log(0.1 / law[-1])
        assert divergence == pytest.approx(wanted, abs=1e-4)
        assert law[1:-1].sum() < 1e-8


def test_wrong_arguments_are_one_line() -> None:
    with pytest.raises(ValueError, match="the metric is one of divergence"):
        best_grid(CHAIN, "kl", length=3, steps=2)
    with pytest.raises(ValueError, match=r"over 256 sequences, got 3\^6"):
        best_grid(CHAIN, "divergence", length=6, steps=2)
    with pytest.raises(ValueError, match="every sequence is a word"):
        best_grid(FULL, "sequence_error_rate", length=2, steps=2)
    with pytest.raises(ValueError, match="steps"):
        best_grid(CHAIN, "divergence", length=3, steps=0)
