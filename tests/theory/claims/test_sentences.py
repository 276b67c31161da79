"""The sentence of a claim: true of its tests, and without what reads wrong."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.claims import CLAIMS, Claim
from theory.claims import Test as ClaimTest
from theory.claims.claim import DenoiserName
from theory.claims.ledger import ledger, read_profiles
from theory.claims.rules import AtMost
from theory.claims.sentences import (
    DENOISERS,
    ROOM,
    brief,
    clauses,
    headline,
    of_statistic,
    sentence,
)

RESULTS = Path(__file__).parents[3] / "results"
LANGUAGES = ("ngram2-v8", "ngram3-v8", "ngram4-v8", "hmm32-v8", "copy-pairs-16", "derivation-4")
RULE = AtMost(1.0, 2.0)
INTERVALS = {
    "supported": (0.5, 0.4, 0.6),
    "inconclusive": (1.5, 1.4, 1.6),
    "refuted": (3.0, 2.9, 3.1),
    "not reached": (math.inf, 1.5, math.inf),
}
WRONG = (
    r"\b(0|no|zero) of\b",
    r"\b(failing|open) for\b",
    r"\de[-+]?\d",  # 1.11e-15
    r"\b(nan|inf)\b",
    r"\b(\w+) \1\b",
    r"  |,,| [,;:.]|[;:,]{2}|\(\)|\{|\}",
    r"[.] (?!$)",  # more than one sentence
    r"-0\b(?!\.)",
)
BESIDE = "shown beside: "


def reads_wrong(text: str, claim: Claim, tests: Sequence[ClaimTest]) -> list[str]:
    """What no careful person would write: known patterns, and a statement that is made of all
    languages where some tests say otherwise."""
    faults = [pattern for pattern in WRONG if re.search(pattern, text)]
    of_deciding, _, of_shown = text.removesuffix(".").lower().partition(BESIDE)
    for decides, part in ((True, of_deciding), (False, of_shown)):
        clauses_of_part = part.split("; ")
        for phrase in claim.phrases:
            verdicts = {
                test.verdict
                for test in of_statistic(tests, phrase.statistic)
                if test.decides == decides
            }
            for said, other in ((phrase.holds, "refuted"), (phrase.fails, "supported")):
                if other in verdicts and any(
                    clause.startswith(said.lower()) for clause in clauses_of_part
                ):
                    faults.append(f"asserted and denied: {said}")
    return faults


def random_test(claim: Claim) -> st.SearchStrategy[list[ClaimTest]]:
    """Tests of any statistics of a claim by any denoisers, at most one a language."""
    key = st.tuples(
        st.sampled_from([phrase.statistic for phrase in claim.phrases]),
        st.sampled_from(DENOISERS),
        st.sampled_from(LANGUAGES),
    )
    interval = st.tuples(st.sampled_from(list(INTERVALS)), st.booleans(), st.booleans())
    return st.dictionaries(key, interval, min_size=1).map(
        lambda intervals: [
            replace(made(*where, name), learned=learned or where[1] == "exact", decides=decides)
            for where, (name, learned, decides) in intervals.items()
        ]
    )


def made(statistic: str, denoiser: DenoiserName, language: str, interval: str) -> ClaimTest:
    return ClaimTest(denoiser, language, statistic, *INTERVALS[interval], 9, RULE)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
@given(data=st.data())
def test_whatever_was_measured_reads_right(claim: Claim, data: st.DataObject) -> None:
    tests = data.draw(random_test(claim))
    told = sentence(claim, tests)
    assert reads_wrong(told, claim, tests) == []
    assert told.endswith(".")
    assert told.startswith(headline(claim, tests))
    assert (BESIDE in told) == any(not test.decides for test in tests)
    for phrase in claim.phrases:
        for denoiser in DENOISERS:
            listed = [
                test for test in of_statistic(tests, phrase.statistic) if test.denoiser == denoiser
            ]
            if denoiser == "trained" and listed:
                assert "trained model" in told
            if len(listed) == 1 and math.isfinite(listed[0].value):
                assert f"{listed[0].value:.2g}" in told


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_gives_the_verdict_is_said_first(claim: Claim) -> None:
    for phrase in claim.phrases:
        tests = [
            made(other.statistic, "exact", "ngram2-v8", "supported")
            for other in claim.phrases
            if other is not phrase
        ]
        refuting = made(phrase.statistic, "exact", "hmm32-v8", "refuted")
        first = clauses(claim, [*tests, refuting])[0]
        assert str(first).startswith(phrase.fails)
        assert "3" in first.evidence
        assert "hmm32-v8" in first.evidence


def test_nothing_measured_is_said_so() -> None:
    claim = CLAIMS["guidance"]
    assert (sentence(claim, []), headline(claim, [])) == ("Not measured.", "Not measured")


def test_what_does_not_decide_makes_no_headline() -> None:
    claim = CLAIMS["trained-models-keep-it"]
    test = made(claim.phrases[0].statistic, "exact", "ngram2-v8", "supported")
    assert headline(claim, [test]).startswith("Uniform noise")
    beside = replace(test, decides=False)
    assert headline(claim, [beside]) == "What decides it was not measured"
    assert sentence(claim, [beside]).startswith(
        "What decides it was not measured; shown beside: uniform noise"
    )
    assert brief(claim, [beside]) == "What decides it was not measured."


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
@given(data=st.data())
def test_in_brief_what_decides_is_said_or_counted_and_nothing_else(
    claim: Claim, data: st.DataObject
) -> None:
    tests = data.draw(random_test(claim))
    told = brief(claim, tests)
    assert told.startswith(headline(claim, tests))
    assert reads_wrong(told, claim, tests) == []
    deciding = [test for test in tests if test.decides]
    if deciding:
        assert told == brief(claim, deciding)
        said = clauses(claim, tests)
        kept = [one for one in said if str(one).lower() in told.lower()]
        assert kept == said[: len(kept)]
        assert kept
        assert len("; ".join(map(str, kept))) <= max(ROOM, len(str(said[0])))
        assert ("under --claim" in told) == (len(kept) < len(said))


def test_what_is_shown_is_apart_from_what_decides() -> None:
    """Of one phrase on two languages, one decides: neither speaks for the other."""
    claim = CLAIMS["linear-steps-for-sequence-error"]
    phrase = claim.phrases[0]
    deciding = made(phrase.statistic, "exact", "copy-pairs-16", "supported")
    beside = replace(made(phrase.statistic, "exact", "hmm32-v8", "refuted"), decides=False)
    first, second = sentence(claim, [beside, deciding]).split("; shown beside: ")
    assert first.lower().startswith(phrase.holds.lower())
    assert first.endswith("on copy-pairs-16")
    assert second.startswith(phrase.fails)
    assert second.endswith("on hmm32-v8.")


def test_the_committed_rows_read_right() -> None:
    entries = {one.claim.id: one for one in ledger(read_profiles(RESULTS))}
    for one in entries.values():
        assert reads_wrong(one.sentence, one.claim, one.tests) == []
    assert entries["constant-steps-for-token-error"].sentence.startswith(
        "The steps to a TER gap of 0.05 do not grow with length: exponents 0 to 0.051 on two "
        "languages; "
    )
    assert entries["guidance"].headline.endswith(
        "does not beat autoregression at a path bound of 0.05"
    )


@pytest.mark.parametrize(
    "text",
    [
        "The rate in N is tight (exponent less n) for exact 0 of 3, failing for ngram2-v8 (-1.1).",
        "The steps do not grow (exponent) for exact 1 of 2 (1.1e-15), open for hmm32-v8 (0.3).",
        "The steps to a TER gap of 0.05 do not grow with length: exponent 3 on ngram2-v8.",
        "The steps  grow: exponents 0 to 0.05 on on six languages.",
        "The steps grow. They do not.",
    ],
)
def test_broken_twin_what_reads_wrong_is_found(text: str) -> None:
    claim = CLAIMS["constant-steps-for-token-error"]
    refuting = made(claim.phrases[0].statistic, "exact", "ngram2-v8", "refuted")
    assert reads_wrong(text, claim, [refuting])
