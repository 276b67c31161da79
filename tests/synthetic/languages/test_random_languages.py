"""Random n-grams and HMMs: supports, primitivity, stationarity, seeds."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import HiddenMarkov, NGram
from synthetic.languages.tables import is_primitive, stationary_law
from tests.generators import SEEDS, random_rows

EVERY = settings(max_examples=40, deadline=None, derandomize=True)


def context_graph(language: NGram) -> np.ndarray:
    """Which context can follow which, read off the table entry by entry."""
    size, known = language.vocab_size, language.order - 1
    contexts = list(itertools.product(range(size), repeat=known))
    graph = np.zeros((len(contexts), len(contexts)), dtype=bool)
    for row, context in enumerate(contexts):
        for symbol in range(size):
            if language.transition[(*context, symbol)] > 0:
                graph[row, contexts.index((*context[1:], symbol))] = True
    return graph


def period(graph: np.ndarray) -> int:
    """The greatest common divisor of all cycle lengths, 0 where the graph is not irreducible.

    By breadth-first levels: every edge closes a cycle of level(from) + 1 - level(to) modulo it.
    """
    for direction in (graph, graph.T):
        level = {0: 0}
        queue = [0]
        while queue:
            node = queue.pop(0)
            for following in np.flatnonzero(direction[node]).tolist():
                if following not in level:
                    level[following] = level[node] + 1
                    queue.append(following)
        if len(level) < len(graph):
            return 0
    ends = np.argwhere(graph.T)  # levels are those of the reversed graph
    return math.gcd(*(abs(level[start] + 1 - level[end]) for start, end in ends.tolist()))


@EVERY
@given(st.integers(1, 7), st.sampled_from(["sparse", "single successor", "periodic"]), SEEDS)
def test_primitive_means_irreducible_of_period_one(states: int, shape: str, seed: int) -> None:
    support = random_rows(np.random.default_rng(seed), states, states, shape) > 0
    assert is_primitive(support) == (period(support) == 1)


def test_slowest_primitive_chain() -> None:
    """Wielandt's matrix needs the power (S-1)^2 + 1, no less; without its shortcut a cycle."""
    cycle = np.roll(np.eye(6, dtype=bool), 1, axis=1)
    shortcut = cycle.copy()
    shortcut[5, 1] = True
    assert is_primitive(shortcut)
    assert period(shortcut) == 1
    assert not np.linalg.matrix_power(shortcut.astype(int), 25).all()
    assert not is_primitive(cycle)
    assert period(cycle) == 6
    assert period(np.eye(2, dtype=bool)) == 0


def check_stationary(language: NGram) -> None:
    """The initial table is the law of the next context too, and all positions look alike."""
    size, known = language.vocab_size, language.order - 1
    joint = language.initial.unsqueeze(-1) * language.transition
    torch.testing.assert_close(joint.sum(0), language.initial, rtol=0, atol=1e-14)
    masked = torch.full((1, known + 4), size)
    marginals = language.posterior(masked)[0].exp()
    torch.testing.assert_close(marginals, marginals[:1].expand_as(marginals), rtol=0, atol=1e-12)


@EVERY
@given(st.integers(2, 4), st.integers(2, 5), st.data(), SEEDS)
def test_random_ngrams(order: int, size: int, data: st.DataObject, seed: int) -> None:
    branching = data.draw(st.integers(min(2, size), size))
    language = NGram.random(order, size, branching, data.draw(st.sampled_from([0.3, 1.0])), seed)
    allowed = (language.transition > 0).sum(-1)
    assert bool((allowed == branching).all())
    assert bool((language.initial > 0).all())
    assert period(context_graph(language)) == 1
    check_stationary(language)


@EVERY
@given(st.integers(2, 9), st.integers(1, 9), st.data(), SEEDS)
def test_random_hidden_markovs(states: int, size: int, data: st.DataObject, seed: int) -> None:
    branching, symbols = data.draw(st.integers(2, states)), data.draw(st.integers(1, size))
    language = HiddenMarkov.random(states, size, branching, 1.0, seed, symbols=symbols)
    assert bool(((language.transition > 0).sum(-1) == branching).all())
    assert bool(((language.emission > 0).sum(-1) == symbols).all())
    assert period((language.transition > 0).numpy()) == 1
    following = language.initial @ language.transition
    torch.testing.assert_close(following, language.initial, rtol=0, atol=1e-14)


