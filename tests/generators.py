"""Hypothesis strategies that the tests share."""

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import (
    Addition,
    AutomatonLanguage,
    CopyPairs,
    Derivation,
    Dyck,
    HiddenMarkov,
    Language,
    NGram,
    Palindromes,
    RunningSum,
    WeightedAutomaton,
)

SEEDS = st.integers(0, 2**32 - 1)
SPARSE, TINY = 0.5, 1e-9
SHAPES = ("dense", "sparse", "tiny", "single successor", "absorbing", "periodic")


def schedules(most: int = 8) -> st.SearchStrategy[tuple[float, ...]]:
    """Schedules (a_1..a_N) that sum to one: uniform, random, with zeros anywhere, of one step."""
    weights = st.lists(st.integers(0, 9), min_size=1, max_size=most).filter(any)
    return weights.map(lambda parts: tuple(part / sum(parts) for part in parts))


def sizes_of(total: int, most: int = 8) -> st.SearchStrategy[tuple[int, ...]]:
    """Sizes (s_1..s_N) that sum to a total, zeros among them."""
    cuts = st.lists(st.integers(0, total), max_size=most - 1).map(sorted)
    return cuts.map(
        lambda ends: tuple(end - start for start, end in itertools.pairwise([0, *ends, total]))
    )


def random_rows(generator: np.random.Generator, rows: int, columns: int, shape: str) -> np.ndarray:
    """Laws (rows, columns) of one of the SHAPES; the last two are square chains repeated.

    `tiny` has entries of 1e-9 and 1e-300 among ordinary ones, `absorbing` never leaves column 0
    from rows that are multiples of `columns`, `periodic` goes from even columns to odd ones.
    """
    weights = generator.random((rows, columns)) + 0.05
    last = np.arange(rows)[:, np.newaxis] % columns  # of an n-gram's context, the last symbol
    column = np.arange(columns)[np.newaxis]
    if shape == "sparse":
        weights *= generator.random(weights.shape) > SPARSE
    elif shape == "tiny":
        weights *= generator.choice([1.0, TINY, 1e-300, 0.0], size=weights.shape)
    elif shape == "single successor":
        weights *= 0
    elif shape == "absorbing":
        weights *= (last > 0) | (column == 0)
    elif shape == "periodic":
        weights *= (last + column) % 2 == 1
    empty = weights.max(axis=1) < TINY
    weights[empty] = np.eye(columns)[generator.integers(columns, size=empty.sum())]
    return weights / weights.sum(axis=1, keepdims=True)


@st.composite
def ngrams(draw: st.DrawFn, orders: tuple[int, int] = (2, 4), most: int = 3) -> NGram:
    """n-grams of 1..most symbols: with zeros, absorbing, periodic, with a single successor."""
    order = draw(st.integers(*orders))
    size = draw(st.integers(1, most))
    generator = np.random.default_rng(draw(SEEDS))
    contexts = size ** (order - 1)
    transition = random_rows(generator, contexts, size, draw(st.sampled_from(SHAPES)))
    initial = random_rows(generator, 1, contexts, draw(st.sampled_from(SHAPES[:4])))
    return NGram(initial.reshape((size,) * (order - 1)), transition.reshape((size,) * order))


@st.composite
def hidden_markovs(draw: st.DrawFn, most: int = 3) -> HiddenMarkov:
    """HMMs of 1..most states and symbols, with zeros in all three tables."""
    states, size = draw(st.integers(1, most)), draw(st.integers(1, most))
    generator = np.random.default_rng(draw(SEEDS))
    return HiddenMarkov(
        random_rows(generator, 1, states, draw(st.sampled_from(SHAPES[:4])))[0],
        random_rows(generator, states, states, draw(st.sampled_from(SHAPES))),
        random_rows(generator, states, size, draw(st.sampled_from(SHAPES[:4]))),
    )


@st.composite
def automata(draw: st.DrawFn, most: int = 3) -> WeightedAutomaton:
    """Raw automata whose rows sum to less than one, with weights as small as 1e-320.

    Some accept nothing at some lengths.
    """
    states, size = draw(st.integers(1, most)), draw(st.integers(1, most))
    generator = np.random.default_rng(draw(SEEDS))
    scales = draw(st.sampled_from([(1.0,), (1.0, 0.0), (1.0, 1e-9), (1.0, 1e-200, 1e-320)]))

    def table(*shape: int) -> Tensor:
        weights = generator.random(shape) * generator.choice(scales, size=shape) / shape[-1]
        return torch.tensor(weights, dtype=torch.float64, device="cpu")

    return WeightedAutomaton(
        table(states), table(states, states), table(states, size), table(states)
    )


def families(most: int = 3) -> st.SearchStrategy[Language]:
    """Languages that are given by their parameters alone."""
    return st.one_of(
        st.builds(CopyPairs, st.integers(1, most)),
        st.builds(RunningSum, st.integers(1, most)),
        st.builds(Dyck, st.integers(1, 2), st.integers(1, 3)),
        st.builds(Addition, st.integers(2, max(2, most))),
        st.builds(Derivation, st.just(3)),
        st.builds(Palindromes, st.integers(1, most)),
    )


def languages(most: int = 3) -> st.SearchStrategy[Language]:
    """Languages of every family; a raw automaton may have words of no length."""
    return st.one_of(
        ngrams(most=most),
        hidden_markovs(most=most),
        families(most),
        automata(most).map(AutomatonLanguage),
    )


@dataclass(frozen=True)
class Partial:
    """A language and partial sequences (B, L) of it, of a length that has words."""

    language: Language
    tokens: Tensor


@st.composite
def partials(
    draw: st.DrawFn,
    of: st.SearchStrategy[Language] | None = None,
    longest: int = 4,
    rows: tuple[int, int] = (0, 4),
) -> Partial:
    """Languages with partial sequences: possible and impossible, all masked, none masked, no rows.

    Half of the rows are words with some positions masked, the others have any tokens.
    """
    source = languages() if of is None else of
    drawn = draw(source.filter(lambda language: bool(language.lengths(longest))))
    length = draw(st.sampled_from(drawn.lengths(longest)))
    generator = torch.Generator("cpu").manual_seed(draw(SEEDS))
    count = draw(st.integers(*rows))
    any_row = st.lists(st.integers(0, drawn.mask), min_size=length, max_size=length)
    masks = st.lists(st.booleans(), min_size=length, max_size=length)
    tokens = torch.full((count, length), drawn.mask, dtype=torch.int64, device="cpu")
    for row in range(count):
        if draw(st.booleans()):
            word = drawn.sample(1, length, generator)[0]
            hidden = torch.tensor(draw(masks), device="cpu")
            tokens[row] = word.masked_fill(hidden, drawn.mask)
        else:
            tokens[row] = torch.tensor(draw(any_row), device="cpu")
    return Partial(drawn, tokens)
