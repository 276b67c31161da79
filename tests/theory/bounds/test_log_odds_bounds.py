"""Bounds in log-odds: steps of a schedule, schedules of equal odds ratios, growth complexity."""

import math

import pytest
from hypothesis import strategies as st

from synthetic.languages import NGram
from tests.theory.bounds.checking import (
    check_asymptotic,
    check_expression,
    check_on_cases,
    check_tight,
)
from tests.theory.bounds.generated import REPEATED, at_length
from theory.bounds import THEOREMS
from theory.bounds.curves.growth_complexity_limit import BestSchedule
from theory.bounds.curves.log_odds_blocks import OddsBlocks
from theory.bounds.curves.log_odds_step import RevealStep
from theory.bounds.curves.odds_ratio_schedule import OddsSchedule
from theory.bounds.curves.total_correlation_sum import LanguageAtLength

FRACTIONS = st.floats(0.01, 0.99)


def test_steps_in_log_odds() -> None:
    sharp, odds = THEOREMS["log-odds-step"], THEOREMS["odds-ratio-step"]
    inner = st.builds(
        lambda case, ends: RevealStep(case[0], case[1], min(ends), max(ends)),
        at_length(),
        st.tuples(FRACTIONS, FRACTIONS),
    )
    last = st.builds(
        lambda case, start: RevealStep(case[0], case[1], start, 1.0), at_length(), FRACTIONS
    )
    for cases in (inner, last):
        check_on_cases(sharp, cases, lambda start, end, growth: (end - start) * growth, examples=60)
    check_on_cases(
        sharp, last, lambda start, end, growth: (end - start) / (start * (1 - start)) * growth / 2
    )
    check_on_cases(
        odds, inner, lambda start, end, growth: (end - start) / (end * (1 - start)) * growth / 2
    )
    near_the_end = RevealStep(REPEATED, 4, 0.99, 1.0)
    check_tight(sharp, near_the_end, ratio=0.98)
    points = {"start": [0.5, 0.125], "end": [0.5, 0.875], "growth": [1.0, 0.25]}
    for theorem in (sharp, odds):
        check_expression(theorem, points)
        assert (theorem.bound(**points) <= odds.bound(**points)).all()
        with pytest.raises(ValueError, match="holds only for start <= end"):
            theorem.bound(start=0.5, end=0.25, growth=1.0)
    with pytest.raises(ValueError, match=r"end \(t'\) is a number in 0\.\.1 without the ends"):
        odds.bound(start=0.5, end=1.0, growth=1.0)


def test_equal_odds_ratios() -> None:
    theorem = THEOREMS["odds-ratio-schedule"]
    cases = st.builds(
        lambda case, ends, steps: OddsSchedule(case[0], case[1], min(ends), max(ends), steps),
        at_length(),
        st.tuples(FRACTIONS, FRACTIONS),
        st.integers(1, 8),
    )
    check_on_cases(
        theorem,
        cases,
        lambda first, last, steps, growth, early, late: (
            ((last / (1 - last) * (1 - first) / first) ** (1 / steps) - 1) * growth / 4
            + first * early / 2
            + (1 - last) * late / 4
        ),
    )
    points = {"first": [0.5, 0.125], "last": [0.75, 0.875], "steps": [1, 6]}
    check_expression(theorem, points | {"growth": [1, 0.5], "early": [0, 0.5], "late": [0.25, 1]})
    with pytest.raises(ValueError, match="holds only for first <= last"):
        theorem.bound(first=0.5, last=0.25, steps=2, growth=1, early=0, late=0)


@st.composite
def odds_blocks(draw: st.DrawFn) -> OddsBlocks:
    """One to three blocks with as few steps as the theorem allows, or a few more."""
    language, length = draw(at_length())
    ends = tuple(sorted(draw(st.sets(FRACTIONS, min_size=2, max_size=4))))
    span = math.log(ends[-1] / ends[0]) + math.log1p(-ends[0]) - math.log1p(-ends[-1])
    least = math.ceil(2 * (len(ends) - 1 + span) + 1e-9)
    return OddsBlocks(language, length, ends, least + draw(st.integers(0, 20)))


def test_blocks_of_equal_odds_ratios() -> None:
    theorem = THEOREMS["log-odds-blocks"]
    check_on_cases(theorem, odds_blocks(), lambda complexity, steps, **_: complexity / (4 * steps))
    points = {"complexity": [1.0, 0.25], "steps": [6, 64], "blocks": [1, 3], "span": [2.0, 8.0]}
    check_expression(theorem, points)
    with pytest.raises(ValueError, match=r"only for N >= 2 \(K \+ log\(psi"):
        theorem.bound(complexity=1, steps=5, blocks=1, span=2)
    with pytest.raises(ValueError, match=r"blocks of \(.*\) steps do not fit into 2"):
        theorem.exact(OddsBlocks(REPEATED, 3, (0.01, 0.99), 2))


@pytest.mark.parametrize("name", ["repeated", "random"])
def test_the_growth_complexity_limit(name: str) -> None:
    theorem = THEOREMS["growth-complexity-limit"]
    chain = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=1)
    language = {"repeated": REPEATED, "random": chain}[name]
    check_asymptotic(
        theorem,
        [BestSchedule(language, 6, steps) for steps in (4, 8, 16, 32, 64, 128)],
        lambda complexity, steps: complexity / steps,
        last=0.02,
    )
    check_expression(theorem, {"complexity": [0.5, 2.0], "steps": [1, 64]})
    with pytest.raises(ValueError, match=r"steps \(steps, N\) is an integer in 1\.\.inf, got 0"):
        theorem.bound(complexity=1, steps=0)


def test_growth_by_number_and_by_probability() -> None:
    theorem = THEOREMS["cardinality-growth"]
    cases = at_length().map(lambda case: LanguageAtLength(*case))
    check_on_cases(theorem, cases, lambda length, growth: growth)
    check_expression(theorem, {"length": [1, 5], "growth": [0.0, 0.75]})
    closed = theorem.parameters(LanguageAtLength(REPEATED, 4))["growth"]
    assert closed == pytest.approx(3 / 5 * math.log(2), abs=1e-12)
    with pytest.raises(ValueError, match=r"growth \(.* is a number in 0\.\.inf, got -1"):
        theorem.bound(length=2, growth=-1)
