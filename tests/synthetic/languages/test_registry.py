"""Every language of the catalogue by the same properties, with enumeration as the referee.

A language of the catalogue is tested here without another line: at its `small` parameters, or its
own, on all lengths whose sequences can be listed.
"""

import json
import os
from functools import cache
from inspect import isabstract
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from synthetic import languages
from synthetic.languages import (
    AutomatonLanguage,
    Language,
    Palindromes,
    WeightedAutomaton,
    catalogue,
    enumerate_sequences,
)
from synthetic.languages.language import CHOMSKY
from synthetic.quantities import Estimate
from tests.generators import Partial
from tests.golden import WRITE
from tests.synthetic.languages.referee import listed, p_value, weight_of
from tests.synthetic.languages.test_combined import CASES
from tests.synthetic.languages.test_enumeration import check_evidence, check_posterior, check_words
from tests.synthetic.languages.test_weights import check_weights, random_weights

LISTED = 1100  # sequences of a length
LENGTHS = 3  # the longest few of them
ROWS = 5
GOLDEN = Path(__file__).with_name("golden_languages.json")


@cache
def small(name: str) -> Language:
    """The named language at parameters that can be enumerated, one for all tests."""
    entry = catalogue.entry(name)
    return entry.build(**(entry.small or entry.parameters))


def listed_lengths(language: Language) -> list[int]:
    lengths = language.lengths(12)
    return [length for length in lengths if language.vocab_size**length <= LISTED][-LENGTHS:]


def contexts(language: Language, length: int) -> Tensor:
    """All partial sequences where there are few, else words half masked and any tokens."""
    size = language.vocab_size
    if (size + 1) ** length <= 81:
        return enumerate_sequences(size + 1, length)
    generator = torch.Generator().manual_seed(length)
    words = language.sample(ROWS, length, generator)
    words = words.masked_fill(torch.rand(words.shape, generator=generator) < 0.5, size)
    any_tokens = torch.randint(0, size + 1, (ROWS, length), generator=generator)
    return torch.cat([words, any_tokens])


def noisy_weights(shape: tuple[int, ...], least: float, seed: int) -> Tensor:
    """Weights (B, L, V) as of noisy tokens: one symbol a position stands out, by a share >= least.

    About a third of the positions are masked, and some certain where `least` is zero.
    """
    generator = np.random.default_rng(seed)
    noise = least + (1 - least) * generator.random((*shape[:2], 1)) ** 3
    noise[generator.random(noise.shape) < 0.3] = 1.0
    if not least:
        noise[generator.random(noise.shape) < 0.3] = 0.0
    weights = np.repeat(noise, shape[2], axis=2)
    np.put_along_axis(weights, generator.integers(shape[2], size=noise.shape), 1.0, axis=2)
    return torch.tensor(weights, dtype=torch.float64, device="cpu")


@pytest.mark.parametrize("name", catalogue.names())
def test_enumeration(name: str) -> None:
    language = small(name)
    assert language.chomsky in CHOMSKY
    lengths = listed_lengths(language)
    assert lengths, f"{name} has no length that can be listed: give its entry small parameters"
    for length in lengths:
        case = Partial(language, contexts(language, length))
        assert language.count(length) == len(listed(language, length).shares)
        check_evidence(case)
        check_posterior(case)
        check_words(language, length)
        shape = (ROWS, length, language.vocab_size)
        for scales in ((1.0, 0.1), (1.0, 1e-300, 0.0)):
            check_weights(language, random_weights(shape, scales, length))
        for least in (0.0, 1e-300, 0.1):
            check_weights(language, noisy_weights(shape, least, length))


@pytest.mark.parametrize("name", catalogue.names())
def test_lengths_are_those_with_words(name: str) -> None:
    language = small(name)
    weight = weight_of(language)
    for length in range(1, 13):
        if language.vocab_size**length <= LISTED:
            words = enumerate_sequences(language.vocab_size, length).tolist()
            some = any(weight(tuple(word)) for word in words)
            assert some == (length in language.lengths(length))


@pytest.mark.parametrize("name", catalogue.names())
def test_samples_follow_the_law(name: str) -> None:
    """Chi-square on 5,000 words. False-alarm rate: 1e-6 for each language."""
    language = small(name)
    length = listed_lengths(language)[-1]
    words = language.sample(5000, length, torch.Generator().manual_seed(1))
    assert p_value(language, words) > 1e-6
    words[:, 0] = (words[:, 0] + 1) % language.vocab_size  # a broken twin
    assert p_value(language, words) < 1e-6


