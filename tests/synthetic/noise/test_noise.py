"""Noise processes: kernels compose, the reverse kernel is Bayes' rule, levels fall to 1e-300."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from synthetic.noise import (
    Absorbing,
    Hybrid,
    Noise,
    Uniform,
    check_grid,
    cosine_grid,
    geometric_grid,
    linear_grid,
    log_odds_grid,
)
from tests.generators import SEEDS
from tests.synthetic.noise.noises import LEVELS, log_laws, noises

SIZES = st.integers(1, 4)


def draws(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def shown_symbols(noise: Noise) -> torch.Tensor:
    """One row with every symbol that can be seen."""
    seen = noise.law() > 0
    seen[: noise.vocab_size] = True
    return seen.nonzero().T


@given(SIZES.flatmap(noises), LEVELS, LEVELS)
def test_steps_compose_to_the_likelihood(noise: Noise, first: float, second: float) -> None:
    """From 0 to eta' and on to eta is from 0 to eta (Chapman and Kolmogorov)."""
    lower, eta = sorted((first, second))
    if lower == 1:
        return
    whole = noise.kernel(0.0, lower) @ noise.kernel(lower, eta)
    torch.testing.assert_close(whole, noise.kernel(0.0, eta), rtol=1e-12, atol=0)
    tokens = torch.arange(noise.shown).unsqueeze(0)
    rows = noise.kernel(0.0, eta)[: noise.vocab_size]
    torch.testing.assert_close(noise.likelihood(tokens, eta)[0].T, rows, rtol=1e-12, atol=0)
    torch.testing.assert_close(rows.sum(1), torch.ones_like(rows[:, 0]), rtol=1e-12, atol=0)


@given(SIZES.flatmap(noises), LEVELS, st.sampled_from([0.0, 1e-300, 1e-3, 0.5, 0.9]), SEEDS)
def test_reverse_kernel_is_bayes_rule(noise: Noise, eta: float, lower: float, seed: int) -> None:
    """One position on its own, any prior: P(z | y) from the joint law of clean, z and y."""
    if lower >= eta:
        return
    prior = log_laws(draws(seed), (noise.vocab_size,), zeros=0.0)
    tokens = shown_symbols(noise)
    likelihood = noise.likelihood(tokens, eta)[0]
    posterior = (prior + likelihood.log()).log_softmax(-1)
    alive = torch.isfinite(posterior).any(-1)
    log_kernel = noise.reverse_log_kernel(posterior.unsqueeze(0), tokens, eta, lower)[0]
    middle = prior.exp() @ noise.kernel(0.0, lower)[: noise.vocab_size]
    joint = middle.unsqueeze(1) * noise.kernel(lower, eta)
    wanted = (joint / joint.sum(0)).T[tokens[0]]
    torch.testing.assert_close(log_kernel.exp()[alive], wanted[alive], rtol=1e-10, atol=1e-300)
    assert bool((log_kernel.exp()[alive].gt(0) == wanted[alive].gt(0)).all())


@given(SIZES.flatmap(noises), LEVELS, SEEDS)
def test_predicted_token_then_bridge_is_the_kernel(noise: Noise, eta: float, seed: int) -> None:
    """sum_x m(x | y) P(z | y, x) = k(z | y), for laws that are possible given y."""
    tokens = shown_symbols(noise)
    size = noise.vocab_size
    possible = noise.likelihood(tokens, eta) > 0
    law = log_laws(draws(seed), (1, tokens.shape[1], size), 0.0)
    law = torch.where(possible, law, -math.inf).log_softmax(-1)
    law = torch.where(possible.any(-1, keepdim=True), law, -math.log(size))
    for lower in (eta / 3, 0.0):
        mixed = torch.zeros((*tokens.shape, noise.shown), dtype=torch.float64)
        for symbol in range(size):
            point = torch.full_like(law, -math.inf)
            point[..., symbol] = 0.0
            bridge = noise.reverse_log_kernel(point, tokens, eta, lower).exp()
            mixed = mixed + law.exp()[..., symbol, None] * bridge.nan_to_num()
        computed = noise.reverse_log_kernel(law, tokens, eta, lower).exp()
        alive = possible.any(-1)
        torch.testing.assert_close(computed[alive], mixed[alive], rtol=1e-10, atol=1e-300)


