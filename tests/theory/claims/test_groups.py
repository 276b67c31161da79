"""Many languages in one line."""

from dataclasses import replace

from theory.claims import ledger
from theory.claims.claim import Test as ClaimTest
from theory.claims.groups import GroupedTests, in_groups
from theory.claims.rules import AtMost

RULE = AtMost(1.0, 2.0)


def of(language: str, value: float, *, grouped: bool = True) -> ClaimTest:
    ends = (value, value - 0.1, value + 0.1)
    return ClaimTest("exact", language, "steps", *ends, 9, RULE, grouped=grouped)


TESTS = (of("alone", 0.5, grouped=False), of("a", 0.1), of("b", 0.7), of("c", 3.0), of("d", 1.5))


def test_a_group_is_its_median_between_its_ends_and_names_who_fails() -> None:
    alone, group = in_groups(TESTS)
    assert alone is TESTS[0]
    assert isinstance(group, GroupedTests)
    assert (group.low, group.high, group.samples) == (0.1, 3.0, 9)
    assert 0.7 <= group.value <= 1.5
    assert group.verdict == "refuted"
    assert group.others == "refuted: c; inconclusive: d"
    (cell,) = list(ledger.tests_table(TESTS).columns[1].cells)[1:]
    assert cell == "4 of the catalogue (refuted: c; inconclusive: d)"


def test_what_does_not_decide_gives_no_verdict_to_a_group() -> None:
    shown = [replace(one, decides=one.language in "ab") for one in TESTS[1:]]
    (group,) = in_groups(shown)
    assert (group.verdict, group.decides) == ("supported", True)


def test_broken_twin_tests_that_are_not_grouped_stay() -> None:
    apart = [replace(one, grouped=False) for one in TESTS]
    assert in_groups(apart) == apart