def test_uniform_start_is_no_stationary_start() -> None:
    language = NGram.random(3, 4, 2, 0.5, 0)
    check_stationary(language)
    with pytest.raises(AssertionError):
        check_stationary(NGram(torch.full((4, 4), 1 / 16), language.transition))


def test_stationary_law_keeps_its_smallest_entries() -> None:
    """A birth-death chain whose law is known: up to 1e-150, each entry to its last digits."""
    up, down = 1e-15, 0.5
    chain = np.diag(np.full(9, up), 1) + np.diag(np.full(9, down), -1)
    chain += np.diag(1 - chain.sum(1))
    law = (up / down) ** np.arange(10)
    np.testing.assert_allclose(stationary_law(chain), law / law.sum(), rtol=1e-13)
    system = np.vstack([chain.T - np.eye(10), np.ones(10)])  # a broken twin: least squares
    solved = np.linalg.lstsq(system, np.append(np.zeros(10), 1.0), rcond=None)[0]
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(solved, law / law.sum(), rtol=1e-13)


def tables(language: NGram | HiddenMarkov) -> list[Tensor]:
    return [language.initial, language.transition, language.automaton.emission]


@pytest.mark.parametrize("kind", [NGram, HiddenMarkov])
def test_one_seed_one_language(kind: type[NGram] | type[HiddenMarkov]) -> None:
    first, again, other = (kind.random(3, 4, 2, 1.0, seed) for seed in (0, 0, 1))
    assert all(map(torch.equal, tables(first), tables(again)))
    assert not torch.equal(first.transition, other.transition)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 4, 2, 1.0, 0), r"order is an integer in 2\.\.32, got 1"),
        ((2, 0, 2, 1.0, 0), "vocab_size is an integer >= 1, got 0"),
        ((2, 4, 5, 1.0, 0), r"branching is an integer in 1\.\.4, got 5"),
        ((2, 4, 2.0, 1.0, 0), r"branching is an integer in 1\.\.4, got 2\.0"),
        ((2, 4, 1, 1.0, 0), "no primitive chain .* branching 1: raise branching"),
        ((2, 4, 2, 0.0, 0), "temperature is a number > 0, got 0"),
        ((2, 4, 2, math.nan, 0), "temperature is a number > 0, got nan"),
        ((2, 4, 2, 1e-4, 0), "temperature .* got 0.0001"),
    ],
)
def test_refusals(arguments: tuple[int, int, int, float, int], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        NGram.random(*arguments)
    assert "\n" not in str(error.value)


def test_hidden_markov_refusals() -> None:
    with pytest.raises(ValueError, match=r"symbols is an integer in 1\.\.3, got 4"):
        HiddenMarkov.random(2, 3, 2, 1.0, 0, symbols=4)
    with pytest.raises(ValueError, match=r"states is an integer in 1\.\.2048, got True"):
        HiddenMarkov.random(True, 3, 1, 1.0, 0)


@settings(max_examples=200)
@given(st.integers(1, 6), st.floats(0.1, 0.9), SEEDS)
def test_primitive_supports_have_a_positive_power(size: int, share: float, seed: int) -> None:
    support = np.random.default_rng(seed).random((size, size)) < share
    power = np.linalg.matrix_power(support.astype(object), (size - 1) ** 2 + 1)  # Wielandt
    assert is_primitive(support) == bool((power > 0).all())


@pytest.mark.parametrize(
    ("size", "chord", "primitive"),
    [(5, 0, False), (6, 2, False), (6, 3, False), (6, 1, True), (5, 2, True)],
)
def test_cycles_with_a_chord(size: int, chord: int, primitive: bool) -> None:
    """Cycles of `size` and `size - chord` states: primitive if these have no common divisor."""
    support = np.roll(np.eye(size, dtype=bool), 1, axis=1)
    support[0, (chord + 1) % size] = True
    assert is_primitive(support) == primitive
