"""Laws of windows: enumeration, an unbiased divergence, and an interval that covers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, NGram, catalogue, enumerate_sequences
from synthetic.metrics import enumerated_law
from synthetic.metrics.windows import window_divergence, window_law
from tests.generators import ngrams

CHAIN = NGram([0.5, 0.3, 0.2], [[0.5, 0.5, 0], [0, 0.1, 0.9], [0.6, 0, 0.4]])


@settings(max_examples=30)
@given(ngrams(most=3), st.integers(1, 3), st.integers(0, 2))
def test_window_law_by_enumeration(language: NGram, width: int, more: int) -> None:
    length, size = width + more, language.vocab_size
    joint = enumerated_law(language, length)
    words = enumerate_sequences(size, length)
    places = size ** torch.arange(width - 1, -1, -1)
    wanted = torch.zeros(size**width, dtype=torch.float64)
    for first in range(more + 1):
        code = (words[:, first : first + width] * places).sum(1)
        wanted.index_add_(0, code, joint / (more + 1))
    torch.testing.assert_close(window_law(language, length, width), wanted, rtol=1e-12, atol=1e-15)


def test_true_words_have_divergence_zero_on_average() -> None:
    """Over 60 draws the corrected mean is 0 within 3 standard errors and 50 intervals or more
    cover 0 (false alarms below 1e-2 together, seeds fixed); the plug-in mean is not 0."""
    law = window_law(CHAIN, 12, 2)
    generator = torch.Generator().manual_seed(0)
    estimates = [
        window_divergence(CHAIN.sample(100, 12, generator), CHAIN, 2, law) for _ in range(60)
    ]
    values = torch.tensor([each.value for each in estimates])
    assert abs(float(values.mean())) < 3 * float(values.std()) / 60**0.5 + 1e-5
    assert sum(each.low <= 0 <= each.high for each in estimates) >= 50


def test_a_lost_minority_is_seen() -> None:
    """All words valid, but of one kind only: SER 0, and a divergence far from 0."""
    language = CopyPairs(4)
    tokens = torch.zeros((50, 8), dtype=torch.int64)
    assert bool(language.contains(tokens).all())
    assert window_divergence(tokens, language, 2).low > 0.2


def test_windows_a_chain_cannot_show_are_finite() -> None:
    language = catalogue.load("ngram2-v8", "cpu")
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(8, (100, 16), generator=generator)
    computed = window_divergence(tokens, language, 2)
    assert 0.2 < computed.low <= computed.value <= computed.high < 0.7


def test_refusals_are_one_line() -> None:
    with pytest.raises(ValueError, match="at most as long as the word, got 3 of 2"):
        window_law(CHAIN, 2, 3)
    with pytest.raises(ValueError, match="2 sequences or more, got 1"):
        window_divergence(torch.zeros((1, 4), dtype=torch.int64), CHAIN, 2)
