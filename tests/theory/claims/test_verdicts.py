"""Rows that give each verdict of each claim, just inside and just outside each margin."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import pytest

from tests.theory.claims.case import Case, case_of
from tests.theory.claims.metric_cases import METRIC_CASES
from tests.theory.claims.model_cases import MODEL_CASES
from tests.theory.claims.rows_by_hand import Ends, between, table
from tests.theory.claims.step_cases import STEP_CASES
from theory.claims import CLAIMS
from theory.claims.claim import Claim
from theory.claims.claim import Test as ClaimTest
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtLeast, AtMost, Rule, Verdict

EXAMPLES = tuple(case_of(claim, one) for claim in CLAIMS.values() for one in claim.examples)
CASES = (*STEP_CASES, *METRIC_CASES, *MODEL_CASES, *EXAMPLES)
# claims about laws, whatever is learned
TRAINED_ALONE = (
    "trained-models-keep-it",
    *(claim.id for claim in CLAIMS.values() if LIMITED_DATA in claim.source),
)
EXACT_ALONE = (
    "caching-does-not-rescue",
    "informed-correctors",
    "corrector-invariance",
    "leave-one-out",
    "revision-to-divergence",
)
UNDECIDABLE = ("tau-leaping-linear",)  # inconclusive whatever its rows
NEAR = 1e-4  # how far inside or outside of a margin an interval ends


class Place(NamedTuple):
    """An interval by where it lies, and what a rule must say of it."""

    name: str
    ends: Ends
    verdict: Verdict


def places(rule: Rule) -> Iterator[Place]:
    """Intervals just inside and just outside both margins, and between them."""
    away = NEAR if isinstance(rule, AtMost) else -NEAR  # from support towards refutation

    def place(name: str, first: float, second: float, verdict: Verdict) -> Place:
        return Place(name, between(*sorted((first, second))), verdict)

    good, bad = rule.supported, rule.refuted
    yield place("inside support", good - 2 * away, good - away, "supported")
    yield place("outside support", good - away, good + away, "inconclusive")
    if good != bad:
        yield place("between", good + away, bad - away, "inconclusive")
        yield place("outside refutation", bad - away, bad + away, "inconclusive")
    yield place("inside refutation", bad + away, bad + 2 * away, "refuted")


PLACED = [
    pytest.param(one, place, id=f"{one.name}, {place.name}")
    for one in CASES
    for place in places(one.rule)
]


@cache
def judgements(one: Case, place: Place) -> tuple[ClaimTest, ...]:
    """All tests of the claim on the rows of one language that give the case that interval."""
    return tuple(one.claim.tests(table(one.rows(one.languages[0], place.ends))))


def wanted(one: Case, tests: Sequence[ClaimTest], language: str) -> ClaimTest:
    (test,) = [
        test
        for test in tests
        if (test.denoiser, test.statistic) == (one.denoiser, one.statistic)
        and test.language == language + one.suffix
    ]
    return test


@pytest.mark.parametrize(("one", "place"), PLACED)
def test_every_margin_decides(one: Case, place: Place) -> None:
    language = one.languages[0]
    tests = judgements(one, place)
    test = wanted(one, tests, language)
    expected = [min(end, one.most) for end in place.ends]
    assert [test.low, test.value, test.high] == pytest.approx(expected, abs=NEAR / 100)
    assert test.rule == one.rule
    assert test.samples == 100
    assert (test.verdict, test.decides) == (place.verdict, not one.shown)
    others = {other.verdict for other in tests if other is not test and other.decides}
    assert others <= {"supported"}
    if one.shown:
        assert one.claim.verdict(tests) in ("not run", "supported")
    else:
        assert one.claim.verdict(tests) == place.verdict


@pytest.mark.parametrize("one", [one for one in CASES if not one.shown], ids=lambda one: one.name)
def test_one_language_refutes_and_all_support(one: Case) -> None:
    by_name = {place.name: place for place in places(one.rule)}

    def verdict(*names: str) -> Verdict:
        rows = [
            line
            for language, name in zip(one.languages, names, strict=True)
            for line in one.rows(language, by_name[name].ends)
        ]
        return one.claim.verdict(one.claim.tests(table(rows)))

    assert verdict("inside support", "inside support") == "supported"
    assert verdict("inside support", "outside support") == "inconclusive"
    assert verdict("outside support", "inside support") == "inconclusive"
    assert verdict("inside support", "inside refutation") == "refuted"
    assert verdict("inside refutation", "outside support") == "refuted"


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_every_deciding_statistic_has_its_case(claim: Claim) -> None:
    expected = {"exact", "trained"} - ({"exact"} if claim.id in TRAINED_ALONE else set())
    expected -= {"trained"} if claim.id in EXACT_ALONE else set()
    expected = set() if claim.id in UNDECIDABLE else expected
    assert {one.denoiser for one in CASES if one.claim is claim and not one.shown} == expected
    assert claim.id in CLAIMS
    for part in (claim.statement, claim.source, claim.prediction, claim.rule):
        assert part.strip() == part
        assert part


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_without_rows_nothing_was_run(claim: Claim) -> None:
    tests = claim.tests(table([]))
    assert list(tests) == []
    assert claim.verdict(tests) == "not run"


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_the_rule_in_words_is_the_rule_of_the_tests(claim: Claim) -> None:
    for one in CASES:
        if one.claim is claim:
            assert str(one.rule) in claim.rule


MOVED: dict[str, Callable[[Rule], Rule]] = {
    "support wider": lambda rule: moved(rule, supported=1.5),
    "support narrower": lambda rule: moved(rule, supported=-1.5),
    "refutation wider": lambda rule: moved(rule, refuted=-1.5),
    "refutation narrower": lambda rule: moved(rule, refuted=1.5),
}


def moved(rule: Rule, supported: float = 0.0, refuted: float = 0.0) -> Rule:
    """A rule with a margin a little towards refutation."""
    away = NEAR if isinstance(rule, AtMost) else -NEAR
    kind = AtMost if isinstance(rule, AtMost) else AtLeast
    good, bad = rule.supported + supported * away, rule.refuted + refuted * away
    if (bad - good) * away < 0:  # both margins were one
        good = bad = rule.supported + (supported + refuted) * away
    return kind(good, bad)


@pytest.mark.parametrize("change", MOVED)
@pytest.mark.parametrize("rule", dict.fromkeys(one.rule for one in CASES), ids=str)
def test_broken_twin_a_rule_with_another_margin_is_refused(rule: Rule, change: str) -> None:
    other = MOVED[change](rule)
    verdicts = [other.verdict(place.ends.low, place.ends.high) for place in places(rule)]
    assert verdicts != [place.verdict for place in places(rule)]
