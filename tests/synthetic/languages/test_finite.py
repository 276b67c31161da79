"""Listed languages: repeats, zeros, sizes, both kinds of numbers, and what is refused."""

import itertools
import time
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import (
    Finite,
    LatinSquares,
    NotAllEqual,
    catalogue,
    enumerate_sequences,
    graph,
)
from synthetic.languages.sequences import mask_weights
from tests.generators import SEEDS
from tests.synthetic.languages.referee import assert_close, p_value
from tests.synthetic.languages.test_weights import SCALES, check_weights, random_weights

EVERY = settings(max_examples=30, deadline=None, derandomize=True)


@st.composite
def listed(draw: st.DrawFn) -> Finite:
    """Lists with repeats, with probabilities down to 1e-300 and zeros, or all alike."""
    size, length, count = (draw(st.integers(1, most)) for most in (3, 4, 9))
    generator = torch.Generator().manual_seed(draw(SEEDS))
    words = torch.randint(0, size, (count, length), generator=generator)
    if draw(st.booleans()):
        return Finite(words, vocab_size=size)
    shares = torch.rand(count, dtype=torch.float64, generator=generator)
    scales = torch.tensor([1.0, 1e-300, 0.0], dtype=torch.float64)
    shares *= scales[torch.randint(0, 3, (count,), generator=generator)]
    shares[0] += 1e-3
    return Finite(words, shares / shares.sum(), vocab_size=size)


@EVERY
@given(listed(), st.sampled_from(SCALES), SEEDS)
def test_any_weights(language: Finite, scales: tuple[float, ...], seed: int) -> None:
    (length,) = language.lengths(9)
    check_weights(language, random_weights((3, length, language.vocab_size), scales, seed))


def test_logarithms_agree_with_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    words = torch.tensor(list(itertools.permutations(range(5))))
    language = Finite(words)
    weights = random_weights((7, 5, 5), (1.0, 1e-3, 0.0), seed=0)
    plain = language.posterior_given(weights), language.log_evidence_given(weights)
    monkeypatch.setattr(graph, "SAFE_BITS", -1)
    assert_close(language.posterior_given(weights), plain[0].tolist())
    assert_close(language.log_evidence_given(weights), plain[1].tolist())


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("count", [1, 64, 300])
def test_sets_of_bits_agree_with_the_graph(count: int, even: bool) -> None:
    """Under masks, from none to all: words, and sequences that fit none."""
    generator = torch.Generator().manual_seed(count)
    words = torch.randint(0, 3, (count, 7), generator=generator).unique(dim=0)
    shares = torch.rand(len(words), dtype=torch.float64, generator=generator)
    language = Finite(words, None if even else shares / shares.sum(), vocab_size=3)
    tokens = torch.cat([language.sample(20, 7, generator), torch.full((2, 7), 1)])
    masked = torch.rand(tokens.shape, generator=generator) < torch.linspace(0, 1, 22).unsqueeze(1)
    tokens = tokens.masked_fill(masked, 3)
    weights = mask_weights(tokens, 3)
    assert_close(language.posterior(tokens), language.posterior_given(weights).tolist())
    assert_close(language.log_evidence(tokens), language.log_evidence_given(weights).tolist())
    assert language.count(7) == len(words)


@pytest.mark.parametrize(("order", "count"), [(1, 1), (2, 2), (3, 12), (4, 576)])
def test_latin_squares(order: int, count: int) -> None:
    language = LatinSquares(order)
    assert language.count(order**2) == count
    assert all(language.weight(tuple(word)) for word in language.words.tolist())
    if order > 1:
        word = language.words[0].clone()
        word[0] = word[1]
        assert not language.weight(tuple(word.tolist()))
        assert not bool(language.contains(word.unsqueeze(0)))
    with pytest.raises(ValueError, match=r"order is an integer in 1\.\.5, got 6"):
        LatinSquares(6)


def test_observations_of_sixteen_bits() -> None:
    """All observations are 0 where all bits are alike; given those, a bit is its neighbour."""
    language = NotAllEqual(16, 10, seed=3)
    assert language.count(26) == 2**16
    tokens = torch.full((1, 26), language.mask)
    tokens[:, 16:] = 0
    tokens[0, language.triples[0, 0]] = 1
    law = language.posterior(tokens)[0].exp()
    assert law[torch.from_numpy(language.triples[0])].tolist() == [[0.0, 1.0]] * 3
    with pytest.raises(ValueError, match=r"latents is an integer in 3\.\.20, got 21"):
        NotAllEqual(21, 10, seed=3)
    with pytest.raises(ValueError, match=r"observations is an integer in 1\.\.1, got 2"):
        NotAllEqual(3, 2, seed=3)


