"""Listed laws as languages: all probabilities of partial sequences against sums over the list."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import enumerate_sequences
from tests.generators import SEEDS
from tests.synthetic.sampling.small_cases import CPU
from tests.theory.laws.listed_law import random_law
from theory.laws.enumeration.listed_language import listed_language, uniform_language


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([(2, 1), (2, 3), (2, 4), (3, 2), (3, 3)]), SEEDS, st.sampled_from([0, 0.6]))
def test_a_listed_language_has_the_listed_law(
    shape: tuple[int, int], seed: int, zeros: float
) -> None:
    listed = random_law(*shape, seed, zeros)
    language = listed_language(listed.law, shape[0])
    tokens = enumerate_sequences(shape[0] + 1, shape[1])
    wanted, found = listed.log_evidence(tokens), language.log_evidence(tokens)
    assert torch.equal(wanted.isinf(), found.isinf())
    assert torch.allclose(wanted.exp(), found.exp(), rtol=1e-12, atol=0)
    assert language.lengths(6) == [shape[1]]
    reversed_law = listed_language(listed.law.flip(0), shape[0])  # the broken twin
    same = torch.allclose(wanted.exp(), reversed_law.log_evidence(tokens).exp(), rtol=1e-12, atol=0)
    assert not same or torch.equal(listed.law, listed.law.flip(0)) or len(listed.law) < 3


def test_repeats_count() -> None:
    words = torch.tensor([[0, 1], [0, 1], [1, 1]], device=CPU)
    language = uniform_language(words, 2)
    law = language.log_prob(enumerate_sequences(2, 2)).exp()
    assert law.tolist() == pytest.approx([0, 2 / 3, 0, 1 / 3], rel=1e-14)


def test_what_is_refused() -> None:
    law = torch.full((6,), 1 / 6, dtype=torch.float64, device=CPU)
    with pytest.raises(ValueError, match="has V\\^L entries, got 6 for V = 2"):
        listed_language(law, 2)
    with pytest.raises(ValueError, match="sums to 1"):
        listed_language(law / 2, 2)
