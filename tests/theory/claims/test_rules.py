"""Rules at their margins, and several verdicts together."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic.quantities import Estimate
from theory.claims.claim import judged
from theory.claims.rules import AtLeast, AtMost, Rule, Verdict, together

ENDS = st.floats(-3, 3) | st.sampled_from([-math.inf, -1.0, 0.5, 1.0, 2.0, math.inf])
VERDICTS: tuple[Verdict, ...] = ("supported", "refuted", "inconclusive")


@pytest.mark.parametrize(
    ("rule", "low", "high", "verdict"),
    [
        (AtMost(0.5, 1.0), 0.0, 0.5, "supported"),
        (AtMost(0.5, 1.0), 0.0, math.nextafter(0.5, 1), "inconclusive"),
        (AtMost(0.5, 1.0), 1.0, math.inf, "refuted"),
        (AtMost(0.5, 1.0), math.nextafter(1.0, 0), 2.0, "inconclusive"),
        (AtMost(0.5, 0.5), 0.5, 0.5, "supported"),
        (AtMost(0.5, 1.0), -math.inf, math.inf, "inconclusive"),
        (AtMost(0.5, 1.0), math.inf, math.inf, "refuted"),
        (AtLeast(1.0, 0.5), 1.0, math.inf, "supported"),
        (AtLeast(1.0, 0.5), math.nextafter(1.0, 0), 2.0, "inconclusive"),
        (AtLeast(1.0, 0.5), -1.0, 0.5, "refuted"),
        (AtLeast(1.0, 0.5), -1.0, math.nextafter(0.5, 1), "inconclusive"),
        (AtLeast(1.0, 1.0), 1.0, 1.0, "supported"),
        (AtLeast(1.0, 0.5), math.inf, math.inf, "supported"),
    ],
)
def test_margins_belong_to_their_verdict(
    rule: Rule, low: float, high: float, verdict: Verdict
) -> None:
    assert rule.verdict(low, high) == verdict


@given(st.lists(ENDS, min_size=2, max_size=2), st.lists(st.floats(-3, 3), min_size=2, max_size=2))
def test_at_least_is_at_most_of_the_negative(ends: list[float], margins: list[float]) -> None:
    low, high = sorted(ends)
    good, bad = sorted(margins)
    mirrored = AtLeast(-good, -bad).verdict(-high, -low)
    assert AtMost(good, bad).verdict(low, high) == mirrored


@given(st.lists(ENDS, min_size=4, max_size=4), st.lists(st.floats(-3, 3), min_size=2, max_size=2))
def test_a_wider_interval_never_decides_what_a_narrower_one_left_open(
    ends: list[float], margins: list[float]
) -> None:
    widest, low, high, most = sorted(ends)
    good, bad = sorted(margins)
    for rule in (AtMost(good, bad), AtLeast(bad, good)):
        wide, narrow = rule.verdict(widest, most), rule.verdict(low, high)
        # an interval on both margins at once is supported; a wider one is then open or the same
        assert wide in (narrow, "inconclusive") or good == bad == low == high


@pytest.mark.parametrize(
    ("kind", "margins"), [(AtMost, (1.0, 0.5)), (AtLeast, (0.5, 1.0)), (AtMost, (math.nan, 1.0))]
)
def test_margins_in_the_wrong_order_are_an_error(
    kind: type[Rule], margins: tuple[float, float]
) -> None:
    with pytest.raises(ValueError, match=f"{kind.__name__} needs supported .* got {margins[0]}"):
        kind(*margins)


def test_a_rule_says_what_it_is() -> None:
    assert str(AtMost(0.25, 0.5)) == "supported if high <= 0.25, refuted if low >= 0.5"
    assert str(AtLeast(2.0, 1.2)) == "supported if low >= 2, refuted if high <= 1.2"


@pytest.mark.parametrize("several", list(itertools.product(VERDICTS, repeat=3)), ids=" ".join)
def test_one_counterexample_refutes_and_all_must_support(several: tuple[Verdict, ...]) -> None:
    if "refuted" in several:
        assert together(several) == "refuted"
    elif "inconclusive" in several:
        assert together(several) == "inconclusive"
    else:
        assert together(several) == "supported"


def test_nothing_together_was_not_run() -> None:
    assert together([]) == "not run"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_models_that_did_not_learn_say_nothing(verdict: Verdict) -> None:
    assert together([verdict, "not learned"]) == verdict
    assert together(["not learned"]) == "inconclusive"
    estimate = Estimate(0.5, 0.25, 0.75, 7, "name")
    for rule in (AtMost(0.8, 1.0), AtMost(0.1, 0.2)):
        (test,) = judged("trained", "language", "statistic", estimate, rule, learned=False)
        assert test.verdict == "not learned"


def test_an_estimate_becomes_a_test_and_none_becomes_none() -> None:
    estimate = Estimate(0.5, 0.25, 0.75, 7, "name")
    (test,) = judged("exact", "language", "statistic", estimate, AtMost(0.8, 1.0))
    assert (test.low, test.value, test.high, test.samples) == (0.25, 0.5, 0.75, 7)
    assert (test.verdict, test.decides) == ("supported", True)
    assert judged("exact", "language", "statistic", None, AtMost(0.8, 1.0)) == []
