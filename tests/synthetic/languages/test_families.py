"""Families by their definitions; sampling and entropy of every family."""

import functools
import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import (
    Addition,
    CopyPairs,
    Derivation,
    Dyck,
    HiddenMarkov,
    Language,
    NGram,
    RunningSum,
    enumerate_sequences,
)
from tests.generators import SEEDS, Partial, languages, partials
from tests.synthetic.languages.referee import is_nested, p_value, weight_of

EVERY = settings(max_examples=40, deadline=None, derandomize=True)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@functools.cache
def count_words(kinds: int, depth: int, length: int, height: int = 0) -> int:
    """Closed words of a length from a height: after one bracket, the rest."""
    if not 0 <= height <= depth:
        return 0
    if length == 0:
        return int(height == 0)
    opening = kinds * count_words(kinds, depth, length - 1, height + 1)
    return opening + count_words(kinds, depth, length - 1, height - 1)


@pytest.mark.parametrize("kinds", [1, 2, 3])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_dyck_is_uniform_over_nested_words(kinds: int, depth: int) -> None:
    language = Dyck(kinds, depth)
    for length in (2, 4, 40):
        words = language.sample(20, length, generator(0))
        assert all(is_nested(tuple(word), kinds, depth) for word in words.tolist())
        expected = -math.log(count_words(kinds, depth, length))
        assert language.log_prob(words).tolist() == pytest.approx([expected] * 20, rel=1e-13)
        assert language.entropy(length).value == pytest.approx(-expected, rel=1e-13)
        deeper = -math.log(count_words(kinds, depth + 1, length))  # a broken twin
        assert (deeper == pytest.approx(expected, rel=1e-13)) == (length <= 2 * depth)
    everything = enumerate_sequences(2 * kinds, 4)
    nested = [is_nested(tuple(word), kinds, depth) for word in everything.tolist()]
    assert language.contains(everything).tolist() == nested


def test_dyck_lengths() -> None:
    language = Dyck(2, 3)
    assert language.lengths(9) == [2, 4, 6, 8]
    with pytest.raises(ValueError, match=r"no words of length 7, near it are \[6, 8\]"):
        language.sample(1, 7, torch.Generator())
    for call in (language.log_prob, language.posterior, language.contains, language.log_evidence):
        with pytest.raises(ValueError, match=r"no words of length 1, near it are \[2\]"):
            call(torch.tensor([[0]]))
    with pytest.raises(ValueError, match="need 8188 states, allowed are 4096: lower depth"):
        Dyck(2, 11)


