"""Laws by structure against the same laws by all words."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import (
    Affine,
    Copies,
    Finite,
    Language,
    LatinSquares,
    NotAllEqual,
    Permutations,
    catalogue,
)
from theory.laws import estimate_collision_constant
from theory.laws.enumeration.listed_law import listed_law
from theory.laws.policies.order_depth import bisection_order, least_depth, order_depth
from theory.laws.structured import structured_law
from theory.laws.structured.latin_law import LatinLaw

EVERY = settings(max_examples=25, deadline=None, derandomize=True)
SMALL: list[Language] = [
    *(Permutations(size) for size in range(1, 6)),
    *(LatinSquares(order) for order in range(1, 4)),
    NotAllEqual(4, 3, 0),
    NotAllEqual(5, 3, 1),
    Affine.parity(5, 1),
    Affine.random(7, 4, 0),
]


@st.composite
def affine(draw: st.DrawFn) -> Affine:
    """Random rows, some of them dependent, and an offset; columns of zeros among others."""
    modulus, length = draw(st.sampled_from([(2, 6), (2, 5), (3, 4), (5, 3)]))
    symbols = st.integers(0, modulus - 1)
    row = st.lists(symbols, min_size=length, max_size=length)
    matrix = draw(st.lists(row, min_size=1, max_size=length))
    return Affine(matrix, draw(row), modulus=modulus)


def check_law(language: Language) -> None:
    """Independence of every place of every set given every other, depths and the constant."""
    (length,) = language.lengths(9)
    law, listed = structured_law(language), listed_law(language, length)
    assert law.length == length
    step = 1 if length <= 6 else 3 ** (length - 6) + 1  # of longer words a sample
    for part in itertools.islice(itertools.product(range(3), repeat=length), 0, None, step):
        # 0 masked, 1 chosen, 2 known
        chosen, known = (sum(1 << i for i in range(length) if part[i] == one) for one in (1, 2))
        for place in range(length):
            if part[place] == 0:
                wanted = listed.adds_independent(known, chosen, place)
                assert law.adds_independent(known, chosen, place) == wanted
    for order in (range(length), bisection_order(length), range(length)[::-1]):
        assert order_depth(law, order) == order_depth(listed, order)
    assert law.least_depth() == least_depth(listed)
    constant, wanted_constant = law.collision_constant(), listed.collision_constant()
    if isinstance(language, NotAllEqual):
        assert constant is None
    else:
        assert constant is not None
        error = constant.error + wanted_constant.error
        assert abs(constant.value - wanted_constant.value) <= error


@pytest.mark.parametrize("language", SMALL, ids=repr)
def test_the_law_is_that_of_all_words(language: Language) -> None:
    check_law(language)


@EVERY
@given(affine())
def test_affine_subspaces_are_their_words(language: Affine) -> None:
    check_law(language)


class EachSetOnce(LatinLaw):
    """A broken twin: a set of cells does not count for those that exchanges lead to."""

    def _same(self, known: int) -> tuple[int, int]:
        return super()._same(known)[0], 1


class OneTooMany(LatinLaw):
    """A broken twin: a cell more of the first row is taken as known than is."""

    def _given(self, known: int) -> object:  # type: ignore[override]
        return super()._given(known | known + 1)


def test_twins_of_latin_squares() -> None:
    """Of order 3; its law has the constant of all words, which no twin has."""
    language = LatinSquares(3)
    wanted = listed_law(language, 9).collision_constant()
    for twin in (EachSetOnce(language), OneTooMany(language)):
        constant = twin.collision_constant()
        assert abs(constant.value - wanted.value) > 1e-3


def test_sets_of_cells_up_to_exchanges() -> None:
    """All 2^L of them, each by one of its kind; of order 4 there are 192 kinds."""
    law = LatinLaw(LatinSquares(4))
    sets = list(law._sets())
    assert sum(number for _, number in sets) == 2**16
    assert len(sets) == 192
    generator = np.random.default_rng(0)
    for known in generator.integers(2**16, size=20).tolist():
        moved = law._images[generator.integers(len(law._images))]
        other = sum(1 << int(moved[place]) for place in range(16) if known >> place & 1)
        assert law.canonical(known) == law.canonical(other)


def test_squares_of_order_four() -> None:
    """As all 2^16 sets of cells one by one gave in three minutes; samples agree."""
    law, language = LatinLaw(LatinSquares(4)), LatinSquares(4)
    constant = law.collision_constant()
    assert constant.value == pytest.approx(0.473586118742369, abs=1e-14)
    assert law.least_depth() == 6
    estimate = estimate_collision_constant(
        language, length=16, samples=4000, generator=torch.Generator().manual_seed(0)
    )
    assert abs(estimate.value - constant.value) < 4 * (estimate.high - estimate.low) / 3.92


@pytest.mark.parametrize(
    ("name", "constant", "depths"),
    [
        ("parity-32", 0.25, (2, 2, 2)),
        ("code-32", 0.25, (3, 3, 2)),
        ("permutations-32", sum(1 / k for k in range(2, 33)) / 2, (32, 32, 32)),
        ("not-all-equal-12", None, (2, 16, 2)),
    ],
)
def test_languages_of_the_catalogue(
    name: str, constant: float | None, depths: tuple[int, int, int]
) -> None:
    law = structured_law(catalogue.load(name))
    orders = range(32), bisection_order(32)
    assert (*(order_depth(law, order) for order in orders), law.least_depth()) == depths
    value = law.collision_constant()
    assert (value if value is None else value.value) == (
        None if constant is None else pytest.approx(constant, rel=1e-15)
    )


def test_other_languages_have_no_such_law() -> None:
    for language in (Copies(3), Finite([[0, 1], [1, 0]])):
        with pytest.raises(ValueError, match="language is of Affine"):
            structured_law(language)
