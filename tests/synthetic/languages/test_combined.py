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
    Relabelled,
    Repeated,
    Reversed,
    RunningSum,
    enumerate_sequences,
)
from tests.generators import Partial
from tests.synthetic.languages.test_enumeration import check_evidence, check_posterior, check_words
from tests.synthetic.languages.test_weights import check_weights, random_weights

CHAIN = NGram([0.5, 0.5, 0.0], [[0.2, 0.8, 0], [0, 0.5, 0.5], [1, 0, 0]])
CASES: dict[str, tuple[Language, int]] = {
    "mixture": (Mixture([CopyPairs(2), Repeated(2), Dyck(1, 2)], [0.5, 0.3, 0.2]), 4),
    "without words": (Mixture([Dyck(1, 2), Palindromes(2)], [0.7, 0.3]), 3),
    "reversed chain": (Reversed(CHAIN), 3),
    "reversed sums": (Reversed(RunningSum(3)), 3),
    "relabelled": (Relabelled(CHAIN, [2, 0, 1]), 3),
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


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one vocabulary are mixed, got V = \[2, 3\]"):
        Mixture([CopyPairs(2), CopyPairs(3)], [0.5, 0.5])
    with pytest.raises(ValueError, match="shares has entries that sum to 1"):
        Mixture([CopyPairs(2)], [0.5])
    with pytest.raises(ValueError, match=r"permutation of 0\.\.2, got \[0, 1, 1\]"):
        Relabelled(CHAIN, [0, 1, 1])
