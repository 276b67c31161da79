"""The first order in 1/N at a fixed length, against laws that are enumerated at N = 1..L."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import (
    AutomatonLanguage,
    CopyPairs,
    Language,
    NGram,
    WeightedAutomaton,
    catalogue,
    enumerate_sequences,
)
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, linear
from tests.generators import SEEDS, languages
from theory.laws.chains.collision import collision_constant
from theory.laws.enumeration.collision_estimate import (
    estimate_collision_constant,
    finite_collision_constant,
)
from theory.laws.enumeration.output_law import output_law

GOLDEN = NGram([2 / 3, 1 / 3], [[0.5, 0.5], [1.0, 0.0]])
REACH = 4.5  # standard errors: a normal estimate is farther once in 150,000


def orders_of(language: Language, length: int) -> Tensor:
    """r_0..r_(L-1), each (V^L,), of p(x) = sum_j r_j(x) / N^j, from the laws at N = 1..L.

    L values determine a polynomial of degree L - 1; that r_0 is the language is a test of it.
    """
    laws = torch.stack(
        [
            output_law(Oracle(language), Bernoulli(linear(steps)), length=length)
            for steps in range(1, length + 1)
        ]
    )
    nodes = 1 / torch.arange(1, length + 1, dtype=torch.float64, device="cpu")
    return torch.linalg.solve(torch.linalg.vander(nodes, N=length), laws)


@st.composite
def cases(draw: st.DrawFn, longest: int = 4) -> tuple[Language, int]:
    language = draw(languages().filter(lambda each: any(n > 1 for n in each.lengths(longest))))
    longest = longest if language.vocab_size < 3 else 3
    lengths = [length for length in language.lengths(longest) if length > 1]
    if not lengths:
        lengths, language = [2, 3], GOLDEN
    return language, draw(st.sampled_from(lengths))


def check_polynomial(language: Language, length: int) -> bool:
    """Whether anything collides; the law at N = L + 3 steps is predicted from those at 1..L."""
    constant = finite_collision_constant(language, length=length)
    orders = orders_of(language, length)
    words = enumerate_sequences(language.vocab_size, length)
    valid = language.contains(words)
    torch.testing.assert_close(orders[0], language.log_prob(words).exp(), atol=1e-11, rtol=0)
    assert float(orders[1][~valid].sum()) == pytest.approx(constant.value * length, abs=1e-10)
    steps = length + 3
    predicted = sum(order / steps**power for power, order in enumerate(orders))
    law = output_law(Oracle(language), Bernoulli(linear(steps)), length=length)
    torch.testing.assert_close(law, predicted, atol=1e-11, rtol=0)
    return constant.value > 0


def test_the_law_is_a_polynomial_whose_slope_is_the_constant() -> None:
    collide = []

    @settings(max_examples=30, deadline=None)
    @given(cases())
    def check(case: tuple[Language, int]) -> None:
        collide.append(check_polynomial(*case))

    check()
    assert 0.1 < np.mean(collide) < 0.95


@settings(max_examples=30, deadline=None)
@given(cases(longest=3))
def test_both_metrics_have_one_first_order(case: tuple[Language, int]) -> None:
    """KL(q||p) + log(1 - SER), times N^2, tends to the second-order form of the page."""
    language, length = case
    words = enumerate_sequences(language.vocab_size, length)
    valid = language.contains(words)
    q = language.log_prob(words).exp()[valid]
    if float(q.min()) < 1e-6:
        return  # the limit begins at N beyond 1 / min q
    orders = orders_of(language, length)[:, valid]
    slope = orders[1] / q
    spread = float((q * (slope - (q * slope).sum()) ** 2).sum()) / 2
    for steps in (10**4, 10**5):
        change = sum(orders[power] / steps**power for power in range(1, length)) / q
        divergence = -float((q * torch.log1p(change)).sum())
        valid_mass = math.log1p(float((q * change).sum()))
        scale = 1 + float(slope.abs().max()) ** 3
        assert (divergence + valid_mass) * steps**2 == pytest.approx(
            spread, abs=(20 * scale + 1e-15 * steps**3) / steps
        )
    constant = finite_collision_constant(language, length=length).value
    assert divergence * 10**5 == pytest.approx(constant * length, abs=1e-3 * scale)


def test_weights_of_the_revealed_sets_matter() -> None:
    """Broken twins: all sets equally likely; all pairs with nothing revealed."""
    slope = float(orders_of(GOLDEN, 4)[1][~GOLDEN.contains(enumerate_sequences(2, 4))].sum())
    constant = finite_collision_constant(GOLDEN, length=4).value
    assert slope == pytest.approx(4 * constant, abs=1e-10)
    nothing = 3 * 0.5 * (1 / 3) ** 2  # three neighbouring pairs, both one, half of them per 1/N
    assert slope != pytest.approx(nothing, abs=1e-3)


@pytest.mark.parametrize("symbols", [1, 2, 3])
@pytest.mark.parametrize("length", [2, 4, 6])
def test_copy_pairs(symbols: int, length: int) -> None:
    """SER = 1 - (1 - (1 - 1/V) / N)^(L/2), so c_L = (1 - 1/V) / 2."""
    constant = finite_collision_constant(CopyPairs(symbols), length=length)
    assert abs(constant.value - (1 - 1 / symbols) / 2) <= constant.error + 1e-15


def even_ones() -> Language:
    """Uniform over the binary words with an even number of ones: states are (parity, symbol)."""
    step = torch.zeros((4, 4), dtype=torch.float64, device="cpu")
    for parity, before, symbol in itertools.product(range(2), repeat=3):
        step[2 * parity + before, 2 * (parity ^ symbol) + symbol] = 0.5
    start, end, emission = torch.tensor(
        [[0.5, 0, 0, 0.5], [1, 1, 0, 0], [1, 0, 1, 0]], dtype=torch.float64, device="cpu"
    )
    return AutomatonLanguage(
        WeightedAutomaton(start, step, torch.stack([emission, 1 - emission], dim=1), end)
    )


@pytest.mark.parametrize("length", [2, 4, 9])
def test_even_ones(length: int) -> None:
    """Only the last two positions can collide: c_L = 1/4 at every length."""
    constant = finite_collision_constant(even_ones(), length=length)
    assert abs(constant.value - 1 / 4) <= constant.error + 1e-15


def test_long_memory_has_another_curve() -> None:
    """With even ones the last step that reveals any is wrong with probability 1/2 if it has two.

    So SER tends to (1 - ratio / (exp(ratio) - 1)) / 2, at most 1/2: not to 1 - exp(-ratio / 4).
    """

    def rate(length: int, steps: int) -> float:
        single = sum(length / steps * (k / steps) ** (length - 1) for k in range(steps))
        return (1 - single) / 2

    words = enumerate_sequences(2, 4)
    law = output_law(Oracle(even_ones()), Bernoulli(linear(3)), length=4)
    assert float(law[words.sum(1) % 2 == 1].sum()) == pytest.approx(rate(4, 3), abs=1e-12)
    for ratio in (1, 4):
        assert rate(4000 * ratio, 4000) == pytest.approx(
            (1 - ratio / math.expm1(ratio)) / 2, abs=1e-3
        )
        assert rate(4000 * ratio, 4000) != pytest.approx(-math.expm1(-ratio / 4), abs=1e-2)


def far(estimate: Estimate, value: float) -> bool:
    return abs(estimate.value - value) > REACH * estimate.standard_error


@pytest.mark.parametrize(
    ("language", "length"),
    [(GOLDEN, 2), (GOLDEN, 8), (CopyPairs(3), 6), (even_ones(), 6)],
    ids=["golden-2", "golden-8", "copy pairs", "even ones"],
)
def test_estimates(language: Language, length: int) -> None:
    """Four seeded comparisons; each would be a false alarm once in 150,000."""
    exact = finite_collision_constant(language, length=length).value
    generator = torch.Generator("cpu").manual_seed(11)
    estimate = estimate_collision_constant(
        language, length=length, samples=20000, generator=generator
    )
    assert estimate.samples == 20000
    assert estimate.low < estimate.value < estimate.high
    assert not far(estimate, exact)
    # broken twins: pairs counted twice, a factor L for L - 1
    assert far(estimate, 2 * exact)
    assert far(estimate, exact * length / (length - 1))


def test_long_sequences_tend_to_the_constant_of_the_chain() -> None:
    """The standard error does not grow with the length; c_L - c is of order 1/L."""
    language = catalogue.load("ngram2-v8")
    constant = collision_constant(language).value
    errors = []
    for length in (32, 128):
        generator = torch.Generator("cpu").manual_seed(5)
        estimate = estimate_collision_constant(
            language, length=length, samples=6000, generator=generator
        )
        errors.append(estimate.standard_error)
        reach = REACH * estimate.standard_error + 0.5 / length
        assert abs(estimate.value - constant) < reach
    assert errors[1] < 1.3 * errors[0]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_languages_without_zeros_have_no_collisions(seed: int, length: int) -> None:
    rows = np.random.default_rng(seed).random((3, 2)) + 0.1
    rows /= rows.sum(1, keepdims=True)
    language = NGram(rows[0], rows[1:])
    assert finite_collision_constant(language, length=length).value == 0
    generator = torch.Generator("cpu").manual_seed(seed)
    estimate = estimate_collision_constant(
        language, length=length, samples=100, generator=generator
    )
    assert estimate.value == estimate.low == 0
    assert 0 < estimate.high < 0.2 * length


def test_one_seed_gives_one_estimate() -> None:
    values = [
        estimate_collision_constant(
            GOLDEN, length=9, samples=50, generator=torch.Generator("cpu").manual_seed(seed)
        ).value
        for seed in (1, 1, 2)
    ]
    assert values[0] == values[1] != values[2]


def test_refusals() -> None:
    generator = torch.Generator("cpu").manual_seed(0)
    for length in (1, 0, 2.0, True):
        with pytest.raises(ValueError, match="length is an integer"):
            finite_collision_constant(GOLDEN, length=length)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="length is an integer"):
            estimate_collision_constant(
                GOLDEN,
                length=length,  # type: ignore[arg-type]
                samples=5,
                generator=generator,
            )
    with pytest.raises(ValueError, match="samples is an integer >= 1, got 0"):
        estimate_collision_constant(GOLDEN, length=4, samples=0, generator=generator)
    with pytest.raises(ValueError, match=r"allowed are 1048576: use estimate_collision_constant"):
        finite_collision_constant(GOLDEN, length=13)
