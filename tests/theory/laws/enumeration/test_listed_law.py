"""Listed laws against the joint table in exact fractions, and constants by two algorithms."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from synthetic.languages import Affine, Finite, Language, NGram, Permutations, catalogue
from tests.generators import families, ngrams
from tests.synthetic.languages.referee import listed
from theory.laws import finite_collision_constant
from theory.laws.enumeration import listed_law as module
from theory.laws.enumeration.listed_law import (
    ListedLaw,
    TooManyWordsError,
    listed_law,
    longest_listed_law,
)

EVERY = settings(max_examples=25, deadline=None, derandomize=True)
SMALL = st.one_of(families(2), ngrams(most=2))


def independent(language: Language, length: int, known: int, chosen: int, place: int) -> bool:
    """The definition, in exact fractions: p(x_C x_S x_i) p(x_C) = p(x_C x_S) p(x_C x_i)."""
    shares, total = listed(language, length)

    def chance(positions: int, word: tuple[int, ...]) -> Fraction:
        kept = [place for place in range(length) if positions >> place & 1]
        fits = (group for x, group in shares.items() if all(x[i] == word[i] for i in kept))
        return Fraction(sum(fits), total)

    one = 1 << place
    return all(
        chance(known | chosen | one, word) * chance(known, word)
        == chance(known | chosen, word) * chance(known | one, word)
        for word in itertools.product(range(language.vocab_size), repeat=length)
    )


@pytest.mark.parametrize(
    "language",
    [
        Permutations(3),
        Affine([[1, 1, 0], [0, 1, 1]]),
        NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]]),
        Finite([[0, 0, 0], [1, 0, 1], [1, 1, 0], [0, 1, 1]], [0.5, 0.25, 0.125, 0.125]),
    ],
    ids=["permutations", "parity", "chain", "listed"],
)
def test_independent_as_defined(language: Language) -> None:
    """The broken twin takes supports alone, and knows no difference of probabilities."""
    law = listed_law(language, 3)
    alike = ListedLaw(law.words, np.ones(len(law.words)), law.vocab_size)
    differs = False
    for known, chosen in itertools.product(range(8), repeat=2):
        for place in range(3):
            if known & chosen or (known | chosen) >> place & 1:
                continue
            wanted = independent(language, 3, known, chosen, place)
            assert law.adds_independent(known, chosen, place) == wanted
            differs |= alike.adds_independent(known, chosen, place) != wanted
    assert differs == isinstance(language, Finite)


@EVERY
@given(SMALL)
def test_words_and_constant_are_those_of_enumeration(language: Language) -> None:
    length = max(language.lengths(4))
    try:
        law = listed_law(language, length)
    except ValueError:  # words as rare as 1e-300
        reject()
    words = {tuple(word) for word in law.words.tolist()}
    assert words == set(listed(language, length).shares)
    if length > 1:
        one, other = law.collision_constant(), finite_collision_constant(language, length=length)
        assert abs(one.value - other.value) <= one.error + other.error
        assert (one.value == 0) == (other.value == 0)


def test_errors_of_shares_bound_those_of_exact_arithmetic() -> None:
    """And are no more than a thousand times those of a long chain of random laws."""
    language, length, worst = catalogue.load("ngram2-v8"), 5, 0.0
    law = listed_law(language, length)
    shares, _ = listed(language, length)
    most = max(shares.values())
    for word, share in zip(law.words.tolist(), law.shares, strict=True):
        wanted = Fraction(shares[tuple(word)], most)
        worst = max(worst, abs(float(Fraction(share) / wanted - 1)))
    assert worst <= law.share_error <= 1000 * worst


def test_too_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SIZE_LIMIT", 2**10)
    language = catalogue.load("ngram2-v8")
    with pytest.raises(TooManyWordsError, match=r"at most 64, got more: choose a shorter length"):
        listed_law(language, 4)
    assert longest_listed_law(language, 8).length == 3
    assert len(longest_listed_law(catalogue.load("dyck2"), 4).words) == 8
    with pytest.raises(ValueError, match="no length up to 1 has words that can be listed"):
        longest_listed_law(catalogue.load("dyck2"), 1)


def test_probabilities_too_far_apart() -> None:
    tiny = torch.tensor([1.0, 1e-300], dtype=torch.float64)
    language = NGram(tiny, torch.stack([tiny, tiny]))
    with pytest.raises(ValueError, match=r"within a factor of 1e300, got .* from -1381"):
        listed_law(language, 2)