def test_latin_squares_of_order_five_in_time() -> None:
    """64 rows within 100 ms of processor time, half masked; four times that for a busy machine."""
    language = catalogue.load("latin-5")
    words = language.sample(64, 25, torch.Generator().manual_seed(0))
    hide = torch.rand(words.shape, generator=torch.Generator().manual_seed(1)) < 0.5
    tokens = words.masked_fill(hide, 5)
    law = language.posterior(tokens).exp()
    assert bool((law.gather(2, words.unsqueeze(2)) > 0).all())
    started = time.process_time()
    language.posterior(tokens)
    assert time.process_time() - started < 0.4


def test_nodes_of_one_future_are_one() -> None:
    """A permutation's prefix is known by its set of symbols: 2^n nodes, not n!."""
    words = torch.tensor(list(itertools.permutations(range(6))))
    language = Finite(words)
    assert sum(level.nodes for level in language._levels) == 2**6 - 1
    shares = torch.rand(720, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    other = Finite(words, shares / shares.sum())
    assert sum(level.nodes for level in other._levels) == 1 + 6 + 30 + 120 + 360 + 6


def test_repeats_count_and_zeros_are_no_words() -> None:
    language = Finite([[0, 1], [0, 1], [1, 1]])
    law = language.log_prob(enumerate_sequences(2, 2)).exp()
    assert law.tolist() == pytest.approx([0, 2 / 3, 0, 1 / 3], rel=1e-14)
    assert language.words.tolist() == [[0, 1], [1, 1]]
    other = Finite([[0, 1], [2, 2], [0, 1]], [0.25, 0.5, 0.25], vocab_size=4)
    assert other.log_prob(torch.tensor([[0, 1], [2, 2]])).exp().tolist() == [0.5, 0.5]
    assert (other.vocab_size, other.mask, other.lengths(5)) == (4, 4, [2])
    rare = Finite([[0], [1]], [1.0, 0.0])
    assert rare.contains(torch.tensor([[0], [1]])).tolist() == [True, False]
    assert rare.entropy(1).value == 0


@EVERY
@given(st.sampled_from([(2, 1), (2, 3), (2, 4), (3, 2), (3, 3)]), SEEDS)
def test_a_law_in_row_major_order(shape: tuple[int, int], seed: int) -> None:
    size, length = shape
    generator = torch.Generator().manual_seed(seed)
    law = torch.rand(size**length, dtype=torch.float64, generator=generator)
    law /= law.sum()
    words = enumerate_sequences(size, length)
    computed = Finite.from_law(law, size).log_prob(words).exp()
    assert torch.allclose(computed, law, rtol=1e-12, atol=0)
    reversed_law = Finite.from_law(law.flip(0), size).log_prob(words).exp()  # the broken twin
    assert not torch.allclose(reversed_law, law, rtol=1e-12, atol=0)


def test_samples_follow_the_list() -> None:
    """Chi-square on 20,000 words. False-alarm rate: 1e-5."""
    language = Finite([[0, 1], [2, 2], [1, 0], [0, 1]], [0.1, 0.2, 0.6, 0.1])
    words = language.sample(20_000, 2, torch.Generator().manual_seed(1))
    assert p_value(language, words) > 1e-5
    other = Finite([[0, 1], [2, 2], [1, 0]]).sample(20_000, 2, torch.Generator().manual_seed(1))
    assert p_value(language, other) < 1e-5


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        ([0, 1], {}, r"integers of shape \(K, L\), got \(2,\)"),
        (torch.empty((0, 3)).long(), {}, r"integers of shape \(K, L\)"),
        ([[0.5, 1.0]], {}, "sequences is an array of whole numbers"),
        ([[True, False]], {}, "sequences is an array of whole numbers"),
        ([[0, -1]], {}, "sequences hold symbols from 0 to 0, got -1"),
        ([[0, 3]], {"vocab_size": 3}, "sequences hold symbols from 0 to 2, got 3"),
        ([[0, 1]], {"vocab_size": 0}, "vocab_size is an integer >= 1, got 0"),
        ([[0, 1]], {"probabilities": [0.5]}, r"probabilities has entries that sum to 1"),
        ([[0, 1]], {"probabilities": [0.5, 0.5]}, r"probabilities has shape \(1\), got \(2,\)"),
        (torch.zeros((2**20 + 1, 1)).long(), {}, "allowed are 1048576 sequences, got 1048577"),
    ],
)
def test_refusals(words: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        Finite(words, **options)
    assert "\n" not in str(error.value)


def test_laws_that_are_none() -> None:
    with pytest.raises(ValueError, match="has V\\^L entries, got 6 for V = 2"):
        Finite.from_law(torch.full((6,), 1 / 6, dtype=torch.float64), 2)
    with pytest.raises(ValueError, match="sum to 1"):
        Finite.from_law(torch.full((8,), 1 / 16, dtype=torch.float64), 2)
    with pytest.raises(ValueError, match=r"no words of length 3, near it are \[2\]"):
        Finite([[0, 1]]).posterior(torch.tensor([[2, 2, 2]]))
