"""Every certified error covers, and is no more than ten times what it has to be."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.certified import chains, collisions, curves, grids, languages, structured
from tests.certified.case import FACTOR, Case

CASES = (
    *languages.CASES,
    *chains.CASES,
    *collisions.CASES,
    *curves.CASES,
    *grids.CASES,
    *structured.CASES,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_error_holds_from_both_sides(case: Case) -> None:
    """The broken twins: a tenth of the error, and ten times as much."""
    computed, truth, stated = case.numbers()
    assert case.refusal(computed, truth, stated) == ""
    for factor, refused in ((FACTOR, "too large"), (1 / FACTOR, "too small")):
        twin = replace(computed, error=computed.error * factor)
        assert case.refusal(twin, truth, stated).startswith(refused)


def test_no_certified_error_is_left_out() -> None:
    """Every file that makes one has a case, but for least numbers of steps: whole ones, error 0."""
    root = Path(__file__).parents[2]
    makers = {
        str(path.relative_to(root))
        for package in ("synthetic", "theory", "proofs_check")
        for path in (root / package).rglob("*.py")
        if re.search(r"(?<!class )CertifiedValue\((?!Number)", path.read_text())
    }
    assert makers - {case.module for case in CASES} == {
        "theory/studies/kinds/least_steps.py",
        "synthetic/quantities.py",  # how one is shown
    }
