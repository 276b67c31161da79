"""The counts beside a verdict, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.claims.claim import Test as ClaimTest
from theory.claims.counts import NAMES, counted, counts
from theory.claims.rules import AtMost, Verdict, together

ENDS: Mapping[Verdict, float] = {
    "supported": 0.5, "inconclusive": 1.5, "refuted": 3.0, "not learned": 3.0,
}  # fmt: skip


def made_of(*verdicts: Verdict, decides: bool = True) -> list[ClaimTest]:
    """A test of each verdict."""
    return [
        replace(
            ClaimTest("exact", "demo", "error", end, end, end, 9, AtMost(1.0, 2.0)),
            decides=decides,
            learned=verdict != "not learned",
        )
        for verdict, end in ((one, ENDS[one]) for one in verdicts)
    ]


def told(tests: Sequence[ClaimTest]) -> str:
    return counted(together(test.verdict for test in tests if test.decides), tests)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((2, 0, 14, 0), "refuted by 2 of 16 tests, 14 inconclusive"),
        ((1, 4, 4, 3), "refuted by 1 of 12 tests, 4 supported, 4 inconclusive, 3 not learned"),
        ((0, 10, 0, 0), "supported by 10 of 10 tests"),
        ((0, 1, 0, 0), "supported by 1 of 1 test"),
        ((0, 2, 0, 1), "supported by 2 of 3 tests, 1 not learned"),
        ((0, 7, 16, 0), "inconclusive in 16 of 23 tests, 7 supported"),
        ((0, 0, 0, 2), "inconclusive in 0 of 2 tests, 2 not learned"),
        ((0, 0, 0, 0), "not run"),
    ],
)
def test_a_verdict_says_how_many_tests_say_what(numbers: tuple[int, ...], words: str) -> None:
    tests = made_of(*(name for name, times in zip(NAMES, numbers, strict=True)
                       for _ in range(times)))  # fmt: skip
    assert told(tests) == words


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans())))
def test_counts_are_those_of_the_tests_that_decide(drawn: list[tuple[Verdict, bool]]) -> None:
    tests = [test for one, decides in drawn for test in made_of(one, decides=decides)]
    of_verdict = counts(tests)
    deciding = [verdict for verdict, decides in drawn if decides]
    assert of_verdict == {name: deciding.count(name) for name in NAMES}
    assert sum(of_verdict.values()) == len(deciding)
    assert told(tests) == told([test for test in tests if test.decides])


def test_broken_twin_counts_of_all_tests_are_others() -> None:
    tests = [*made_of("refuted", "supported"), *made_of("refuted", decides=False)]
    assert told(tests) == "refuted by 1 of 2 tests, 1 supported"
    assert told([replace(test, decides=True) for test in tests]) != told(tests)
