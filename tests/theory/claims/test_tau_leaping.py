"""What cannot be decided here is inconclusive whatever another sampler does."""

from dataclasses import replace

import pytest

from tests.theory.claims.rows_by_hand import table
from theory.claims import CLAIMS
from theory.claims.tau_leaping import REVISED, TARGET
from theory.studies.kinds import CallsToDivergence
from theory.studies.kinds.calls_to_divergence import METRIC

CLAIM = CLAIMS["tau-leaping-linear"]


@pytest.mark.parametrize(("growth", "verdict"), [(1, "supported"), (0, "refuted")])
def test_other_samplers_do_not_decide(growth: int, verdict: str) -> None:
    common = {"kind": CallsToDivergence.kind, "metric": METRIC, "target": TARGET}
    common |= {"reveal": REVISED[0], "language": "copy pairs", "samples": 1}
    rows = [
        common | {"length": length, "low": calls + 1, "value": calls, "high": calls}
        for length in (16, 32, 64)
        for calls in (1000 * (length // 16) ** growth,)
    ]
    tests = CLAIM.tests(table(rows))
    assert [test.verdict for test in tests] == ["inconclusive"]
    assert CLAIM.verdict(tests) == "inconclusive"
    # broken twin: with its rows believed it would be decided
    assert CLAIM.verdict([replace(test, enough=True) for test in tests]) == verdict
