"""The one categorical draw: lengths of sets of u by bisection, ends of the range, rare symbols."""

import itertools
import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic import sampling
from synthetic.categorical import categorical
from tests.generators import SEEDS

EVERY = settings(max_examples=30, deadline=None, derandomize=True)
GRID = 2**53  # torch.rand draws multiples of 2^-53
Sampler = Callable[[Tensor, Tensor], Tensor]


def textbook(log_probs: Tensor, uniforms: Tensor) -> Tensor:
    """A broken twin: the inverse distribution function in float64."""
    cumulative = log_probs.double().exp().cumsum(-1)
    return torch.searchsorted(cumulative, uniforms)


def leftover(log_probs: Tensor, uniforms: Tensor) -> Tensor:
    """A broken twin: what the laws miss to one goes to the most probable symbol."""
    probs = log_probs.double().exp()
    probs[probs.argmax()] += 1 - probs.sum()
    return categorical(probs.log(), uniforms)


def lengths(sampler: Sampler, log_probs: Tensor) -> list[float]:
    """The length of the set of u that maps to each symbol, by bisection of the grid."""
    size = len(log_probs)
    low = torch.full((size,), -1, dtype=torch.int64)  # the last u below each symbol or above
    high = torch.full((size,), GRID, dtype=torch.int64)
    while bool((high - low > 1).any()):
        middle = ((low + high) // 2).clamp(0, GRID - 1)
        reached = sampler(log_probs, middle.double() / GRID) >= torch.arange(size)
        inside = high - low > 1
        high = torch.where(inside & reached, middle, high)
        low = torch.where(inside & ~reached, middle, low)
    ends = [*high.tolist(), GRID]
    return [(end - start) / GRID for start, end in itertools.pairwise(ends)]


def check_lengths(sampler: Sampler, log_probs: Tensor) -> None:
    """Each length is the probability, normalised in 100 bits, to 2^-52; 0 where that is 0."""
    with mpmath.workprec(100):
        probs = [mpmath.exp(value) if value > -math.inf else 0 for value in log_probs.tolist()]
        wanted = [float(value / mpmath.fsum(probs)) for value in probs]
    for share, value in zip(lengths(sampler, log_probs), wanted):
        assert abs(share - value) <= 2**-52, (share, value)
        assert value > 0 or share == 0


def check_ends(sampler: Sampler, log_probs: Tensor) -> None:
    """At the least and the largest u, and next to them, only possible symbols come out."""
    ends = torch.tensor([0, 1, 2, GRID - 3, GRID - 2, GRID - 1], dtype=torch.float64) / GRID
    symbols = sampler(log_probs, ends)
    assert bool(((symbols >= 0) & (symbols < len(log_probs))).all())
    assert bool((log_probs[symbols] > -math.inf).all())


@st.composite
def laws(draw: st.DrawFn, most: int = 64) -> Tensor:
    """Log-laws of 1..64 symbols: near uniform to far from it, with zeros, in any precision."""
    size = draw(st.integers(1, most))
    generator = np.random.default_rng(draw(SEEDS))
    scale = draw(st.sampled_from([0.0, 0.1, 1.0, 10.0, 100.0]))
    logits = torch.tensor(generator.standard_normal(size) * scale)
    zero = torch.tensor(generator.random(size) < draw(st.sampled_from([0.0, 0.5])))
    zero[generator.integers(size)] = False
    precision = draw(st.sampled_from([torch.float64, torch.float32]))
    return logits.masked_fill(zero, -math.inf).to(precision).log_softmax(-1)


@EVERY
@given(laws())
def test_lengths_are_probabilities(log_probs: Tensor) -> None:
    check_lengths(categorical, log_probs)
    check_ends(categorical, log_probs)


@pytest.mark.parametrize("size", [1, 3, 10, 49, 63, 64])
def test_uniform_laws(size: int) -> None:
    log_probs = torch.zeros(size, dtype=torch.float64).log_softmax(-1)
    check_lengths(categorical, log_probs)
    check_ends(categorical, log_probs)


def test_broken_twins() -> None:
    tenths = torch.tensor([0.0] + [0.1] * 10 + [0.0], dtype=torch.float64).log()
    check_lengths(categorical, tenths)
    check_ends(categorical, tenths)
    for check in (check_ends, check_lengths):
        with pytest.raises(AssertionError):
            check(textbook, tenths)
    rough = torch.linspace(-3, 3, 60).log_softmax(-1)  # float32: off by 1e-8
    check_lengths(categorical, rough)
    with pytest.raises(AssertionError):
        check_lengths(leftover, rough)


@EVERY
@given(laws(most=9), SEEDS)
def test_rows_and_a_single_law_agree(log_probs: Tensor, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    uniforms = torch.rand((3, 5), dtype=torch.float64, generator=generator)
    single = categorical(log_probs, uniforms)
    rows = categorical(log_probs.expand(3, 5, -1), uniforms)
    assert torch.equal(single, rows)
    assert single.dtype == torch.int64


def rare_share(sampler: Sampler, draws: int) -> float:
    """The share of 10^4 symbols of probability 1e-9 each."""
    probs = torch.full((10_001,), 1e-9, dtype=torch.float64)
    probs[0] = 1 - 1e-5
    generator = torch.Generator().manual_seed(0)
    count, at_once = 0, 2_000_000
    for _ in range(draws // at_once):
        uniforms = torch.rand(at_once, dtype=torch.float64, generator=generator)
        count += int((sampler(probs.log(), uniforms) > 0).sum())
    return count / draws


def check_rare(share: float, draws: int) -> None:
    assert abs(share - 1e-5) <= 5 * math.sqrt(1e-5 / draws)


def test_rare_symbols_come_out() -> None:
    """10^4 symbols of 1e-9 come out at 1e-5 in 2 10^7 draws. False-alarm rate: 2e-6 (5 sigma)."""
    check_rare(rare_share(categorical, 2 * 10**7), 2 * 10**7)

    def clipped(log_probs: Tensor, uniforms: Tensor) -> Tensor:
        return categorical(log_probs.clamp(min=math.log(2e-9)).log_softmax(-1), uniforms)

    with pytest.raises(AssertionError):
        check_rare(rare_share(clipped, 2 * 10**7), 2 * 10**7)


def test_inputs_are_left_alone() -> None:
    log_probs = torch.rand((4, 5), dtype=torch.float64).log_softmax(-1)
    uniforms = torch.rand(4, dtype=torch.float64)
    before = log_probs.clone(), uniforms.clone()
    categorical(log_probs, uniforms)
    assert torch.equal(log_probs, before[0])
    assert torch.equal(uniforms, before[1])
    assert sampling.categorical is categorical


def test_no_rows() -> None:
    empty = torch.empty((0, 5), dtype=torch.float64)
    assert categorical(empty, torch.empty(0, dtype=torch.float64)).shape == (0,)


U = torch.tensor([0.5], dtype=torch.float64)
LAW = torch.tensor([0.25, 0.75], dtype=torch.float64).log()


@pytest.mark.parametrize(
    ("log_probs", "uniforms", "message"),
    [
        (LAW.expand(2, 2), U, r"shapes \(..., V\) and \(...\), got \(2, 2\) and \(1,\)"),
        (LAW, U.float(), "uniforms are float64, got torch.float32"),
        (LAW, U + 0.5, r"uniforms lie in \[0, 1\)"),
        (LAW, U - 1, r"uniforms lie in \[0, 1\)"),
        (LAW, U * math.nan, r"uniforms lie in \[0, 1\)"),
        (LAW + 0.01, U, "sum to 1 .* got a sum of 1.01005"),
        (LAW * math.nan, U, "got a sum of nan"),
        (LAW - math.inf, U, "got a sum of 0"),
    ],
)
def test_refusals(log_probs: Tensor, uniforms: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        categorical(log_probs, uniforms)
    assert "\n" not in str(error.value)
