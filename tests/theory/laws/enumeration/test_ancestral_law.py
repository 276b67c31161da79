"""The exact law of ancestral sampling: enumerated chance, Bernoulli reveal, paths, simulation."""

import itertools
import math
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import NoisyDenoiser, NoisyOracle, NoisyPerturbed, Oracle
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import enumerated_law, kl_divergence, total_variation
from synthetic.noise import (
    Absorbing,
    Hybrid,
    Noise,
    Uniform,
    check_grid,
    cosine_grid,
    geometric_grid,
    linear_grid,
)
from synthetic.sampling import Bernoulli, ancestral
from synthetic.sampling.ancestral import AncestralSampler
from synthetic.sampling.chance import Chance
from tests.generators import SEEDS, ngrams
from tests.synthetic.noise.noises import grids, noises
from theory.laws import ancestral_law, output_law, trajectory_divergence
from theory.laws.enumeration.all_outcomes import all_outcomes
from theory.laws.enumeration.ancestral_law import noisy_law, step_laws

CHAIN = NGram([0.5, 0.3, 0.2], [[0.5, 0.5, 0], [0, 0.1, 0.9], [0.6, 0, 0.4]])


def by_chance(denoiser: NoisyDenoiser, noise: Noise, grid: Tensor, length: int) -> Tensor:
    """The law (V^L,) by the sampler's own rule with every outcome of its chance."""
    sampler = AncestralSampler(denoiser, noise, predicted_token=True)
    states = enumerate_sequences(noise.shown, length)
    places = noise.shown ** torch.arange(length - 1, -1, -1)
    law = noise.law()[states].prod(1)
    for eta, lower in itertools.pairwise(grid.tolist()):

        def rule(chance: Chance, rows: Tensor, at: float = eta, to: float = lower) -> Tensor:
            tokens = states[rows]
            outcome, _ = sampler.step(tokens, torch.ones_like(tokens).bool(), at, to, chance)
            return outcome

        alive = (law > 0).nonzero().flatten()
        rows, probability, outcome = all_outcomes(rule, alive, 2**22)
        after = torch.zeros_like(law)
        after.index_add_(0, (outcome * places).sum(1), law[rows] * probability)
        law = after
    return law[(states < noise.vocab_size).all(1)]


@settings(max_examples=15)
@given(st.integers(2, 3).flatmap(noises), grids(3), st.integers(1, 2), SEEDS)
def test_law_is_that_of_enumerated_chance(
    noise: Noise, grid: Tensor, length: int, seed: int
) -> None:
    size = noise.vocab_size
    language = NGram.random(2, size, size - 1, 1.0, 0) if size > 2 else CopyPairs(2)
    denoiser = NoisyPerturbed(NoisyOracle(language, noise), 0.05, "random", seed)
    law = ancestral_law(denoiser, noise, grid, length=length)
    wanted = by_chance(denoiser, noise, grid, length)
    torch.testing.assert_close(law, wanted, rtol=1e-11, atol=1e-300)
    torch.testing.assert_close(law.sum(), torch.ones_like(law[0]), rtol=1e-12, atol=0)


def test_eighty_one_states_by_enumerated_chance() -> None:
    noise, grid = Uniform(3), cosine_grid(2)
    denoiser = NoisyOracle(CHAIN, noise)
    law = ancestral_law(denoiser, noise, grid, length=4)
    wanted = by_chance(denoiser, noise, grid, 4)
    torch.testing.assert_close(law, wanted, rtol=1e-11, atol=0)
    other = ancestral_law(denoiser, noise, linear_grid(2), length=4)
    assert total_variation(law, other) > 0.01  # the broken twin: another grid


@settings(max_examples=20)
@given(ngrams(most=3), grids(5), st.integers(1, 3))
def test_absorbing_noise_is_bernoulli_reveal(language: NGram, grid: Tensor, length: int) -> None:
    noise = Absorbing(language.vocab_size)
    law = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
    schedule = (grid[:-1] - grid[1:]).tolist()
    wanted = output_law(Oracle(language), Bernoulli(schedule), length=length)
    torch.testing.assert_close(law, wanted, rtol=0, atol=1e-12)


def test_simulation_agrees_with_the_law() -> None:
    """Every frequency within 5 standard deviations (plus one count): false alarms below 1e-4."""
    count, length = 20_000, 4
    for noise in (Uniform(3), Hybrid(3, 0.5)):
        denoiser, grid = NoisyOracle(CHAIN, noise), geometric_grid(4, 0.01)
        law = ancestral_law(denoiser, noise, grid, length=length)
        generator = torch.Generator().manual_seed(3)
        tokens = ancestral(
            denoiser, noise, grid, length=length, count=count, generator=generator
        ).tokens
        places = 3 ** torch.arange(length - 1, -1, -1)
        computed = torch.bincount((tokens * places).sum(1), minlength=81)
        error = (computed / count - law).abs()
        assert bool((error <= 5 * (law * (1 - law) / count).sqrt() + 1 / count).all())


