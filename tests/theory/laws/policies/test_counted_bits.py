"""Words with a fixed number of ones: rounds under masks, levels under uniform noise, enumerated."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import NoisyOracle, Oracle
from synthetic.languages import Balanced, Language, OneHot
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.noise import Uniform, geometric_grid
from synthetic.sampling import FixedCount
from tests.synthetic.noise.noises import grids
from theory.laws import ancestral_law, output_law
from theory.laws.enumeration.counted_bits_noise import counted_bits_noise_law
from theory.laws.policies.counted_bits import (
    counted_bits_divergence,
    counted_bits_least_divergences,
)

WORDS: tuple[tuple[Language, int, int], ...] = (
    (Balanced(2), 4, 2),
    (Balanced(2), 6, 3),
    (OneHot(3), 3, 1),
    (OneHot(5), 5, 1),
)


def compositions(length: int, parts: int) -> list[tuple[int, ...]]:
    sizes = itertools.product(range(length + 1), repeat=parts)
    return [each for each in sizes if sum(each) == length]


@pytest.mark.parametrize(("language", "length", "ones"), WORDS)
def test_rounds_of_given_sizes_are_the_enumerated_law(
    language: Language, length: int, ones: int
) -> None:
    truth = enumerated_law(language, length)
    for sizes in ((length,), (1,) * length, (2, length - 2), (length - 2, 0, 1, 1)):
        law = output_law(Oracle(language), FixedCount(sizes), length=length)
        wanted = kl_divergence(truth, law)
        assert counted_bits_divergence(ones, sizes) == pytest.approx(wanted, abs=1e-12)
        assert float(law[truth > 0].min()) == pytest.approx(float(law[truth > 0].max()))


@pytest.mark.parametrize(("length", "ones"), [(4, 2), (6, 2), (7, 1), (5, 0), (3, 3)])
def test_the_best_policy_is_at_least_as_good_as_any_sizes(length: int, ones: int) -> None:
    """And no better where one 1 is left to find: the values that are seen change nothing then."""
    least = list(itertools.islice(counted_bits_least_divergences(length, ones), length))
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(least))
    assert least[-1] == pytest.approx(0, abs=1e-12)
    for rounds, best in enumerate(least[:3], 1):
        of_sizes = min(counted_bits_divergence(ones, one) for one in compositions(length, rounds))
        assert best <= of_sizes + 1e-12
        if ones == 1:
            assert best == pytest.approx(of_sizes, abs=1e-12)
    assert least[0] == pytest.approx(counted_bits_divergence(ones, (length,)), abs=1e-12)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(WORDS[:3]), grids(4))
def test_the_number_of_ones_has_the_enumerated_law(
    case: tuple[Language, int, int], grid: Tensor
) -> None:
    language, length, ones = case
    noise = Uniform(2)
    law = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
    counts = counted_bits_noise_law(language, grid, length=length)
    weights = [word.bit_count() for word in range(2**length)]
    for count in range(length + 1):
        wanted = sum(float(law[word]) for word in range(2**length) if weights[word] == count)
        assert counts[count] == pytest.approx(wanted, rel=1e-9, abs=1e-14)
    truth = enumerated_law(language, length)
    assert kl_divergence(truth, law) == pytest.approx(-math.log(counts[ones]), abs=1e-10)


def test_broken_twin_words_that_are_no_sum_have_another_law() -> None:
    """Two blocks of two, whose probability is not one of the number of ones."""
    language, noise, grid = OneHot(2), Uniform(2), [1.0, 0.3, 0.0]
    law = ancestral_law(NoisyOracle(language, noise), noise, grid, length=4)
    right = float(law[enumerated_law(language, 4) > 0].sum())
    assert counted_bits_noise_law(language, grid, length=4)[2] != pytest.approx(right, abs=1e-3)


def test_bad_input_is_one_line() -> None:
    with pytest.raises(ValueError, match="ones"):
        counted_bits_divergence(3, (1, 1))
    with pytest.raises(ValueError, match="bits are two symbols, got a language of 3"):
        counted_bits_noise_law(Balanced(3), [1.0, 0.0], length=3)


def test_chances_that_round_to_more_than_one_are_laws() -> None:
    """A block of 32 along a fast grid, where exp(log k) came to 1 + 2^-52."""
    law = counted_bits_noise_law(OneHot(32), geometric_grid(12, 1e-12), length=32)
    assert law.sum() == pytest.approx(1, abs=1e-11)
    assert 0.8 < law[1] < 1
