"""Copy pairs: the exact error rate, and its lower bounds for denoisers with a learning error."""

import math
from typing import Literal

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs, NGram
from synthetic.sampling import Bernoulli, linear
from tests.generators import schedules
from tests.theory.bounds.checking import check_expression, check_on_cases
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated
from theory.bounds.collisions.copy_pairs_largest_match import largest_match, largest_probability
from theory.bounds.collisions.copy_pairs_linear_steps import LIMIT

EXACT_PAIRS = THEOREMS["copy-pairs-error"]
PINSKER = THEOREMS["copy-pairs-pinsker"]
LINEAR_STEPS = THEOREMS["copy-pairs-linear-steps"]
LARGEST_MATCH = THEOREMS["copy-pairs-largest-match"]

Kind = Literal["mode", "uniform", "random"]
GOLDEN = NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]])
SHAPES = {1: 4, 2: 5, 3: 4, 4: 3, 5: 3, 16: 2}  # symbols: longest length


@st.composite
def copy_pairs(draw: st.DrawFn, sizes: tuple[int, ...] = tuple(SHAPES)) -> Generated:
    symbols = draw(st.sampled_from(sizes))
    length = draw(st.integers(1, SHAPES[symbols]))
    return Generated(CopyPairs(symbols), length, Bernoulli(draw(schedules(5))))


def peaked(symbols: int, peak: float) -> Denoiser:
    """Exact where the partner is revealed; else symbol 0 has probability `peak`, others the rest.

    For copy pairs of length 2.
    """
    law = torch.full((symbols,), (1 - peak) / (symbols - 1), dtype=torch.float64, device="cpu")
    law[0] = peak

    def function(tokens: Tensor) -> Tensor:
        result = CopyPairs(symbols).posterior(tokens)
        result[(tokens == symbols).all(1)] = law.log()
        return result

    return as_denoiser(function, symbols)


def exact_denoiser(symbols: float, collision: float, pairs: float) -> float:
    """SER of the exact denoiser: the learning error left out."""
    return float(EXACT_PAIRS.bound(symbols=symbols, collision=collision, pairs=pairs))


@st.composite
def learned_copy_pairs(
    draw: st.DrawFn, sizes: tuple[int, ...] = (2, 3, 4, 5, 16), most: float = 0.5
) -> Generated:
    """Copy pairs with a denoiser of a learning error up to `most`: moved everywhere in one of three
    ways, or peaked where the partner is masked."""
    exact = draw(copy_pairs(sizes))
    language = CopyPairs(exact.language.vocab_size)
    epsilon = draw(st.sampled_from([1.0, 0.5, 0.01, 0.0])) * most * (1 - 1e-9)
    kind: Kind = draw(st.sampled_from(["mode", "uniform", "random"]))
    denoiser: Denoiser
    if exact.length == 2 and draw(st.booleans()):
        symbols = language.vocab_size
        denoiser = peaked(symbols, largest_probability(symbols, epsilon))
    else:
        denoiser = Perturbed(Oracle(language), epsilon, kind, draw(st.integers(0, 99)))
    return Generated(language, exact.length, exact.strategy, denoiser)


def test_copy_pairs_exact() -> None:
    check_on_cases(
        EXACT_PAIRS,
        copy_pairs(),
        lambda symbols, collision, pairs: 1 - (1 - collision) ** pairs,  # draws never agree
    )
    check_expression(
        EXACT_PAIRS,
        {
            "symbols": [1, 2, 16, 16],
            "collision": [1.0, 0.25, 1e-6, 0.5],
            "pairs": [3, 0, 32, 256],
        },
    )
    with pytest.raises(ValueError, match=r"collision .* is a number in 0\.\.1, got 1\.5"):
        EXACT_PAIRS.bound(symbols=16, collision=1.5, pairs=2)
    with pytest.raises(TypeError, match="about CopyPairs, got NGram"):
        EXACT_PAIRS.bound_of(Generated(GOLDEN, 2, Bernoulli(linear(2))))
    with pytest.raises(TypeError, match="the exact denoiser, got another one: use copy-pairs-larg"):
        EXACT_PAIRS.bound_of(Generated(CopyPairs(2), 2, Bernoulli(linear(2)), peaked(2, 0.6)))