@pytest.mark.parametrize("length", [1, 2, 5, 6])
def test_running_sums_are_sums(length: int) -> None:
    modulus = 4
    language = RunningSum(modulus)
    words = language.sample(200, length, generator(length))
    digits = words[:, ::2]
    assert torch.equal(words[:, 1::2], digits.cumsum(1)[:, : length // 2] % modulus)
    free = (length + 1) // 2
    assert language.log_prob(words).tolist() == pytest.approx([-free * math.log(modulus)] * 200)
    assert int(language.contains(enumerate_sequences(modulus, length)).sum()) == modulus**free
    if length > 1:
        words[:, 1] = (words[:, 1] + 1) % modulus
        assert not bool(language.contains(words).any())


@pytest.mark.parametrize("length", [1, 2, 5, 6])
def test_pairs_are_copies(length: int) -> None:
    language = CopyPairs(3)
    words = language.sample(200, length, generator(length))
    assert torch.equal(words[:, 1::2], words[:, : length - 1 : 2] if length > 1 else words[:, 1::2])
    free = (length + 1) // 2
    assert language.entropy(length).value == pytest.approx(free * math.log(3), rel=1e-13)
    assert int(language.contains(enumerate_sequences(3, length)).sum()) == 3**free
    assert language.symbols == 3


TRIGRAM = NGram.random(3, 3, 2, 0.7, 0)
SMALL: dict[str, tuple[Language, int]] = {
    "bigram": (NGram([0.5, 0.5, 0.0], [[0.2, 0.8, 0], [0, 0.5, 0.5], [1, 0, 0]]), 4),
    "short trigram": (NGram.random(4, 3, 2, 0.7, 0), 2),
    "trigram": (TRIGRAM, 5),
    "hidden": (HiddenMarkov([0.2, 0.8], [[0.9, 0.1], [0.3, 0.7]], [[0.5, 0.5], [0.1, 0.9]]), 5),
    "brackets": (Dyck(2, 2), 6),
    "sums": (RunningSum(3), 4),
    "pairs": (CopyPairs(4), 3),
    "addition": (Addition(3), 6),
    "derivation": (Derivation(3), 6),
}


@pytest.mark.parametrize("name", SMALL)
def test_samples_follow_the_law(name: str) -> None:
    """Chi-square on 20,000 words. False-alarm rate: 1e-5 for each language, 9e-5 in all."""
    language, length = SMALL[name]
    words = language.sample(20_000, length, generator(1))
    assert p_value(language, words) > 1e-5


def test_wrong_samples_are_rejected() -> None:
    uniform = torch.full((3, 3), 1 / 9, dtype=torch.float64)
    elsewhere = NGram(uniform, TRIGRAM.transition).sample(20_000, 5, generator(1))
    assert p_value(TRIGRAM, elsewhere) < 1e-5
    brackets = Dyck(2, 2)
    tables = brackets.automaton
    walk = HiddenMarkov(  # every allowed bracket equally likely, whatever can follow
        tables.initial / tables.initial.sum(),
        tables.transition / tables.transition.sum(1, keepdim=True),
        tables.emission,
    )
    words = walk.sample(100_000, 6, generator(1))
    closed = words[brackets.contains(words)]
    assert len(closed) > 10_000
    assert p_value(brackets, closed[:10_000]) < 1e-5


@EVERY
@given(partials(), SEEDS)
def test_samples_are_words_and_one_seed_is_one_stream(case: Partial, seed: int) -> None:
    length = case.tokens.shape[1]
    words, again = (case.language.sample(7, length, generator(seed)) for _ in range(2))
    assert torch.equal(words, again)
    assert words.shape == (7, length)
    assert words.dtype == torch.int64
    assert bool(case.language.contains(words).all())


def test_drawing_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    language = NGram.random(3, 4, 2, 1.0, 0)
    whole = language.sample(50, 9, generator(0))
    monkeypatch.setattr("synthetic.languages.automaton_language.DRAWN_AT_ONCE", 33)
    assert torch.equal(language.sample(50, 9, generator(0)), whole)


@pytest.mark.parametrize("name", SMALL)
def test_estimated_entropy_covers_the_exact_one(name: str) -> None:
    """Of 60 95% intervals at least 46 cover. False-alarm rate: 2e-7 each; 2e-4 if 91% cover."""
    language, length = SMALL[name]
    exact = language.entropy(length)
    assert exact.error <= 1e-11
    covered = 0
    for seed in range(60):
        estimate = language.estimate_entropy(length, 400, generator(seed))
        assert estimate.samples == 400
        covered += estimate.low - exact.error <= exact.value <= estimate.high + exact.error
    assert covered >= 46
    if estimate.standard_error > 1e-9:  # words are not all equally likely
        narrow = 0  # a broken twin: intervals of a tenth of the width
        for seed in range(60):
            estimate = language.estimate_entropy(length, 400, generator(seed))
            reach = (estimate.high - estimate.low) / 20
            narrow += abs(estimate.value - exact.value) <= reach
        assert narrow < 46


@EVERY
@given(languages(), st.integers(1, 4))
def test_lengths_are_those_with_words(language: Language, longest: int) -> None:
    lengths = language.lengths(longest)
    for length in range(1, longest + 1):
        weight = weight_of(language)
        some = any(map(weight, itertools.product(range(language.vocab_size), repeat=length)))
        assert some == (length in lengths)


def test_exact_entropy_says_where_it_ends() -> None:
    hidden = HiddenMarkov.random(3, 8, 2, 1.0, 0, symbols=4)
    with pytest.raises(ValueError, match=r"8\^7 sequences, allowed are 1048576: use estimate"):
        hidden.entropy(7)
    assert NGram.random(3, 8, 4, 1.0, 0).entropy(4096).error < 1e-4
