"""Copy pairs under uniform noise: the recursion, enumeration, simulation and its two bounds."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs
from synthetic.metrics import enumerated_law, kl_divergence, sequence_error_rate
from synthetic.noise import Uniform, cosine_grid, geometric_grid
from synthetic.sampling import ancestral
from tests.synthetic.noise.noises import grids
from theory.laws import ancestral_law
from theory.laws.chains.copy_pairs_noise import (
    copy_pairs_noise_sequence_error_rate,
    copy_pairs_unequal,
    pair_step,
)


@settings(max_examples=30)
@given(st.integers(2, 4), grids(5), st.sampled_from([2, 3, 4]))
def test_the_recursion_is_the_enumerated_law(symbols: int, grid: Tensor, length: int) -> None:
    noise, language = Uniform(symbols), CopyPairs(symbols)
    law = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
    truth = enumerated_law(language, length)
    wanted = float(law[truth == 0].sum())
    rate = copy_pairs_noise_sequence_error_rate(symbols, grid, length=length)
    assert rate.value == pytest.approx(wanted, rel=1e-10, abs=1e-15)
    assert abs(rate.value - wanted) <= rate.error + 1e-12
    if wanted < 1:
        assert kl_divergence(truth, law) == pytest.approx(-math.log1p(-wanted), abs=1e-11)


def test_one_symbol_is_never_wrong_and_one_step_knows_nothing() -> None:
    assert copy_pairs_unequal(1, cosine_grid(4)) == 0
    assert copy_pairs_unequal(16, [1.0, 0.0]) == pytest.approx(15 / 16, rel=1e-14)


@settings(max_examples=30)
@given(st.integers(2, 20), grids(12))
def test_no_grid_does_better_than_halving(symbols: int, grid: Tensor) -> None:
    """e_N >= (1 - 1/V) 2^-(N-1), and no unequal pair becomes equal with chance above 1/2."""
    steps = len(grid) - 1
    least = (1 - 1 / symbols) * 2.0 ** -(steps - 1)
    assert copy_pairs_unequal(symbols, grid) >= least * (1 - 1e-12)
    for eta, lower in zip(grid.tolist()[1:-1], grid.tolist()[2:]):
        assert pair_step(symbols, eta, lower)[1] >= 0.5 - 1e-12


def test_the_halving_bound_is_sharp_and_could_fail() -> None:
    """Ever faster grids reach it; a bound a hundredth higher is refused."""
    fast = [1e-14**k for k in range(16)] + [0.0]
    least = 15 / 16 * 2.0**-15
    assert copy_pairs_unequal(16, fast) == pytest.approx(least, rel=1e-12)
    assert not copy_pairs_unequal(16, fast) >= 1.01 * least


@pytest.mark.parametrize("symbols", [2, 3, 16, 1000])
def test_ratio_one_half_falls_like_a_geometric_series(symbols: int) -> None:
    """e_N <= 2.35 x .738^N on eta_k = 2^-k; a rate of .6 is refused."""
    values = [
        copy_pairs_unequal(symbols, [*(2.0**-k for k in range(steps)), 0.0])
        for steps in range(1, 120)
    ]
    assert all(value <= 2.35 * 0.738**n for n, value in enumerate(values, 1))
    assert not all(value <= 2.35 * 0.6**n for n, value in enumerate(values, 1))
    assert values[-1] / values[-2] == pytest.approx(5 / 8, abs=1e-3)


def test_at_length_the_worst_case_of_masks_takes_twenty_steps() -> None:
    """V = 16, L = 16,384: SER .029 at N = 19 in the limit of fast grids."""
    fast = [1e-14**k for k in range(19)] + [0.0]
    rate = copy_pairs_noise_sequence_error_rate(16, fast, length=16_384)
    assert rate.value == pytest.approx(0.028872, abs=1e-6)
    assert rate.error < 1e-12


def test_simulation() -> None:
    """Within 3.3 standard deviations of 1,000 words; false alarms below 1e-3 (fixed seed)."""
    grid, length, noise = geometric_grid(6, 0.05), 16, Uniform(16)
    exact = copy_pairs_noise_sequence_error_rate(16, grid, length=length).value
    generator = torch.Generator().manual_seed(5)
    tokens = ancestral(
        NoisyOracle(CopyPairs(16), noise),
        noise,
        grid,
        length=length,
        count=1000,
        generator=generator,
    ).tokens
    simulated = sequence_error_rate(tokens, CopyPairs(16)).value
    assert abs(simulated - exact) < 3.3 * (exact * (1 - exact) / 1000) ** 0.5