@pytest.mark.parametrize("noise", [Uniform(2), Hybrid(2, 0.4), Absorbing(2)])
@pytest.mark.parametrize("epsilon", [0.0, 0.05])
def test_trajectory_divergence_is_that_of_all_paths(noise: Noise, epsilon: float) -> None:
    """KL of two joint laws of the words at all levels, listed path by path."""
    language = NGram([0.7, 0.3], [[0.9, 0.1], [1, 0]])
    length, grid = 2, check_grid([1.0, 0.4, 0.1, 0.0])
    oracle = NoisyOracle(language, noise)
    denoiser = NoisyPerturbed(oracle, epsilon)
    states = enumerate_sequences(noise.shown, length)
    count = len(states)
    truth = noisy_law(enumerated_law(language, length), noise, 0.0, length)
    forward, model = truth, noise.law()[states].prod(1)
    levels = grid.tolist()
    for lower, eta in reversed(list(zip(levels[1:], levels))):
        up = torch.kron(noise.kernel(lower, eta), noise.kernel(lower, eta))
        forward = forward.unsqueeze(-1) * up.view((1,) * (forward.dim() - 1) + (count, count))
    sampler = AncestralSampler(denoiser, noise)
    for eta, lower in itertools.pairwise(levels):
        step = torch.zeros((count, count), dtype=torch.float64)
        seen = (noise.law()[states].prod(1) > 0) | (eta < 1)  # at level 1, what the prior gives
        kernel = sampler.kernel(states[seen], eta, lower).exp()
        step[seen] = (kernel[:, 0, :, None] * kernel[:, 1, None, :]).flatten(1)
        model = model.unsqueeze(-1) * step.view((1,) * (model.dim() - 1) + (count, count))
    model = model.permute(tuple(reversed(range(model.dim()))))
    terms = torch.where(forward > 0, forward * (forward / model).log(), 0.0)
    computed = trajectory_divergence(oracle, grid, length=length, denoiser=denoiser)
    assert computed.trajectory == pytest.approx(float(terms.sum()), abs=1e-12)
    law = ancestral_law(denoiser, noise, grid, length=length)
    assert computed.marginal == kl_divergence(enumerated_law(language, length), law)
    assert computed.marginal < computed.trajectory - 1e-3  # two numbers, two names


def test_divergence_is_infinite_where_a_word_is_missed() -> None:
    noise = Uniform(2)
    language, wrong = CopyPairs(2), NGram([1.0, 0.0], [[1, 0], [0, 1]])
    grid = check_grid([1.0, 0.0])
    computed = trajectory_divergence(
        NoisyOracle(language, noise), grid, length=2, denoiser=NoisyOracle(wrong, noise)
    )
    assert computed.trajectory == computed.marginal == math.inf


def test_orders_in_the_number_of_steps() -> None:
    """Uniform noise on the cosine grid: KL falls fourfold at twice the steps; masked twofold."""
    length = 4
    truth = enumerated_law(CHAIN, length)
    uniform, absorbing = Uniform(3), Absorbing(3)
    values: dict[str, list[float]] = {"uniform": [], "absorbing": []}
    for steps in (16, 32):
        for name, noise, grid in (
            ("uniform", uniform, cosine_grid(steps)),
            ("absorbing", absorbing, linear_grid(steps)),
        ):
            law = ancestral_law(NoisyOracle(CHAIN, noise), noise, grid, length=length)
            values[name].append(kl_divergence(truth, law))
    assert 3.3 < values["uniform"][0] / values["uniform"][1] < 4.5
    assert 1.8 < values["absorbing"][0] / values["absorbing"][1] < 2.2


def test_four_thousand_states_take_seconds() -> None:
    language = NGram([0.5, 0.5], [[0.9, 0.1], [0.6, 0.4]])
    noise = Uniform(2)
    start = time.process_time()
    laws = step_laws(NoisyOracle(language, noise), noise, cosine_grid(4), length=12)
    assert time.process_time() - start < 10
    assert len(laws) == 5
    torch.testing.assert_close(laws[-1].sum(), torch.ones_like(laws[0][0]))


def test_too_many_states_are_one_line() -> None:
    noise = Uniform(2)
    with pytest.raises(ValueError, match=r"needs 2\^15 noisy sequences, allowed are 16384"):
        ancestral_law(NoisyOracle(CopyPairs(2), noise), noise, [1.0, 0.0], length=15)