def test_copy_pairs_of_16_symbols_and_four_tokens() -> None:
    case = Generated(CopyPairs(16), 4, Bernoulli(linear(2)))
    assert case.sequence_error_rate == pytest.approx(1 - (1 - 15 / 32) ** 2, rel=1e-12)
    assert EXACT_PAIRS.bound_of(case) == pytest.approx(case.sequence_error_rate, rel=1e-12)


def test_copy_pairs_with_a_learning_error_by_pinsker() -> None:
    check_on_cases(
        PINSKER,
        learned_copy_pairs(),
        # the learning error left out: that of the exact denoiser
        lambda symbols, epsilon, collision, pairs: exact_denoiser(symbols, collision, pairs),
    )
    points = {
        "symbols": [2, 16, 16, 5],
        "epsilon": [0.0, 1 / 128, 0.125, 0.5],
        "collision": [1.0, 0.25, 1e-6, 0.5],
        "pairs": [3, 1, 32, 256],
    }
    check_expression(PINSKER, points)
    sixteen = PINSKER.bound(symbols=16, epsilon=1 / 128, collision=0.25, pairs=8)
    assert sixteen == pytest.approx(1 - (1 - 7 / 8 / 4) ** 8, rel=1e-14)
    with pytest.raises(ValueError, match=r"holds only for 1/V \+ sqrt\(epsilon/2\) <= 1, got 1.5"):
        PINSKER.bound(symbols=2, epsilon=2.0, collision=0.5, pairs=1)


