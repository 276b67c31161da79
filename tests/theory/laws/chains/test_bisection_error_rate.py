"""The exact error of bisection against enumeration in rational arithmetic, and the sampler."""

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
from synthetic.sampling import Bisection, bisection_rounds, generate
from tests.synthetic.sampling.small_cases import binomial_fits, generator
from tests.theory.laws.paths import chains, erring_chain, halves, valid_probability, word_weights
from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.enumeration.output_law import output_law

CHAINS = chains()


def certified(rate: CertifiedValue, truth: Fraction) -> bool:
    return abs(Fraction(rate.value) - truth) <= Fraction(rate.error)


def enumerated(language: NGram, length: int, rounds: int) -> Fraction:
    weights = word_weights(language, length)
    return 1 - valid_probability(weights, halves(length, rounds))


def test_the_error_is_that_of_enumeration() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(CHAINS, st.sampled_from((4, 5, 3, 2, 1)))
    def check(language: NGram, length: int) -> None:
        for rounds in range(1, 5):
            rate = chain_bisection_sequence_error_rate(language, length=length, rounds=rounds)
            truth = enumerated(language, length, rounds)
            assert certified(rate, truth)
            assert rate.value == 0 if truth == 0 else rate.value > 0 or truth < 2**-900
            assert rate.error <= 1e-12
            seen["one round"] += rounds == 1
            seen["more rounds than tokens"] += rounds > length
            seen["an error"] += truth > 0
            # the broken twin: the right one of two middles, where it makes a difference
            mirrored = [[length - 1 - i for i in part] for part in halves(length, rounds)]
            other = 1 - valid_probability(word_weights(language, length), mirrored)
            if abs(other - truth) > 1e-9:
                assert not certified(rate, other)
                seen["the other middle"] += 1

    check()
    least = {
        "one round": 30, "more rounds than tokens": 9, "an error": 9, "the other middle": 2,
    }  # fmt: skip
    assert {name: seen[name] for name, number in least.items() if seen[name] < number} == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_check_refuses_the_other_middle_and_another_round(seed: int) -> None:
    language = erring_chain(seed)
    rate = chain_bisection_sequence_error_rate(language, length=4, rounds=2)
    weights = word_weights(language, 4)
    order = halves(4, 2)
    assert order == [[1], [0, 2, 3]]
    assert certified(rate, 1 - valid_probability(weights, order))
    assert not certified(rate, 1 - valid_probability(weights, [[2], [0, 1, 3]]))
    assert not certified(rate, 1 - valid_probability(weights, halves(4, 1)))


@settings(max_examples=30, deadline=None)
@given(CHAINS, st.integers(1, 200))
def test_no_error_after_all_rounds(language: NGram, length: int) -> None:
    """Order removes the linear law: O(log L) steps at SER exactly 0."""
    rounds = bisection_rounds(length)
    rate = chain_bisection_sequence_error_rate(language, length=length, rounds=rounds)
    assert rate == CertifiedValue(0.0, 0.0)


@settings(max_examples=30, deadline=None)
@given(CHAINS, st.integers(1, 5), st.integers(1, 3))
def test_the_error_is_that_of_the_output_law(language: NGram, length: int, rounds: int) -> None:
    law = output_law(Oracle(language), Bisection(rounds), length=length)
    words = enumerate_sequences(language.vocab_size, length)
    error = float(law[~language.contains(words)].sum())
    rate = chain_bisection_sequence_error_rate(language, length=length, rounds=rounds)
    assert rate.value == pytest.approx(error, abs=1e-12)


def test_one_round_less_errs() -> None:
    language = catalogue.load("ngram2-v8")
    for length in (2, 3, 8, 64, 512):
        rounds = bisection_rounds(length) - 1
        rate = chain_bisection_sequence_error_rate(language, length=length, rounds=rounds)
        assert rate.value > 0.1
        assert rate.error < 1e-10


def test_the_sampler_errs_as_often() -> None:
    """False alarm 1e-6; the rate of one more round is refused."""
    language = catalogue.load("ngram2-v8")
    made = generate(
        Oracle(language), Bisection(3), length=20, count=4000, generator=generator(0)
    )  # fmt: skip
    wrong = int((~language.contains(made.tokens)).sum())

    def law(rounds: int) -> float:
        return chain_bisection_sequence_error_rate(language, length=20, rounds=rounds).value

    assert binomial_fits(wrong, 4000, law(3), 1e-6)
    assert not binomial_fits(wrong, 4000, law(4), 1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": CopyPairs(2)}, "exact for an NGram of order 2"),
        (
            {"language": NGram.random(3, 2, 2, 1.0, 0)},
            "got a language of order 3",
        ),
        ({"length": 0}, "length is an integer >= 1, got 0"),
        ({"rounds": 0}, "rounds is an integer >= 1, got 0"),
        ({"rounds": 2.0}, "rounds is an integer, got 2.0"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "language": NGram.random(2, 3, 2, 1.0, 0), "length": 4, "rounds": 2,
    } | changes  # fmt: skip
    with pytest.raises(ValueError, match=message) as error:
        chain_bisection_sequence_error_rate(arguments.pop("language"), **arguments)
    assert "\n" not in str(error.value)


def test_no_tensor_is_made_on_the_default_device() -> None:
    language = NGram.random(2, 3, 2, 1.0, 0)
    expected = chain_bisection_sequence_error_rate(language, length=9, rounds=2)
    with torch.device("meta"):
        assert chain_bisection_sequence_error_rate(language, length=9, rounds=2) == expected