def test_the_check_refuses_a_kernel_that_forgets_the_likelihood() -> None:
    """Without dividing by l(y | x), P(z | y) is not Bayes' rule."""
    noise, tokens = Uniform(3), torch.tensor([[0]])
    prior = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    right = prior * noise.likelihood(tokens, 0.5)[0, 0]
    wrong = noise.reverse_log_kernel(prior.log().view(1, 1, 3), tokens, 0.5, 0.2).exp()[0, 0]
    joint = (prior @ noise.kernel(0.0, 0.2)) * noise.kernel(0.2, 0.5)[:, 0]
    exact = joint / joint.sum()
    computed = noise.reverse_log_kernel((right / right.sum()).log().view(1, 1, 3), tokens, 0.5, 0.2)
    torch.testing.assert_close(computed.exp()[0, 0], exact)
    assert float((wrong - exact).abs().max()) > 0.01


@pytest.mark.parametrize("noise", [Absorbing(3), Uniform(3), Hybrid(3, 0.4)])
def test_corrupted_tokens_have_the_law_of_the_kernel(noise: Noise) -> None:
    """Each frequency within 5 standard deviations: false alarms below 1e-5."""
    count, eta = 40_000, 0.37
    tokens = torch.tensor([[0, 1, 2]]).expand(count, -1)
    noisy = noise.corrupt(tokens, eta, draws(1))
    for symbol in range(3):
        frequency = torch.bincount(noisy[:, symbol], minlength=noise.shown) / count
        wanted = noise.kernel(0.0, eta)[symbol]
        error = (frequency - wanted).abs()
        assert bool((error <= 5 * (wanted * (1 - wanted) / count).sqrt()).all())
    levels = torch.tensor([0.0, 1.0, 0.0])
    noisy = noise.corrupt(tokens, levels.expand(count, -1), draws(2))
    assert bool((noisy[:, [0, 2]] == tokens[:, [0, 2]]).all())


@given(st.integers(1, 40))
def test_grids(steps: int) -> None:
    """Each is a grid, of its formula; the cosine one keeps its digits at the low end."""
    for build in (linear_grid, cosine_grid, geometric_grid, log_odds_grid):
        grid = build(steps)
        assert len(grid) == steps + 1
        torch.testing.assert_close(check_grid(grid), grid, rtol=0, atol=0)
    angle = torch.arange(steps + 1, dtype=torch.float64) * (math.pi / (2 * steps))
    torch.testing.assert_close(cosine_grid(steps), 1 - angle.sin(), rtol=1e-12, atol=1e-15)
    if steps > 1:
        grid = geometric_grid(steps, 1e-250)
        ratio = (grid[1:-1] / grid[:-2]).log()
        wanted = torch.full_like(ratio, math.log(1e-250) / (steps - 1))
        torch.testing.assert_close(ratio, wanted, rtol=1e-9, atol=0)
        assert log_odds_grid(steps, 1e-250)[-2] == pytest.approx(1e-250, rel=1e-9)
    if steps > 2:
        odds = torch.logit(log_odds_grid(steps, 1e-5)[1:-1])
        assert float(odds[0]) == pytest.approx(math.log(steps / 4), abs=1e-12)
        wanted = torch.linspace(math.log(steps / 4), math.log(1e-5 / (1 - 1e-5)), steps - 1)
        torch.testing.assert_close(odds, wanted.double(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ([1.0], "from noise level 1 down to 0"),
        ([0.5, 0.0], "from noise level 1 down to 0"),
        ([1.0, 0.5], "from noise level 1 down to 0"),
        ([1.0, 0.5, 0.5, 0.0], "falls at every step"),
        ([1.0, math.nan, 0.0], "falls at every step"),
        ([1.0, 1e-310, 0.0], "at least 1e-300"),
    ],
)
def test_a_wrong_grid_is_one_line(grid: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said) as error:
        check_grid(grid)
    assert "\n" not in str(error.value)


def test_wrong_arguments_are_one_line() -> None:
    tokens = torch.tensor([[0, 1]])
    with pytest.raises(ValueError, match=r"noise levels eta lie in 0\.\.1, got 1\.5"):
        Uniform(2).likelihood(tokens, 1.5)
    with pytest.raises(ValueError, match="a number, \\(B,\\) or \\(B, L\\)"):
        Uniform(2).likelihood(tokens, torch.zeros(3))
    with pytest.raises(ValueError, match="tokens lie in"):
        Uniform(2).likelihood(torch.tensor([[2]]), 0.5)
    with pytest.raises(ValueError, match="uniform_share"):
        Hybrid(2, 1.5)
    with pytest.raises(ValueError, match="last_noise"):
        geometric_grid(4, 1.0)
    with pytest.raises(ValueError, match=r"below 0\.5 for 4 steps, got 0\.6"):
        log_odds_grid(4, 0.6)
    with pytest.raises(TypeError, match="cosine_grid"):
        check_grid("linear")
    with pytest.raises(ValueError, match="below 1"):
        Uniform(2).kernel(1.0, 1.0)
