"""Languages made of others: mixtures, reversed and relabelled ones, by enumeration."""

import pytest
import torch

from synthetic.languages import (
    CopyPairs,
    Dyck,
    Language,
    Mixture,
    NGram,
    Palindromes,
    Product,
    Question,
    Regular,
    Relabelled,
    Repeated,
    Reversed,
    RunningSum,
    Weighted,
    enumerate_sequences,
)
from synthetic.languages.language import CHOMSKY
from tests.generators import Partial
from tests.synthetic.languages.referee import listed
from tests.synthetic.languages.test_enumeration import check_evidence, check_posterior, check_words
from tests.synthetic.languages.test_weights import check_weights, random_weights

CHAIN = NGram([0.5, 0.5, 0.0], [[0.2, 0.8, 0], [0, 0.5, 0.5], [1, 0, 0]])
CASES: dict[str, tuple[Language, int]] = {
    "mixture": (Mixture([CopyPairs(2), Repeated(2), Dyck(1, 2)], [0.5, 0.3, 0.2]), 4),
    "without words": (Mixture([Dyck(1, 2), Palindromes(2)], [0.7, 0.3]), 3),
    "reversed chain": (Reversed(CHAIN), 3),
    "reversed sums": (Reversed(RunningSum(3)), 3),
    "relabelled": (Relabelled(CHAIN, [2, 0, 1]), 3),
    "product": (Product([CopyPairs(2), Dyck(1, 2), Repeated(2)], [1, None, 2]), 5),
    "product of parts": (Product([Palindromes(3), CHAIN], [2, 2]), 4),
    "weighted regular": (Weighted(Regular("(ab|c)*", "abc"), [0.5, 3.0, 0.1]), 4),
    "weights far apart": (Weighted(Repeated(3), [1e-30, 1.0, 1e30]), 3),
    "weighted chain": (Weighted(CHAIN, [0.5, 3.0, 0.1]), 3),
    "question": (Question(RunningSum(3), prompt=1, answer=2), 3),
    "both": (Reversed(Relabelled(CHAIN, [1, 2, 0])), 3),
}


@pytest.mark.parametrize("name", CASES)
def test_enumeration(name: str) -> None:
    language, length = CASES[name]
    case = Partial(language, enumerate_sequences(language.vocab_size + 1, length))
    check_evidence(case)
    check_posterior(case)
    check_words(language, length)
    shape = (6, length, language.vocab_size)
    for scales in ((1.0, 0.1), (1.0, 1e-300, 0.0)):
        check_weights(language, random_weights(shape, scales, 0))
    words = language.sample(50, length, torch.Generator().manual_seed(0))
    assert bool(language.contains(words).all())
    assert language.count(length) == len(listed(language, length).shares)
    assert length in language.lengths(length)
    assert language.chomsky in CHOMSKY


def test_positions_of_questions() -> None:
    language = Question(CopyPairs(2), prompt=2, answer=1)
    assert language.prompt_positions(4).tolist() == [True, True, False, False]
    assert language.answer_positions(4).tolist() == [False, False, False, True]


def test_entropy_of_a_weighted_uniform_language() -> None:
    language = Weighted(Regular("(ab|c)*(a|b)", "abc"), [0.5, 3.0, 0.1])
    entropy = language.entropy(20)
    drawn = language.estimate_entropy(20, 2000, torch.Generator().manual_seed(0))
    assert drawn.low - 0.2 < entropy.value < drawn.high + 0.2


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one vocabulary are mixed, got V = \[2, 3\]"):
        Mixture([CopyPairs(2), CopyPairs(3)], [0.5, 0.5])
    with pytest.raises(ValueError, match="shares has entries that sum to 1"):
        Mixture([CopyPairs(2)], [0.5])
    with pytest.raises(ValueError, match=r"one vocabulary are joined, got V = \[2, 3\]"):
        Product([CopyPairs(2), CopyPairs(3)], [1, None])
    with pytest.raises(ValueError, match=r"at most one of them None, got \[None, None\] for 2"):
        Product([CopyPairs(2), CopyPairs(2)], [None, None])
    with pytest.raises(ValueError, match=r"weights are 2 positive numbers, .* got \[1.0, 0.0\]"):
        Weighted(CopyPairs(2), [1, 0])
    with pytest.raises(ValueError, match=r"no words of length 1, near it are \[2\]"):
        Question(CopyPairs(2), 1, 1).answer_positions(1)
    with pytest.raises(ValueError, match=r"permutation of 0\.\.2, got \[0, 1, 1\]"):
        Relabelled(CHAIN, [0, 1, 1])
