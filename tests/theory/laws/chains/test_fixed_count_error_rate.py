"""The exact error of fixed-count reveal against enumeration in rational arithmetic."""

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, NGram, catalogue, enumerate_sequences
from synthetic.quantities import CertifiedValue
from synthetic.sampling import FixedCount, equal_sizes, generate
from tests.generators import sizes_of
from tests.synthetic.sampling.small_cases import binomial_fits, generator
from tests.theory.laws.paths import arrangements, chains, valid_probability, word_weights
from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate
from theory.laws.enumeration.output_law import output_law

CHAINS = chains()
LABELS = st.lists(st.integers(0, 4), min_size=3, max_size=4)
SIZES = st.one_of(
    LABELS.map(lambda steps: tuple(steps.count(step) for step in range(5))),
    st.integers(1, 4).flatmap(lambda length: sizes_of(length, most=6)),
)


def certified(rate: CertifiedValue, truth: Fraction) -> bool:
    return abs(Fraction(rate.value) - truth) <= Fraction(rate.error)


def enumerated(language: NGram, length: int, sizes: tuple[int, ...]) -> Fraction:
    weights = word_weights(language, length)
    orders = arrangements(sizes)
    return 1 - sum((valid_probability(weights, order) for order in orders), Fraction(0)) / len(
        orders
    )


def bernoulli_like(language: NGram, length: int, sizes: tuple[int, ...]) -> Fraction:
    """The broken twin: independent labels with the probabilities s_k / L."""
    weights = word_weights(language, length)
    total = Fraction(0)
    for counts in _compositions(length, len(sizes)):
        for order in arrangements(counts):
            chance = Fraction(1)
            for size, part in zip(sizes, order, strict=True):
                chance *= Fraction(size, length) ** len(part)
            total += chance * valid_probability(weights, order) if chance else 0
    return 1 - total


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(total,)]
    return [
        (first, *rest)
        for first in range(total + 1)
        for rest in _compositions(total - first, parts - 1)
    ]


def test_the_error_is_that_of_enumeration() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(CHAINS, SIZES)
    def check(language: NGram, sizes: tuple[int, ...]) -> None:
        length = sum(sizes)
        rate = chain_fixed_count_sequence_error_rate(language, length=length, sizes=sizes)
        truth = enumerated(language, length, sizes)
        assert certified(rate, truth)
        assert (rate.value == 0) == (truth == 0)
        assert rate.error <= 1e-12
        steps = sum(size > 0 for size in sizes)
        seen["one step"] += steps == 1
        seen["three steps or more"] += steps >= 3
        seen["more steps than tokens"] += len(sizes) > length
        seen["a size of zero"] += steps < len(sizes)
        seen["an error"] += truth > 0
        seen["single successor"] += bool((language.transition.max(1).values == 1).all())

    check()
    least = {
        "one step": 5, "three steps or more": 5, "more steps than tokens": 3,
        "a size of zero": 6, "an error": 6, "single successor": 3,
    }  # fmt: skip
    assert {name: seen[name] for name, number in least.items() if seen[name] < number} == {}


@pytest.mark.parametrize("sizes", [(2, 2), (2, 1, 1), (3, 1), (1, 2, 1)])
def test_the_check_refuses_independent_reveals(sizes: tuple[int, ...]) -> None:
    language = NGram.random(2, 3, 2, 1.0, 1)
    rate = chain_fixed_count_sequence_error_rate(language, length=4, sizes=sizes)
    assert certified(rate, enumerated(language, 4, sizes))
    assert not certified(rate, enumerated(language, 4, sizes[::-1])) or sizes == sizes[::-1]
    assert not certified(rate, bernoulli_like(language, 4, sizes))


@pytest.mark.parametrize("sizes", [(3, 3, 3), (1, 4, 2, 2), (2,) * 6, (6, 3, 2, 1)])
def test_the_sampler_errs_as_often(sizes: tuple[int, ...]) -> None:
    """False alarm 1e-6 each; the rate of twice the error is refused."""
    language = catalogue.load("ngram2-v8")
    length = sum(sizes)
    rate = chain_fixed_count_sequence_error_rate(language, length=length, sizes=sizes)
    made = generate(
        Oracle(language), FixedCount(sizes), length=length, count=4000, generator=generator(1)
    )  # fmt: skip
    wrong = int((~language.contains(made.tokens)).sum())
    assert binomial_fits(wrong, 4000, rate.value, 1e-6)
    assert not binomial_fits(wrong, 4000, rate.value * 0.8, 1e-6)


@settings(max_examples=30, deadline=None)
@given(CHAINS, st.integers(1, 7))
def test_one_token_a_step_never_errs(language: NGram, length: int) -> None:
    sizes = equal_sizes(length, length)
    rate = chain_fixed_count_sequence_error_rate(language, length=length, sizes=sizes)
    assert rate == CertifiedValue(0.0, 0.0)


@settings(max_examples=30, deadline=None)
@given(CHAINS, SIZES)
def test_the_error_is_that_of_the_output_law(language: NGram, sizes: tuple[int, ...]) -> None:
    length = sum(sizes)
    law = output_law(Oracle(language), FixedCount(sizes), length=length)
    words = enumerate_sequences(language.vocab_size, length)
    error = float(law[~language.contains(words)].sum())
    rate = chain_fixed_count_sequence_error_rate(language, length=length, sizes=sizes)
    assert rate.value == pytest.approx(error, abs=1e-12)


def test_long_sequences_in_few_steps() -> None:
    language = catalogue.load("ngram2-v8")
    errors = [
        chain_fixed_count_sequence_error_rate(language, length=32, sizes=equal_sizes(32, steps))
        for steps in (1, 2, 3)
    ]
    assert errors[0].value > errors[1].value > errors[2].value > 0.9
    assert max(rate.error for rate in errors) < 1e-9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": CopyPairs(2)}, "exact for an NGram of order 2"),
        ({"length": 0, "sizes": (0,)}, "length is an integer >= 1, got 0"),
        ({"sizes": (2, 3)}, "sizes sum to the length, got a sum of 5 and length 4"),
        ({"sizes": (-1, 5)}, "the size of step 1 is an integer >= 0"),
        (
            {"language": NGram([1.0], [[1.0]]), "length": 1200, "sizes": (600, 600)},
            r"counted up to 1e\+300, length 1200 in sizes \(600, 600\) has more: simulate",
        ),
        ({"length": 64, "sizes": (4,) * 16}, "simulate with generate, or use the Bernoulli law"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "language": NGram.random(2, 3, 2, 1.0, 0), "length": 4, "sizes": (2, 2),
    } | changes  # fmt: skip
    with pytest.raises(ValueError, match=message) as error:
        chain_fixed_count_sequence_error_rate(arguments.pop("language"), **arguments)
    assert "\n" not in str(error.value)


def test_no_tensor_is_made_on_the_default_device() -> None:
    language = NGram.random(2, 3, 2, 1.0, 0)
    expected = chain_fixed_count_sequence_error_rate(language, length=7, sizes=(2, 3, 2))
    with torch.device("meta"):
        rate = chain_fixed_count_sequence_error_rate(language, length=7, sizes=(2, 3, 2))
    assert rate == expected
