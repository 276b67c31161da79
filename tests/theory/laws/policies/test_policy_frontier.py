"""Frontiers that are known: walks, affine laws, full support, independence, one rare word."""

import math

import pytest
import torch

from synthetic.languages import Finite, NGram, enumerate_sequences
from tests.synthetic.sampling.small_cases import CPU, generator
from tests.theory.laws.random_laws import random_law
from theory.laws.policies.optimal_policy import optimal_policy

CLOSE = 1e-10


def walk(length: int) -> NGram:
    """x_i = x_(i-1) + Bern(1/2) from x_0 = 0; the top symbol is reached at the end at most."""
    symbols = length + 1
    transition = torch.zeros((symbols, symbols), dtype=torch.float64, device=CPU)
    for symbol in range(length):
        transition[symbol, symbol] = transition[symbol, symbol + 1] = 0.5
    transition[length, length] = 1.0
    return NGram(transition[0], transition)


@pytest.mark.parametrize(
    ("length", "rounds"), [(1, 1.0), (2, 2.0), (3, 2.0), (4, 2.75), (5, 2.875)]
)
def test_depth_of_the_bernoulli_walk(length: int, rounds: float) -> None:
    """Known values (2608.25505); at 4 and 5 they need policies that look at values."""
    frontier = optimal_policy(walk(length), length=length)
    assert frontier.points[-1].kl_divergence == 0
    assert frontier.points[-1].rounds == pytest.approx(rounds, abs=1e-12)
    assert frontier.schedules[-1].rounds == math.ceil(rounds)


def affine(length: int, checks: int, seed: int) -> Finite:
    """The uniform law on the solutions of random linear equations over two symbols."""
    words = enumerate_sequences(2, length)
    g = generator(seed)
    matrix = torch.randint(0, 2, (length, checks), generator=g, device=CPU)
    solves = ((words @ matrix) % 2 == 0).all(1).double()
    return Finite.from_law(solves / solves.sum(), 2)


@pytest.mark.parametrize("checks", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_affine_laws_need_two_rounds(checks: int, seed: int) -> None:
    frontier = optimal_policy(affine(5, checks, seed), length=5)
    assert frontier.points[-1].rounds <= 2 + CLOSE
    assert frontier.schedules[-1].rounds <= 2 + CLOSE


def test_parity_needs_two_rounds_and_nothing_less() -> None:
    words = enumerate_sequences(2, 5)
    even = (words.sum(1) % 2 == 0).double()
    frontier = optimal_policy(Finite.from_law(even / even.sum(), 2), length=5)
    points = [(point.rounds, point.kl_divergence) for point in frontier.points]
    assert points == [(1.0, pytest.approx(math.log(2))), (pytest.approx(2.0), 0.0)]


@pytest.mark.parametrize(("size", "length"), [(2, 4), (2, 5), (3, 4)])
@pytest.mark.parametrize("seed", range(3))
def test_laws_of_full_support_need_as_many_rounds_as_positions(
    size: int, length: int, seed: int
) -> None:
    frontier = optimal_policy(
        Finite.from_law(random_law(size, length, seed, zeros=0.0), size), length=length
    )
    assert frontier.points[-1].rounds == pytest.approx(length, abs=1e-12)
    assert len(frontier.schedules) == length


def test_independent_symbols_need_one_round() -> None:
    language = NGram([0.3, 0.7], [[0.3, 0.7], [0.3, 0.7]])
    frontier = optimal_policy(language, length=5)
    assert [(point.rounds, point.kl_divergence) for point in frontier.points] == [(1.0, 0.0)]
    assert len(frontier.schedules) == 1


@pytest.mark.parametrize("rare", [1e-3, 1e-20, 1e-300])
def test_a_rare_word_is_not_lost_in_rounding(rare: float) -> None:
    """q(01) = 1 - e, q(10) = e: TC = 2 H(e) - H(e), and one token a round is needed for KL 0."""
    law = torch.tensor([0.0, 1 - rare, rare, 0.0], dtype=torch.float64, device=CPU)
    frontier = optimal_policy(Finite.from_law(law, 2), length=2)
    entropy = -rare * math.log(rare) - (1 - rare) * math.log1p(-rare)
    assert [point.rounds for point in frontier.points] == [1, 2]
    assert frontier.points[0].kl_divergence == pytest.approx(entropy, rel=1e-12)
    assert frontier.points[1].kl_divergence == 0