@pytest.mark.parametrize("name", catalogue.names())
def test_estimated_entropy(name: str) -> None:
    """The 99.9% interval covers. False-alarm rate: 1e-3 at most, each seed tried beforehand."""
    language = small(name)
    length = listed_lengths(language)[-1]
    exact = language.entropy(length)
    estimate = language.estimate_entropy(length, 2000, torch.Generator().manual_seed(0))
    assert wider(estimate, 2.0).low - exact.error <= exact.value
    assert exact.value <= wider(estimate, 2.0).high + exact.error


def wider(estimate: Estimate, factor: float) -> Estimate:
    half = factor * (estimate.high - estimate.low) / 2 + 1e-9
    middle = (estimate.high + estimate.low) / 2
    return Estimate(
        estimate.value, middle - half, middle + half, estimate.samples, estimate.estimator
    )


def numbers_of(name: str) -> dict[str, Any]:
    """What must not change about a named language: its digest, and evidences of fixed weights."""
    language = catalogue.load(name)
    evidence = {}
    for length in [length for length in language.lengths(40) if length >= 6][:2]:
        weights = noisy_weights((2, length, language.vocab_size), 0.1, length)
        evidence[str(length)] = language.log_evidence_given(weights).tolist()
    return {"digest": catalogue.entry(name).digest(), "log evidence": evidence}


@pytest.mark.parametrize("name", catalogue.names())
def test_golden_numbers(name: str) -> None:
    """A name stands for one law for ever; STEPLAB_WRITE_GOLDEN=1 adds what is new."""
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    computed = numbers_of(name)
    if name not in golden and os.environ.get(WRITE):
        golden[name] = computed
        GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")
    assert name in golden, f"{name} is new: {WRITE}=1 pytest {Path(__file__).name} writes it down"
    wanted = golden[name]
    assert computed["digest"] == wanted["digest"]
    for length, values in wanted["log evidence"].items():
        assert computed["log evidence"][length] == pytest.approx(values, rel=1e-9, abs=1e-9)


ELSEWHERE = {"Finite": "test_finite.py", "Corpus": "test_specification.py"}


def families() -> set[str]:
    """All classes of languages that are public and can be built."""
    public = [getattr(languages, name) for name in languages.__all__]
    kinds = [one for one in public if isinstance(one, type) and issubclass(one, Language)]
    return {kind.__name__ for kind in kinds if not isabstract(kind)}


def covered() -> set[str]:
    """Those that are in the catalogue or among the combinations, or have a file of tests."""
    named = [small(name) for name in catalogue.names()]
    combined = [language for language, _ in CASES.values()]
    return {type(one).__name__ for one in [*named, *combined]} | set(ELSEWHERE)


def test_no_family_is_left_out() -> None:
    assert families() - covered() == {"AutomatonLanguage"}  # whose tables hypothesis draws
    here = Path(__file__).parent
    for family, name in ELSEWHERE.items():
        assert f"{family}(" in (here / name).read_text()
        assert "check_weights(" in (here / name).read_text()


def test_no_family_is_its_own_referee() -> None:
    class Unknown(AutomatonLanguage):
        """Tables without a definition."""

    one = torch.ones(1, dtype=torch.float64)
    tables = WeightedAutomaton(one, one.unsqueeze(0), one.unsqueeze(0), one)
    with pytest.raises(TypeError, match=r"Unknown has no definition: .* weight\(word\)"):
        weight_of(Unknown(tables))
    assert weight_of(AutomatonLanguage(tables))((0, 0)) == 1
    assert weight_of(Palindromes(2))((0, 1)) == 0


class Bare(Language):
    """An automaton that says nothing but its evidence: all else as the base derives it."""

    def __init__(self, inner: AutomatonLanguage) -> None:
        super().__init__(inner.device)
        self.inner = inner

    @property
    def vocab_size(self) -> int:
        return self.inner.vocab_size

    def weight(self, word: tuple[int, ...]) -> Any:
        return self.inner.weight(word)

    def lengths(self, maximum: int) -> list[int]:
        return self.inner.lengths(maximum)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        return self.inner.log_weight_given(weights)


@pytest.mark.parametrize("name", ["ngram2-v8", "dyck2-depth3", "derivation-4"])
def test_all_follows_from_the_evidence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = catalogue.load(name)
    assert isinstance(inner, AutomatonLanguage)
    bare = Bare(inner)
    length = inner.lengths(4)[-1]
    tokens = contexts(inner, length)
    words = inner.sample(9, length, torch.Generator().manual_seed(0))
    monkeypatch.setattr("synthetic.languages.language.MEMORY_BOUND", 10_000)
    torch.testing.assert_close(bare.posterior(tokens), inner.posterior(tokens))
    torch.testing.assert_close(bare.log_evidence(tokens), inner.log_evidence(tokens))
    torch.testing.assert_close(bare.log_prob(words), inner.log_prob(words))
    assert torch.equal(bare.contains(words), inner.contains(words))
    assert bool(inner.contains(bare.sample(9, length, torch.Generator().manual_seed(0))).all())
