"""Losses of denoisers of noisy tokens at the true conditionals, against enumeration."""

import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad
from torch import Tensor

from synthetic.denoisers import NoisyOracle, NoisyPerturbed, as_noisy_denoiser, leave_one_out
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.languages.language import Language
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform, geometric_grid
from synthetic.training import (
    DenoisingCrossEntropy,
    HalfLogUniform,
    LevelsOfGrid,
    LogUniform,
    UniformBound,
)
from synthetic.training.noisy_objective import NoisyPredictor

TINY = NGram([0.5, 0.3, 0.2], [[0.7, 0.3, 0.0], [0.1, 0.2, 0.7], [0.5, 0.0, 0.5]])
PAIRS = CopyPairs(2, device="cpu")
ANY: Any = (Absorbing(3), LevelsOfGrid((1.0, 0.0)), 3)  # parts that do not fit
GRID = (1.0, 0.5, 0.02, 0.0)


def pairs_of(
    language: Language, noise: Noise, length: int, eta: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Every word with every noisy form of it, and their joint probabilities."""
    words = enumerate_sequences(language.vocab_size, length, "cpu")
    words = words[language.contains(words)]
    noisy = enumerate_sequences(noise.shown, length, "cpu")
    clean = words.repeat_interleave(len(noisy), dim=0)
    seen = noisy.repeat(len(words), 1)
    chance = noise.likelihood(seen, eta).gather(-1, clean.unsqueeze(-1)).squeeze(-1).prod(-1)
    chance = chance * language.log_prob(clean).exp()
    keep = chance > 0
    return clean[keep], seen[keep], chance[keep]


def cross_entropy_at(
    denoiser: NoisyPredictor, language: Language, noise: Noise, length: int, eta: float
) -> float:
    """E[-log p(x_i | y)] per token at one level."""
    clean, seen, chance = pairs_of(language, noise, length, eta)
    rows = denoiser(seen, torch.full(seen.shape, eta, dtype=torch.float64))
    return -float(chance @ rows.gather(-1, clean.unsqueeze(-1)).squeeze(-1).mean(1))


def conditional_entropy_at(language: Language, noise: Noise, length: int, eta: float) -> float:
    """sum_i H(x_i | y) / L from the joint table alone, by no denoiser."""
    clean, seen, chance = pairs_of(language, noise, length, eta)
    code = (seen * noise.shown ** torch.arange(length)).sum(1)
    total = 0.0
    for place in range(length):
        joint = torch.zeros(noise.shown**length, language.vocab_size, dtype=torch.float64)
        joint.index_put_((code, clean[:, place]), chance, accumulate=True)
        given = joint.sum(1, keepdim=True).expand_as(joint)
        total -= float(torch.special.xlogy(joint, joint / given).nan_to_num(0.0).sum())
    return total / length


def mean_over(law: HalfLogUniform, function: Callable[[float], float]) -> float:
    """The mean of a function of the level, by quadrature on each half."""
    flat = quad(function, 0, 1, epsabs=1e-6, epsrel=1e-5)[0]
    steep = quad(lambda v: function(law.least**v), 0, 1, epsabs=1e-6, epsrel=1e-5)[0]
    return (flat + steep) / 2


@pytest.mark.parametrize("noise", [Uniform(3), Absorbing(3), Hybrid(3, 0.3)], ids=str)
@pytest.mark.parametrize("eta", [1.0, 0.4, 0.01])
def test_cross_entropy_at_the_truth_is_the_conditional_entropy(noise: Noise, eta: float) -> None:
    oracle = NoisyOracle(TINY, noise)
    computed = cross_entropy_at(oracle, TINY, noise, 3, eta)
    assert computed == pytest.approx(conditional_entropy_at(TINY, noise, 3, eta), abs=1e-12)
    # The broken twin: what the other tokens say alone.
    others = as_noisy_denoiser(
        lambda tokens, level: leave_one_out(oracle(tokens, level), tokens, level, noise), 3
    )
    if not isinstance(noise, Absorbing) and eta < 1:
        assert cross_entropy_at(others, TINY, noise, 3, eta) > computed + 1e-3


@pytest.mark.parametrize("noise", [Uniform(3), Hybrid(3, 0.3)], ids=str)
@pytest.mark.parametrize("levels", [HalfLogUniform(0.01), LevelsOfGrid(GRID)], ids=str)
def test_the_loss_has_the_enumerated_mean(noise: Noise, levels: Any) -> None:
    """A mean of 20,000 within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = TINY.sample(20_000, 3, generator)
    objective = DenoisingCrossEntropy(noise, levels)
    losses = objective.loss(NoisyOracle(TINY, noise), words, generator)

    def at(eta: float) -> float:
        return conditional_entropy_at(TINY, noise, 3, eta)

    grid = sum(at(eta) for eta in GRID[:-1]) / 3
    mixed = mean_over(HalfLogUniform(0.01), at)
    expected, other = (grid, mixed) if isinstance(levels, LevelsOfGrid) else (mixed, grid)
    error = float(losses.std()) / math.sqrt(len(losses))
    assert losses.shape == (20_000,)
    assert abs(float(losses.mean()) - expected) < 5 * error
    assert abs(float(losses.mean()) - other) > 5 * error


def bound_integrand(
    predictor: NoisyPredictor, language: Language, length: int, eta: float
) -> float:
    """The bound's integrand over levels per token, enumerated."""
    noise = Uniform(language.vocab_size)
    clean, seen, chance = pairs_of(language, noise, length, eta)
    levels = torch.full(seen.shape, eta, dtype=torch.float64)
    law = predictor(seen, levels).softmax(-1)
    rates = UniformBound(noise).rate(law, clean, seen, levels)
    return float(chance @ rates.mean(1)) / (1 - eta)


def bound_of(predictor: NoisyPredictor, language: Language, length: int) -> float:
    """The bound per token, by Gauss-Legendre quadrature over levels in three pieces."""
    nodes, weights = leggauss(12)
    total = 0.0
    for low, high in itertools.pairwise((0.0, 0.002, 0.05, 1.0)):
        levels = low + (high - low) * (nodes + 1) / 2
        values = [bound_integrand(predictor, language, length, float(eta)) for eta in levels]
        total += (high - low) / 2 * float(weights @ values)
    return total


@pytest.mark.parametrize(
    ("language", "length"),
    [(TINY, 1), (TINY, 2), (TINY, 3), (PAIRS, 4)],
    ids=["chain-1", "chain-2", "chain-3", "pairs-4"],
)
def test_the_bound_at_the_truth_is_the_entropy(language: Language, length: int) -> None:
    noise = Uniform(language.vocab_size)
    oracle = NoisyOracle(language, noise)
    truth = language.entropy(length).value / length
    assert bound_of(oracle, language, length) == pytest.approx(truth, abs=1e-5)
    if length > 1:
        # The broken twin: the law given the other tokens alone in the place of the posterior.
        others = as_noisy_denoiser(
            lambda tokens, eta: leave_one_out(oracle(tokens, eta), tokens, eta, noise),
            language.vocab_size,
        )
        assert bound_of(others, language, length) > truth + 0.01


@given(epsilon=st.floats(0.01, 0.3), eta=st.floats(0.01, 0.95))
def test_another_law_has_a_larger_bound(epsilon: float, eta: float) -> None:
    """The integrand is a divergence of rates: the posterior minimises it at each level."""
    oracle = NoisyOracle(TINY, Uniform(3))
    other = NoisyPerturbed(oracle, epsilon)
    best = bound_integrand(oracle, TINY, 2, eta)
    assert bound_integrand(other, TINY, 2, eta) > best


def test_the_bound_is_estimated_without_bias() -> None:
    """A mean of 100,000 within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = TINY.sample(100_000, 3, generator)
    losses = UniformBound(Uniform(3)).loss(NoisyOracle(TINY, Uniform(3)), words, generator)
    error = float(losses.std()) / math.sqrt(len(losses))
    truth = TINY.entropy(3).value / 3
    assert bool(torch.isfinite(losses).all())
    assert abs(float(losses.mean()) - truth) < 5 * error
    assert error < 0.02 * truth
    plain = NoisyOracle(TINY, Uniform(3))
    cross = DenoisingCrossEntropy(Uniform(3)).loss(plain, words, generator)
    assert abs(float(cross.mean()) - truth) > 5 * error


def test_at_full_noise_the_bound_is_finite() -> None:
    class Full(HalfLogUniform):
        def draw(self, count: int, generator: torch.Generator) -> Tensor:
            return torch.ones(count, dtype=torch.float64)

    words = TINY.sample(5, 3, torch.Generator(device="cpu").manual_seed(0))
    objective = UniformBound(Uniform(3), Full())
    generator = torch.Generator(device="cpu").manual_seed(0)
    losses = objective.loss(NoisyOracle(TINY, Uniform(3)), words, generator)
    assert losses.tolist() == [0.0] * 5


@given(least=st.floats(1e-6, 0.5), seed=st.integers(0, 1000))
def test_half_of_the_levels_are_log_uniform(least: float, seed: int) -> None:
    """Shares of 4,000 within 6 standard errors: a false alarm in 5e8 a check."""
    law = HalfLogUniform(least)
    levels = law.draw(4000, torch.Generator(device="cpu").manual_seed(seed))
    assert bool(((levels > 0) & (levels <= 1)).all())
    for cut in (least, math.sqrt(least), 0.5):
        steep = 1 - math.log(cut) / math.log(least)
        chance = cut / 2 + max(0.0, steep) / 2
        error = math.sqrt(chance * (1 - chance) / 4000)
        assert abs(float((levels < cut).double().mean()) - chance) < 6 * error + 1e-3
    total = quad(lambda eta: float(law.density(torch.tensor(eta))), least, 1, limit=200)[0]
    assert total + least / 2 == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: HalfLogUniform(0.0), "least is a noise level in 1e-300..1, below 1, got 0.0"),
        (lambda: HalfLogUniform(1), "least is a noise level in 1e-300..1, below 1, got 1"),
        (lambda: LogUniform(0.1, 0.1), "levels run from least >= 1e-300 to a greater most <= 1"),
        (lambda: LevelsOfGrid((0.5, 0.0)), "a grid goes from noise level 1 down to 0"),
        (lambda: UniformBound(ANY[0]), "noise is a Uniform such as Uniform"),
        (lambda: UniformBound(Uniform(3), ANY[1]), "levels is a HalfLogUniform, got LevelsOfGrid"),
        (lambda: DenoisingCrossEntropy(ANY[2]), "noise is a Noise such as Uniform"),
    ],
)
def test_wrong_parts_are_refused(build: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        build()


def test_levels_of_a_grid_are_all_but_the_last() -> None:
    law = LevelsOfGrid(tuple(geometric_grid(5).tolist()))
    levels = law.draw(1000, torch.Generator(device="cpu").manual_seed(0))
    assert levels.unique().tolist() == sorted(geometric_grid(5).tolist()[:-1])


@given(least=st.floats(1e-6, 1e-2), most=st.floats(0.02, 1), seed=st.integers(0, 1000))
def test_log_uniform_levels_have_uniform_logarithms(least: float, most: float, seed: int) -> None:
    """Mean of 4,000 within 6 standard errors: a false alarm in 5e8 examples."""
    levels = LogUniform(least, most).draw(4000, torch.Generator(device="cpu").manual_seed(seed))
    assert bool(((levels >= least * (1 - 1e-12)) & (levels <= most)).all())
    shares = (levels / least).log() / math.log(most / least)
    assert abs(float(shares.mean()) - 0.5) < 6 / math.sqrt(12 * 4000)
