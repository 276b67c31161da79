"""Formal languages beyond what the registry tests: larger sizes, second algorithms, refusals."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from synthetic.languages import (
    Affine,
    Balanced,
    CountedGraph,
    Finite,
    Language,
    OneHot,
    Permutations,
    Walks,
    catalogue,
)
from tests.synthetic.languages.referee import assert_close
from tests.synthetic.languages.test_registry import noisy_weights
from tests.synthetic.languages.test_weights import random_weights


def general(language: Permutations, weights: Tensor) -> Tensor:
    """The joint sums over subsets, whatever the weights."""
    return super(Permutations, language).log_joint_given(weights)


@pytest.mark.parametrize("size", [2, 3, 5, 9])
@pytest.mark.parametrize("least", [0.0, 1e-300, 1e-4])
def test_rook_polynomials_agree_with_subsets(size: int, least: float) -> None:
    language = Permutations(size)
    weights = noisy_weights((40, size, size), least, size)
    assert language._one_special(weights)
    slow = general(language, weights).log_softmax(-1)
    alive = ~slow.isnan().any(-1).any(-1)
    assert bool(alive.any())
    posterior = language.posterior_given(weights)
    assert_close(posterior[alive], slow[alive].tolist())
    sums = super(Permutations, language).log_weight_given(weights)
    assert_close(language.log_weight_given(weights), sums.tolist())
    twin = language.posterior_given(weights.flip(1))  # another context
    with pytest.raises(AssertionError):
        assert_close(twin[alive], slow[alive].tolist())


@pytest.mark.parametrize("size", [32, 128])
def test_permutations_of_many(size: int) -> None:
    """Rows and columns of the posterior sum to one; a lone missing symbol is known."""
    language = Permutations(size)
    noisy = noisy_weights((2, size, size), 1e-6, seed=1)
    law = language.posterior_given(noisy).exp()
    torch.testing.assert_close(law.sum(1), torch.ones_like(law[:, 0]), rtol=0, atol=1e-12)
    words = language.sample(3, size, torch.Generator().manual_seed(0))
    assert bool(language.contains(words).all())
    assert_close(language.log_prob(words), [-math.lgamma(size + 1)] * 3)
    tokens = words.clone()
    tokens[:, 5] = size
    assert torch.equal(language.posterior(tokens).argmax(-1), words)
    tokens[:, 9] = size
    law = language.posterior(tokens)[:, 5].exp()
    assert_close(law.gather(1, words[:, [5, 9]]), [[0.5, 0.5]] * 3)


def test_permutations_take_other_weights_up_to_twelve() -> None:
    weights = random_weights((1, 13, 13), (1.0, 0.1), seed=0)
    with pytest.raises(ValueError, match=r"n = 13 take weights with one special symbol .* n = 12"):
        Permutations(13).posterior_given(weights)
    law = Permutations(12).posterior_given(weights[:, :12, :12].contiguous()).exp()
    assert_close(law.sum(1), [[1.0] * 12])


LISTED: dict[str, tuple[CountedGraph, int]] = {
    "balanced": (Balanced(3), 6),
    "one hot": (OneHot(4), 8),
    "walks": (Walks(3), 8),
    "parity": (Affine.parity(6, 2, modulus=3), 6),
    "code": (Affine.random(9, 4, seed=1), 9),
    "shifted": (Affine([[1, 2, 0, 4]], [1, 1, 3, 0], modulus=5), 4),
}


@pytest.mark.parametrize("name", LISTED)
def test_a_graph_is_its_list_of_words(name: str) -> None:
    language, length = LISTED[name]
    symbols = range(language.vocab_size)
    words = [word for word in itertools.product(symbols, repeat=length) if language.is_word(word)]
    assert len(words) == language.count(length)
    listed = Finite(words, vocab_size=language.vocab_size)
    weights = random_weights((6, length, language.vocab_size), (1.0, 1e-5, 0.0), seed=2)
    assert_close(language.posterior_given(weights), listed.posterior_given(weights).tolist())
    least = [level.nodes for level in listed.graph(length).levels]
    levels = [level.nodes for level in language.graph(length).levels]
    assert all(nodes <= more for nodes, more in zip(least, levels))
    assert levels == least or name == "walks"  # whose heights may have one future at the end


def test_solutions_of_equations() -> None:
    equations = [[1, 1, 0, 1, 0], [0, 1, 1, 0, 1], [1, 0, 1, 1, 1]]  # the third is their sum
    language = Affine.solutions(equations, [1, 0, 1])
    assert language.count(5) == 2**3
    for word in itertools.product(range(2), repeat=5):
        sums = (np.array(equations) @ np.array(word) % 2).tolist()
        assert language.is_word(word) == (sums == [1, 0, 1])
    with pytest.raises(ValueError, match="these equations have no solution"):
        Affine.solutions(equations, [1, 0, 0])
    only = Affine.solutions(np.eye(4), [1, 0, 2, 1], modulus=3)
    assert only.sample(2, 4, torch.Generator().manual_seed(0)).tolist() == [[1, 0, 2, 1]] * 2


@pytest.mark.parametrize("name", catalogue.names()[11:])
def test_long_words_of_the_catalogue(name: str) -> None:
    """At L = 32: samples are words, and one masked symbol of a word follows Bayes' rule."""
    language = catalogue.load(name)
    length = language.lengths(32)[-1]
    words = language.sample(8, length, torch.Generator().manual_seed(0))
    assert bool(language.contains(words).all())
    tokens = words.clone()
    tokens[:, 3] = language.mask
    law = language.posterior(tokens)[:, 3].exp()
    each = [words.index_fill(1, torch.tensor(3), v) for v in range(law.shape[1])]
    wanted = torch.stack([language.log_prob(row) for row in each], 1).softmax(1)
    assert_close(law, wanted.tolist())


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Affine([[1, 1]], modulus=4), "modulus is a prime, got 4"),
        (lambda: Affine([[1, 1]], [1]), r"matrix has shape \(k, L\) and offset \(L,\)"),
        (lambda: Permutations(0), "size is an integer >= 1, got 0"),
        (lambda: Balanced(0), "vocab_size is an integer >= 1, got 0"),
        (lambda: Balanced(2**31 + 1), r"vocab_size is at most 2\^31, got 2147483649"),
        (lambda: OneHot(3).log_normaliser(7), r"no words of length 7, near it are \[6, 9\]"),
        (lambda: Permutations(8).log_normaliser(3), r"no words of length 3, near it are \[8\]"),
    ],
)
def test_refusals(build: Callable[[], Language], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        build()
    assert "\n" not in str(error.value)


def test_too_many_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic.languages.graph.EDGE_LIMIT", 1000)
    with pytest.raises(ValueError, match="Balanced needs more than 1000 edges at length 40"):
        Balanced(4).log_prob(torch.zeros((1, 40), dtype=torch.int64))
