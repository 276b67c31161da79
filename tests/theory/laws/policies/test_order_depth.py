"""Depths of orders against all policies, all orders and all ways to cut one into rounds."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from synthetic.languages import (
    Affine,
    Copies,
    Language,
    NGram,
    Palindromes,
    Permutations,
    catalogue,
)
from synthetic.sampling import bisection_rounds
from synthetic.sampling.chance import Draw
from synthetic.sampling.strategies.bisection import Bisection
from tests.generators import families, ngrams
from theory.laws import optimal_policy
from theory.laws.enumeration.listed_law import ListedLaw, listed_law
from theory.laws.policies.order_depth import bisection_order, least_depth, order_depth

EVERY = settings(max_examples=10, deadline=None, derandomize=True)


@EVERY
@given(st.one_of(families(2), ngrams(most=2)))
def test_the_best_order_is_the_best_sequence_of_sets(language: Language) -> None:
    length = max(language.lengths(4))
    try:
        law = listed_law(language, length)
    except ValueError:  # words as rare as 1e-300
        reject()
    least = least_depth(law)
    schedules = optimal_policy(language, length=length).schedules
    assert least == len(schedules) == pytest.approx(schedules[-1].rounds)
    assert least == min(order_depth(law, order) for order in itertools.permutations(range(length)))


@pytest.mark.parametrize("name", ["dyck2-depth3", "tomita-4", "derivation-4", "running-sum-8"])
def test_rounds_are_as_long_as_they_can_be(name: str) -> None:
    """The fewest rounds over all ways to cut an order, each round independent symbol by symbol."""
    language = catalogue.load(name)
    length = max(language.lengths(6))
    law = listed_law(language, length)
    for order in (list(range(length)), bisection_order(length), list(range(length))[::-1]):
        fewest = min(
            len(rounds)
            for rounds in cuts(order)
            if all(independent(law, *one) for one in itertools.pairwise(revealed(rounds)))
        )
        assert order_depth(law, order) == fewest


def cuts(order: list[int]) -> list[list[list[int]]]:
    """All ways to cut an order into rounds."""
    ends = itertools.product((False, True), repeat=len(order) - 1)
    return [
        [order[i:j] for i, j in itertools.pairwise([0, *np.flatnonzero(at) + 1, len(order)])]
        for at in ends
    ]


def revealed(rounds: list[list[int]]) -> list[tuple[int, ...]]:
    """What is known after no round, after the first, ..."""
    return list(itertools.accumulate(map(tuple, rounds), initial=()))


def independent(law: ListedLaw, before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    known = sum(1 << place for place in before)
    chosen = 0
    for place in after[len(before) :]:
        if not law.adds_independent(known, chosen, place):
            return False
        chosen |= 1 << place
    return True


def test_known_depths() -> None:
    chain = NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]])
    for length in (1, 4, 7):
        law = listed_law(chain, length)
        assert least_depth(law) == bisection_rounds(length)
        assert order_depth(law, bisection_order(length)) == bisection_rounds(length)
        assert order_depth(law, range(length)) == length
    for language, length, depth in (
        (Permutations(4), 4, 4),
        (Affine((np.eye(5) + np.eye(5, k=1))[:4]), 5, 2),
        (Copies(3), 6, 2),
        (Palindromes(3), 6, 2),
    ):
        assert least_depth(listed_law(language, length)) == depth


def test_pairs_are_not_enough() -> None:
    """The broken twin: pairwise independence lets a parity go in one round."""
    law = listed_law(Affine([[1, 1, 0], [0, 1, 1]]), 3)
    assert all(law.adds_independent(0, 1 << one, two) for one, two in ((0, 1), (0, 2), (1, 2)))
    assert least_depth(law) == order_depth(law, (0, 1, 2)) == 2


@pytest.mark.parametrize("length", range(1, 20))
def test_bisection_in_order(length: int) -> None:
    masked = torch.ones((1, length), dtype=torch.bool)
    strategy = Bisection(bisection_rounds(length) + 1)
    levels: list[int] = []
    for step in range(bisection_rounds(length)):
        chosen = strategy.choose(masked, step, Draw(torch.Generator()))
        levels += chosen[0].nonzero().flatten().tolist()
        masked &= ~chosen
    assert bisection_order(length) == levels


def test_an_order_names_every_position() -> None:
    law = listed_law(Permutations(3), 3)
    with pytest.raises(ValueError, match=r"permutation of 0\.\.2, got \[0, 1, 1\]"):
        order_depth(law, [0, 1, 1])
