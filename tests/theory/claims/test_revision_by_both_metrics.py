"""A network that reaches no target in any number of calls has not learned, and decides nothing."""

from dataclasses import replace

import pytest

from tests.theory.claims.rows_by_hand import USUAL, table
from theory.claims import CLAIMS
from theory.claims.claim import Example

CLAIM = CLAIMS["revision-by-both-metrics"]
GOALS = [one for one in CLAIM.examples if one.denoiser == "trained"]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.statistic)
@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((20.0, 30.0, 40.0), "not learned"),  # the curves end at 256 calls of 64
        ((0.2, 30.0, 40.0), "inconclusive"),
        ((0.2, 0.3, 0.4), "supported"),
        ((1.5, 2.0, 2.5), "refuted"),
    ],
    ids=str,
)
def test_a_curve_above_its_target(
    goal: Example, ends: tuple[float, float, float], verdict: str
) -> None:
    rows = [{**USUAL, **row} for row in goal.rows("language", *ends)]
    tests = CLAIM.tests(table(rows))
    assert [test.verdict for test in tests] == [verdict]
    # broken twin: taken for one that has learned it would refute
    believed = [replace(test, learned=True).verdict for test in tests]
    assert believed == ["refuted" if verdict == "not learned" else verdict]
