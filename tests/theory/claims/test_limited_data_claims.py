"""Verdicts of the claims on limited data: by rule, by cells, and where nothing was run."""

import pandas as pd
import pytest

from tests.theory.claims.case import Case, case_of
from tests.theory.claims.rows_by_hand import table
from tests.theory.claims.test_verdicts import places
from theory.claims import CLAIMS, Claim
from theory.claims.data_crossover import BELOW, LAST
from theory.claims.ledger import entry
from theory.claims.limited_data import SOURCE, Cell, in_most_cells, rows_by_hand
from theory.studies.profiles import PROFILES
from theory.tables.limited_data import NEVER_STOPPED

PUBLISHED = [claim for claim in CLAIMS.values() if SOURCE in claim.source]
CASES = [case_of(claim, one) for claim in PUBLISHED for one in claim.examples]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_two_seeds_or_two_draws_are_inconclusive_by_rule(one: Case) -> None:
    for place in places(one.rule):
        rows = table(one.rows("ngram2-v8", place.ends))
        fewer = (rows["seed"] < 2, ~rows["language"].str.endswith("seed=2"))
        for kept in fewer:
            tests = one.claim.tests(rows[kept])
            assert {test.verdict for test in tests} == {"inconclusive"}
            assert one.claim.verdict(tests) == "inconclusive"
    assert len(PUBLISHED) == 15


def rows_of_cells(differences: list[float]) -> pd.DataFrame:
    def cells(value: float) -> list[Cell]:
        return [
            Cell(4 + place, 100, 1, 1 + value + difference, 1.0)
            for place, difference in enumerate(differences)
        ]

    return table([dict(row) for row in rows_by_hand(NEVER_STOPPED, cells)("ngram2-v8", 0, 0, 0)])


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ([-0.5] * 5, "supported"),
        ([-0.5] * 4 + [0.5], "supported"),
        ([-0.5] * 3 + [0.5] * 2, "inconclusive"),
        ([-0.5] + [0.5] * 4, "refuted"),
    ],
)
def test_four_fifths_of_the_cells_decide(differences: list[float], verdict: str) -> None:
    (test,) = CLAIMS["data-crossover"].tests(rows_of_cells(differences))
    assert (test.statistic, test.rule, test.verdict) == (LAST, BELOW, verdict)
    assert (
        in_most_cells(
            "none",
            LAST,
            pd.DataFrame(columns=["unique_tokens", "parameters", "draw", "seed", "value"]),
            1,
            BELOW,
        )
        == []
    )


@pytest.mark.parametrize("claim", PUBLISHED, ids=lambda claim: claim.id)
def test_without_rows_of_its_units_a_claim_was_not_run(claim: Claim) -> None:
    other = pd.DataFrame({"unit": ["other"], "kind": ["other"]})
    verdict = entry(claim, {"standard": other}, PROFILES)
    assert (verdict.verdict, verdict.profile) == ("not run", None)


def test_standard_units_are_short_and_name_their_sizes() -> None:
    for name in ("quick", "standard"):
        units = PROFILES[name].data.units()
        assert len({unit.hash for unit in units}) == len(units)
        assert {unit.arm for unit in units} >= {"AR0", "masked diffusion"}
    free = 8 * 7
    sizes = {u.unique_sequences * u.length for u in PROFILES["standard"].data.units()}
    assert len(sizes) == 5
    assert all(5 * free < size < 150 * free for size in sizes)
    tuning = PROFILES["standard"].data.tuning()
    assert len({unit.hash for unit in tuning}) == len({unit.arm for unit in tuning}) == 8 * 2
    assert max(unit.expected_seconds for unit in units) < 900
