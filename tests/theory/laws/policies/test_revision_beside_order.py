"""Copy pairs under fixed count, permutations by distinct values, and the divergence of walks."""

import itertools
import math
from fractions import Fraction
from functools import cache

import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, enumerate_sequences
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.sampling import FixedCount
from theory.laws import output_law
from theory.laws.policies.bernoulli_walk import bernoulli_walk, walk_divergence
from theory.laws.policies.copy_pairs_fixed_count import copy_pairs_fixed_count_divergence
from theory.laws.policies.distinct_values import distinct_values, distinct_values_rounds


@pytest.mark.parametrize("sizes", [(4,), (2, 2), (1, 3), (1, 2, 1), (1, 1, 1, 1), (3, 0, 1)])
def test_copy_pairs_in_random_order_are_the_enumerated_law(sizes: tuple[int, ...]) -> None:
    language = CopyPairs(3)
    law = output_law(Oracle(language), FixedCount(sizes), length=4)
    wanted = kl_divergence(enumerated_law(language, 4), law)
    assert copy_pairs_fixed_count_divergence(3, sizes) == pytest.approx(wanted, abs=1e-12)


def test_an_odd_length_has_no_pairs() -> None:
    with pytest.raises(ValueError, match="even length, got 3"):
        copy_pairs_fixed_count_divergence(3, (2, 1))


@cache
def permuted(known: tuple[int | None, ...]) -> dict[tuple[int, ...], tuple[Fraction, Fraction]]:
    """By enumeration: each word with its chance, and with its share of the expected rounds."""
    free = [place for place, value in enumerate(known) if value is None]
    left = [value for value in range(len(known)) if value not in known]
    if not free:
        return {tuple(v for v in known if v is not None): (Fraction(1), Fraction(0))}
    result: dict[tuple[int, ...], tuple[Fraction, Fraction]] = {}
    for drawn in itertools.product(left, repeat=len(free)):
        groups = [[p for p, v in zip(free, drawn) if v == value] for value in sorted(set(drawn))]
        for kept in itertools.product(*groups):
            share = Fraction(1, len(left) ** len(free) * math.prod(map(len, groups)))
            after = list(known)
            for place, value in zip(kept, sorted(set(drawn))):
                after[place] = value
            for word, (chance, rounds) in permuted(tuple(after)).items():
                old = result.get(word, (Fraction(0), Fraction(0)))
                result[word] = (old[0] + share * chance, old[1] + share * (rounds + chance))
    return result


@pytest.mark.parametrize("size", [1, 2, 3])
def test_keeping_distinct_values_generates_permutations_exactly(size: int) -> None:
    generated = permuted((None,) * size)
    assert set(generated) == set(itertools.permutations(range(size)))
    assert {chance for chance, _ in generated.values()} == {Fraction(1, math.factorial(size))}
    rounds = sum((each[1] for each in generated.values()), Fraction(0))
    assert distinct_values_rounds(size) == pytest.approx(float(rounds), rel=1e-14)


def test_the_law_of_distinct_values() -> None:
    assert distinct_values(3) == pytest.approx([0, 3 / 27, 18 / 27, 6 / 27])
    assert distinct_values_rounds(64) < 5


def test_the_walk_has_all_its_words_and_no_others() -> None:
    walk = bernoulli_walk(4)
    law = walk.log_prob(enumerate_sequences(5, 4)).exp()
    assert sorted(law[law > 0].tolist()) == pytest.approx([1 / 16] * 16)


def test_the_divergence_of_walks_is_that_of_the_law_they_are_drawn_from() -> None:
    """An interval of 95%, one fixed seed; without its bias removed the twin lies above it."""
    chances = torch.tensor([0.1] * 4 + [0.15] * 3 + [0.05, 0.1], dtype=torch.float64)
    chances /= chances.sum()  # eight walks of three steps, and one impossible word
    ups = torch.tensor(list(itertools.product((0, 1), repeat=3)))
    words = torch.cat([ups.cumsum(1), torch.tensor([[3, 3, 3]])])
    drawn = torch.multinomial(
        chances, 50_000, replacement=True, generator=torch.Generator().manual_seed(1)
    )
    divergence = walk_divergence(words[drawn])
    wanted = float(-(8 * chances[:8]).log().mean())
    assert divergence.low < wanted < divergence.high
    assert divergence.high - divergence.low < 0.03
    few = walk_divergence(words[:8].repeat(40, 1))
    assert few.value == pytest.approx(-7 / 640, abs=1e-12)
    assert walk_divergence(words[:7].repeat(40, 1)).value == math.inf
