"""Verdicts of the claims on limited data: by rule, by cells, and where nothing was run."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.theory.claims.case import Case, case_of
from tests.theory.claims.rows_by_hand import table
from tests.theory.claims.test_verdicts import places
from theory.claims import CLAIMS, Claim, data_compute
from theory.claims.data_crossover import BELOW, LAST
from theory.claims.ledger import entry
from theory.claims.limited_data import (
    SOURCE,
    Cell,
    gap_by_hand,
    in_most_cells,
    rows_by_hand,
    units,
)
from theory.studies.data_sizes import HIDDEN_MARKOV_DATA, LOOPED, LOOPS, STANDARD_DATA
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


def rows_of_gap(arms: tuple[str, str, str], value: float, **columns: object) -> pd.DataFrame:
    rows = gap_by_hand(arms)("ngram2-v8", value, value, value)
    return table([{**row, **columns} for row in rows])


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_larger_models_and_best_epochs_are_shown_and_decide_nothing(value: float) -> None:
    """Whatever they say, the looped arm at the last epoch says what is so; where the gap of the
    best epochs is within the margin, or no arm was looped, there is no share."""
    arms = ("AR0", "AR0" + LOOPED, "masked diffusion")
    last = rows_of_gap(arms, value)
    larger = rows_of_gap(("AR0",) * 3, 0.9, parameters=400).query("value < 1")  # .6, .5
    larger = larger[larger["value"] > 0.55]
    best = pd.concat([one.assign(annealed=True) for one in (rows_of_gap(arms, 1 - value), larger)])
    claim = CLAIMS["data-compute"]
    tests = {test.statistic: test for test in claim.tests(pd.concat([last, larger, best]))}
    share = data_compute.share
    expected = {
        share("AR0"): value,
        share("AR0", data_compute.LARGER): 0.9,
        share("AR0", epoch="best"): 1 - value,
        share("AR0", data_compute.LARGER, "best"): 0.9,
    }
    assert {name: test.value for name, test in tests.items()} == pytest.approx(expected)
    assert [name for name, test in tests.items() if test.decides] == [share("AR0")]
    assert claim.verdict(list(tests.values())) == ("supported" if value else "refuted")
    near = best.assign(value=1 + (best["value"] - 1) * 0.009)
    (test,) = claim.tests(pd.concat([last, near[near["parameters"] == 100]]))
    assert test.statistic == share("AR0")
    assert claim.tests(pd.concat([last, larger]).query("denoiser != @arms[1]")) == []


def test_looped_units_differ_from_the_arm_in_name_and_loops_alone() -> None:
    data = PROFILES["standard"].data
    looped, (small, *_) = data.looped_units(), data.architectures
    assert {unit.arm for unit in looped} == {"AR0" + LOOPED, "AR*" + LOOPED}
    assert len({unit.hash for unit in looped}) == len(looped) == 2 * 3
    plain = {unit.hash for unit in data.units()}
    for unit in looped:
        arm = unit.arm.removesuffix(LOOPED)
        assert unit.architecture == replace(small, loops=LOOPS)
        assert replace(unit, arm=arm, architecture=small).hash in plain
        assert unit.hash not in plain
    assert PROFILES["quick"].data.looped_units() == ()


@pytest.mark.parametrize("claim", PUBLISHED, ids=lambda claim: claim.id)
def test_without_rows_of_its_units_a_claim_was_not_run(claim: Claim) -> None:
    other = pd.DataFrame({"unit": ["other"], "kind": ["other"]})
    verdict = entry(claim, {"standard": other}, PROFILES)
    assert (verdict.verdict, verdict.profile) == ("not run", None)


def test_standard_units_are_short_and_name_their_sizes() -> None:
    for name in ("quick", "standard"):
        every = units(PROFILES[name])
        assert len({unit.hash for unit in every}) == len(every)
        assert {unit.arm for unit in every} >= {"AR0", "masked diffusion"}
    for sizes, free, corpora in (
        (STANDARD_DATA, 8 * 7, 5),
        (HIDDEN_MARKOV_DATA, 4 * 3 + 4 * 7 + 3, 4),
    ):
        tokens = {unit.unique_sequences * unit.length for unit in sizes.units()}
        assert len(tokens) == corpora
        assert all(5 * free < size < 150 * free for size in tokens)
        assert {unit.thorough for unit in sizes.units()} == {sizes is HIDDEN_MARKOV_DATA}
    tuning = PROFILES["standard"].data.tuning()
    assert len({unit.hash for unit in tuning}) == len({unit.arm for unit in tuning}) == 8 * 2
    assert max(unit.expected_seconds for unit in every) < 900