def test_linear_steps() -> None:
    check_on_cases(
        LINEAR_STEPS,
        learned_copy_pairs((16,), LIMIT),
        lambda symbols, epsilon, steps, pairs: 1 - math.exp(-7 * pairs / (4 * steps)),  # doubled
    )
    check_expression(
        LINEAR_STEPS,
        {
            "symbols": [16, 16, 32],
            "epsilon": [0.0, LIMIT, 0.001],
            "steps": [1, 64, 1000000],
            "pairs": [0, 32, 8],
        },
    )
    length, steps_of_half = 10000, 7 / (16 * math.log(2))
    below, above = math.floor(steps_of_half * length), math.ceil(steps_of_half * length)
    rates = LINEAR_STEPS.bound(symbols=16, epsilon=LIMIT, steps=[below, above], pairs=length // 2)
    assert rates[0] > 0.5 > rates[1]
    assert 0.631 < steps_of_half < 0.632
    with pytest.raises(ValueError, match=r"epsilon .* in 0\.\.0\.0078125, got 0\.01"):
        LINEAR_STEPS.bound(symbols=16, epsilon=0.01, steps=4, pairs=2)
    with pytest.raises(ValueError, match=r"symbols .* an integer in 16\.\.inf, got 8"):
        LINEAR_STEPS.bound(symbols=8, epsilon=0.0, steps=4, pairs=2)


@pytest.mark.parametrize("kind", ["mode", "random"])
def test_linear_steps_at_four_tokens(kind: Kind) -> None:
    denoiser = Perturbed(Oracle(CopyPairs(16)), LIMIT * (1 - 1e-9), kind)
    case = Generated(CopyPairs(16), 4, Bernoulli(linear(2)), denoiser)
    for theorem in (LINEAR_STEPS, PINSKER, LARGEST_MATCH):
        assert case.sequence_error_rate >= theorem.bound_of(case)


def test_the_largest_match() -> None:
    check_on_cases(
        LARGEST_MATCH,
        learned_copy_pairs(),
        # the learning error left out
        lambda symbols, peak, collision, pairs: exact_denoiser(symbols, collision, pairs),
    )
    check_expression(
        LARGEST_MATCH,
        {
            "symbols": [2, 16, 16, 3],
            "peak": [0.5, 0.125, 0.0625, 1.0],
            "collision": [1.0, 0.25, 1e-6, 0.5],
            "pairs": [3, 1, 32, 256],
        },
    )
    with pytest.raises(ValueError, match=r"holds only for peak >= 1/V, got 0\.01"):
        LARGEST_MATCH.bound(symbols=16, peak=0.01, collision=0.5, pairs=2)


@pytest.mark.parametrize(("symbols", "epsilon"), [(2, 0.1), (16, LIMIT), (5, 1.0)])
def test_the_largest_match_is_reached(symbols: int, epsilon: float) -> None:
    denoiser = peaked(symbols, largest_probability(symbols, epsilon))
    case = Generated(CopyPairs(symbols), 2, Bernoulli(linear(3)), denoiser)
    assert case.learning_error == pytest.approx(epsilon, rel=1e-9)
    assert case.sequence_error_rate == pytest.approx(LARGEST_MATCH.bound_of(case), rel=1e-9)
    # the others stay below
    assert PINSKER.bound_of(case) < case.sequence_error_rate * (1 - 1e-3)


def test_the_constant_of_16_symbols() -> None:
    match = largest_match(16, LIMIT)
    assert 0.0637 < match < 0.0639
    assert 0.675 < (1 - match) / (2 * math.log(2)) < 0.6754
    assert 0.676 < (15 / 16) / (2 * math.log(2)) < 0.6763
    rate = LARGEST_MATCH.bound(
        symbols=16, peak=largest_probability(16, LIMIT), collision=1 / 675, pairs=500
    )
    assert rate > 0.5
    # the largest probability itself is another number
    assert largest_probability(16, LIMIT) == pytest.approx(0.0973, abs=1e-4)


@pytest.mark.parametrize("symbols", [2, 16, 64, 1000])
def test_the_largest_probability_is_at_the_learning_error(symbols: int) -> None:
    for epsilon in (1e-9, LIMIT, 1.0, 30.0):
        peak, share = largest_probability(symbols, epsilon), 1 / symbols
        rest = (1 - share) * (math.log1p(-share) - math.log1p(-peak)) if peak < 1 else math.inf
        assert share < peak <= 1
        if peak < 1 - 1e-6:
            assert share * math.log(share / peak) + rest == pytest.approx(epsilon, rel=1e-6)
    assert largest_probability(symbols, 0.0) == share
    assert largest_probability(symbols, 1e-30) == pytest.approx(share, abs=1e-7)


def test_no_law_in_the_ball_has_a_larger_sum_of_squares() -> None:
    """Random laws moved to the boundary of the ball, seeded: none above, some near; and the twin
    in which two symbols share the peak is below them."""
    generator = np.random.default_rng(0)
    for symbols, epsilon in ((2, 0.3), (3, 0.1), (4, 0.2)):
        laws = generator.dirichlet(np.ones(symbols), size=20_000)
        low, high = np.zeros(len(laws)), np.full(len(laws), 1.0)  # shares beside the uniform law
        for _ in range(60):
            middle = (low + high) / 2
            mixed = middle[:, None] * laws + (1 - middle[:, None]) / symbols
            outside = -np.log(symbols * mixed).mean(1) > epsilon
            low, high = np.where(outside, low, middle), np.where(outside, middle, high)
        inside = low[:, None] * laws + (1 - low[:, None]) / symbols
        assert (-np.log(symbols * inside).mean(1) <= epsilon + 1e-12).all()
        best = (inside**2).sum(1).max()
        match = largest_match(symbols, epsilon)
        assert 0.99 * match < best <= match + 1e-12
    flat = largest_match(2, 0.2)  # four symbols in two pairs: half of that of two symbols
    assert flat / 2 < largest_match(4, 0.2) * 0.95
