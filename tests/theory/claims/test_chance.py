"""Verdicts by chance: bounds beside all outcomes of few tests, reached by some dependence."""

import itertools
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.claims.test_counts import made_of
from theory.claims.chance import (
    LEVEL,
    TAIL,
    ByChance,
    chance_text,
    refuted_by_chance,
    shown_probability,
    verdict_by_chance,
)
from theory.claims.rules import Verdict

Law = Mapping[tuple[bool, ...], Fraction]  # of which tests are refuted by chance
P = Fraction(1, 40)


def independent(tests: int) -> Law:
    """Each test by itself, with 2.5%."""
    return {
        outcome: math.prod((P if one else 1 - P for one in outcome), start=Fraction(1))
        for outcome in itertools.product((False, True), repeat=tests)
    }


def together_or_not(tests: int, refuted: int) -> Law:
    """Just so many next to each other on a circle, or none: still 2.5% for each test."""
    arcs = {
        tuple((place - first) % tests < refuted for place in range(tests)) for first in range(tests)
    }
    each = P / Fraction(sum(arc[0] for arc in arcs))
    return {**dict.fromkeys(arcs, each), (False,) * tests: 1 - each * len(arcs)}


def reached(law: Law, refuted: int) -> Fraction:
    """The probability of so many or more."""
    return sum((p for outcome, p in law.items() if sum(outcome) >= refuted), Fraction(0))


def repeat(verdict: Verdict, times: int) -> Iterator[Verdict]:
    return itertools.repeat(verdict, times)


SIZES = [(tests, refuted) for tests in range(1, 9) for refuted in range(1, tests + 1)]


@pytest.mark.parametrize(("tests", "refuted"), SIZES)
def test_both_bounds_are_reached_by_a_law_of_2_5_percent_each(tests: int, refuted: int) -> None:
    bounds = refuted_by_chance(tests, refuted)
    laws = {"independent": independent(tests), "together": together_or_not(tests, refuted)}
    for law in laws.values():
        assert sum(law.values()) == 1
        for place in range(tests):
            assert sum(p for outcome, p in law.items() if outcome[place]) == P
        assert reached(law, refuted) <= Fraction(bounds.at_most) * (1 + Fraction(1, 10**12))
    assert bounds.if_independent == pytest.approx(float(reached(laws["independent"], refuted)))
    assert bounds.at_most == pytest.approx(float(reached(laws["together"], refuted)))


def test_broken_twins_one_tail_for_all_tests_and_independence_are_exceeded() -> None:
    assert reached(independent(8), 1) > 7 * TAIL  # no control of k says 2.5%
    tied = reached(together_or_not(8, 2), 2)
    assert tied > 4 * refuted_by_chance(8, 2).if_independent


@given(st.integers(1, 100), st.data())
def test_more_tests_make_chance_likelier_and_more_refuted_ones_less(
    tests: int, data: st.DataObject
) -> None:
    refuted = data.draw(st.integers(1, tests))
    bounds, more = refuted_by_chance(tests, refuted), refuted_by_chance(tests + 1, refuted)
    assert 0 < bounds.at_most <= more.at_most <= 1
    assert 0 < bounds.if_independent <= more.if_independent * (1 + 1e-12)
    assert bounds.if_independent <= bounds.at_most * (1 + 1e-12)
    if refuted < tests:
        beyond = refuted_by_chance(tests, refuted + 1)
        assert beyond.at_most <= bounds.at_most
        assert beyond.if_independent <= bounds.if_independent


@pytest.mark.parametrize(("tests", "refuted"), [(3, 0), (3, 4), (0, 0)])
def test_more_refuted_than_tests_is_an_error(tests: int, refuted: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 to {tests}, the number of tests, got {refuted}"):
        refuted_by_chance(tests, refuted)


@pytest.mark.parametrize("refuted", range(1, 60))
def test_two_tests_for_each_refuted_one_are_just_few_enough(refuted: int) -> None:
    assert refuted_by_chance(2 * refuted, refuted).stands == "yes"
    assert refuted_by_chance(2 * refuted + 1, refuted).stands != "yes"


@pytest.mark.parametrize("others", range(30))
def test_all_that_must_support_need_no_correction(others: int) -> None:
    """A claim that fails in one test is supported where this one supports it by chance, and all
    others do."""
    bounds = verdict_by_chance("supported", made_of(*repeat("supported", 1 + others)))
    assert bounds == ByChance(TAIL, TAIL)
    assert bounds.stands == "yes"


def test_a_verdict_stands_where_chance_gives_it_in_5_percent_at_most() -> None:
    assert ByChance(LEVEL, LEVEL).stands == "yes"
    assert ByChance(math.nextafter(LEVEL, 1), LEVEL).stands == "if tests are independent"
    assert ByChance(1.0, math.nextafter(LEVEL, 1)).stands == "no"


def test_tests_that_were_not_learned_might_have_refuted_and_those_shown_do_not_count() -> None:
    alone = made_of("refuted", "supported")
    assert verdict_by_chance("refuted", alone) == refuted_by_chance(2, 1)
    assert verdict_by_chance("refuted", [*alone, *made_of("not learned")]) == refuted_by_chance(
        3, 1
    )
    assert verdict_by_chance(
        "refuted", [*alone, *made_of("refuted", decides=False)]
    ) == verdict_by_chance("refuted", alone)


def test_what_says_nothing_has_no_chance_to_be_wrong() -> None:
    assert verdict_by_chance("inconclusive", made_of("inconclusive")) is None
    assert verdict_by_chance("not run", []) is None
    assert chance_text("not run", []) == "nothing is said, so that nothing is wrong"


def test_the_words_hold_the_numbers() -> None:
    refuting = made_of(*repeat("refuted", 2), *repeat("inconclusive", 14))
    words = chance_text("refuted", refuting)
    assert "probability 0.2 at most" in words
    assert "0.059 if they are independent" in words
    assert words.endswith("stands for all tests together: no")
    assert chance_text("supported", made_of("supported")).endswith(
        "with probability 0.025 at most; stands for all tests together: yes"
    )
    assert shown_probability(1e-9) == "below 0.001"
    assert shown_probability(0.001) == "0.001"
