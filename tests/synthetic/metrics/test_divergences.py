"""Divergences of listed laws: exact values, identities, bounds, and what is no law."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import (
    cross_entropy,
    enumerated_law,
    kl_divergence,
    reverse_kl_divergence,
    sequence_error_rate_of_law,
    total_variation,
)
from tests.synthetic.metrics.laws import exact_cross_entropy, exact_divergence, law_of, laws, pairs

EVERY = settings(max_examples=30, deadline=None, derandomize=True)
ROUNDING = 1e-13  # nine entries, logarithms of at most 700


def misses(law: Tensor, model: Tensor) -> bool:
    """Whether the model gives some possible outcome no probability."""
    return bool(((law > 0) & (model == 0)).any())


@EVERY
@given(pairs())
def test_divergence_and_cross_entropy_to_fifty_digits(pair: tuple[Tensor, Tensor]) -> None:
    law, model = pair
    if misses(law, model):
        assert kl_divergence(law, model) == cross_entropy(law, model) == math.inf
    else:
        exact = float(exact_divergence(law, model)), float(exact_cross_entropy(law, model))
        computed = kl_divergence(law, model), cross_entropy(law, model)
        assert computed == pytest.approx(exact, rel=1e-14, abs=ROUNDING)


@EVERY
@given(pairs())
def test_bounds_of_divergence_and_variation(pair: tuple[Tensor, Tensor]) -> None:
    """KL >= 0, 0 <= TV <= 1, Pinsker, and both are zero where the laws are equal."""
    law, model = pair
    divergence, variation = kl_divergence(law, model), total_variation(law, model)
    assert divergence >= -ROUNDING
    assert 0 <= variation <= 1 + ROUNDING
    assert divergence >= 2 * variation**2 - ROUNDING
    assert kl_divergence(law, law) == total_variation(law, law) == 0
    assert variation == total_variation(model, law)
    assert kl_divergence(law, model) == reverse_kl_divergence(model, law)


def test_pinsker_with_another_constant_fails() -> None:
    """The broken twin: KL >= 3 TV^2 is wrong for two coins that nearly agree."""
    fair, other = law_of([1, 1]), law_of([1.02, 0.98])
    assert kl_divergence(fair, other) < 3 * total_variation(fair, other) ** 2


@EVERY
@given(st.integers(1, 6).flatmap(lambda size: st.tuples(laws(size), laws(size), laws(size))))
def test_variation_is_the_largest_difference_of_an_event(three: tuple[Tensor, ...]) -> None:
    law, model, third = three
    difference = (law - model).tolist()
    events = itertools.product([False, True], repeat=len(difference))
    largest = max(math.fsum(itertools.compress(difference, event)) for event in events)
    assert total_variation(law, model) == pytest.approx(largest, abs=ROUNDING)
    through = total_variation(law, third) + total_variation(third, model)
    assert total_variation(law, model) <= through + ROUNDING


@EVERY
@given(st.integers(2, 9).flatmap(lambda size: st.tuples(laws(size), laws(size, least=0.01))))
def test_divergence_splits_into_support_and_the_law_on_it(pair: tuple[Tensor, Tensor]) -> None:
    """KL(q || p) = -log p(support) + KL(q || p(. | support)), hence SER <= 1 - exp(-KL)."""
    law, model = pair
    inside = torch.where(law > 0, model, 0.0)
    mass = float(inside.sum())
    split = -math.log(mass) + kl_divergence(law, inside / mass)
    assert kl_divergence(law, model) == pytest.approx(split, rel=1e-14, abs=ROUNDING)
    error = sequence_error_rate_of_law(model, law)
    assert error == pytest.approx(1 - mass, abs=ROUNDING)
    assert error <= -math.expm1(-kl_divergence(law, model)) + ROUNDING


def test_the_reverse_divergence_is_infinite_with_an_impossible_outcome() -> None:
    law, model = law_of([1, 1, 0]), law_of([1, 1, 1e-300])
    assert reverse_kl_divergence(law, model) == math.inf
    assert kl_divergence(law, model) == pytest.approx(0, abs=ROUNDING)
    assert sequence_error_rate_of_law(model, law) == pytest.approx(5e-301)
    assert reverse_kl_divergence(law, law) == 0


def test_rounding_below_zero_is_not_cut_off() -> None:
    """Laws that agree but for the last digit: the mean of what is returned has no bias.

    A cut at zero, the broken twin, leaves a mean of the size of the rounding itself.
    """
    g = torch.Generator(device="cpu").manual_seed(0)
    collected = []
    for _ in range(400):
        weights = torch.rand(50, dtype=torch.float64, generator=g, device="cpu")
        law = weights / weights.sum()
        digits = torch.randint(-4, 5, (50,), generator=g, device="cpu").double() * 2.0**-52
        collected.append(kl_divergence(law, law + law * digits))
    values = np.array(collected)
    assert np.abs(values).max() < ROUNDING
    assert (values < 0).sum() > 100
    assert abs(values.mean()) < 0.3 * np.maximum(values, 0).mean()


def test_an_enumerated_law_is_in_row_major_order() -> None:
    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=0)
    law = enumerated_law(language, 4)
    assert law.shape == (81,)
    assert float(law.sum()) == pytest.approx(1, abs=1e-12)
    sequences = enumerate_sequences(3, 4)
    for index in (0, 5, 40, 80):
        assert float(law[index]) == float(language.log_prob(sequences[index : index + 1]).exp())
    assert sequences[5].tolist() == [0, 0, 1, 2]
    assert law_of([1, 0, 0, 1]).equal(enumerated_law(CopyPairs(2), 2))


FAIR = law_of([1, 1])
NO_LAWS = [
    (law_of([1, 1, 2]), "(law|model|language_law) have one shape, got [23] and [23] entries"),
    (FAIR.unsqueeze(0), r"is a tensor of shape \(K,\), got \(1, 2\)"),
    (FAIR[:0], r"is a tensor of shape \(K,\), got \(0,\)"),
    (FAIR * 1.001, "sums to 1 .*, got 1.001"),
    (FAIR + 1e-8, "sums to 1 .*, got 1.00000002"),
    (torch.tensor([1.5, -0.5], device="cpu"), "holds probabilities >= 0, got -0.5"),
    (torch.tensor([0.5, math.nan], device="cpu"), "holds numbers, got nan"),
    (torch.tensor([0.5, math.inf], device="cpu"), "sums to 1 .*, got inf"),
]


@pytest.mark.parametrize(
    "function",
    [cross_entropy, kl_divergence, reverse_kl_divergence, total_variation,
     sequence_error_rate_of_law],
)  # fmt: skip
@pytest.mark.parametrize(("other", "message"), NO_LAWS)
def test_what_is_no_law_is_refused(
    function: Callable[[Tensor, Tensor], float], other: Tensor, message: str
) -> None:
    for arguments in ((FAIR, other), (other, FAIR)):
        with pytest.raises(ValueError, match=message):
            function(*arguments)


def test_float32_laws_are_compared_in_float64() -> None:
    single = torch.tensor([0.25, 0.75], dtype=torch.float32, device="cpu")
    assert kl_divergence(single, single.double()) == 0
    assert cross_entropy(single, single) == pytest.approx(
        -0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    )
