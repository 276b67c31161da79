"""The ledger: which profile speaks, what stands beside it, and what it prints."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import steplab
from synthetic.experiments.unit import closure
from tests.synthetic.experiments.demo_units import Draw, Evaluate, Train
from theory.claims import CLAIMS, Claim, ledger
from theory.claims import Test as ClaimTest
from theory.claims.claim import DenoiserName, Phrase
from theory.claims.ledger import (
    ASCENDING,
    LedgerEntry,
    as_records,
    claim_text,
    entry,
    find_claim,
    own_rows,
    read_profiles,
)
from theory.claims.ledger_table import Line, ledger_table, ledger_title
from theory.claims.limited_data import SOURCE as LIMITED_DATA
from theory.claims.rules import AtMost, Verdict
from theory.claims.shared_tables import shared_tables, shared_text
from theory.claims.statistics_table import statistic_lines
from theory.report.publish import Results
from theory.studies.profiles import PROFILES, QUICK, Profile

SMALL = (  # claims that a small profile judges by one denoiser
    "caching-does-not-rescue",
    "linear-steps-for-any-diffusion",
    "trained-models-keep-it",
    "revision-by-both-metrics",
    "informed-correctors",
    "corrector-invariance",
    "tau-leaping-linear",
    "leave-one-out",
    "revision-to-divergence",
)

RECORD = {
    "id", "statement", "source", "verdict", "counted", "counts", "chance", "version", "parts",
    "sentence", "command", "tests",
}  # fmt: skip
TEST = {
    "denoiser", "language", "profile", "statistic", "value", "low", "high", "samples", "rule",
    "verdict",
}  # fmt: skip
VERDICTS = {"supported", "refuted", "inconclusive", "not learned", "not run"}
SIZES: Mapping[str, Profile] = {
    name: replace(QUICK, name=name, oracle_samples=place + 1)
    for place, name in enumerate(ASCENDING)
}


def units(profile: Profile) -> list[Draw | Evaluate]:
    """One unit, and one that needs another, for each size."""
    size = profile.oracle_samples
    return [Draw(seed=size), Evaluate(model=Train(steps=size), at=2)]


def row_tests(rows: pd.DataFrame) -> list[ClaimTest]:
    """A test of each row: at most 1/2, exactly; the last one is shown."""
    return [
        ClaimTest("exact", "demo", f"row {place}", value, value, value, 1, RULE, place < len(rows))
        for place, value in enumerate(rows["value"].astype(float), start=1)
    ]


RULE = AtMost(0.5, 0.9)
DEMO = Claim(
    id="demo",
    statement="Statement.",
    source="source",
    prediction="Prediction.",
    rule="Rule.",
    units=units,
    tests=row_tests,
    phrases=(Phrase("row 1", "it holds", "it fails", "value{s} {}"),),
)


def rows_of(profile: str, value: float, *, without: int | None = None) -> pd.DataFrame:
    """Rows of all units of a profile, of what they need, and of one that the claim does not know,
    but for one place in the list of the claim's own."""
    of_profile = units(SIZES[profile])
    wanted = [unit for place, unit in enumerate(of_profile) if place != without]
    every = [*closure(wanted), Draw(seed=999)]
    return pd.DataFrame(
        {"unit": [unit.hash for unit in every], "kind": [unit.kind for unit in every]}
        | {"value": value, "language": "demo"}
    )


def judge(**rows: pd.DataFrame) -> LedgerEntry:
    return entry(DEMO, rows, SIZES)


@pytest.mark.parametrize(
    ("rows", "profile"),
    [
        ({}, None),
        ({"quick": rows_of("quick", 0.1)}, "quick"),
        ({"standard": rows_of("standard", 0.1)}, "standard"),
        ({"quick": rows_of("quick", 0.1), "standard": rows_of("standard", 0.2)}, "standard"),
        ({name: rows_of(name, 0.1) for name in ASCENDING}, "paper"),
        ({"quick": rows_of("quick", 0.1), "paper": rows_of("paper", 0.2, without=0)}, "quick"),
        ({"quick": rows_of("quick", 0.1), "paper": rows_of("paper", 0.2, without=1)}, "quick"),
        ({"quick": rows_of("quick", 0.1, without=0)}, None),
        ({"quick": rows_of("standard", 0.1)}, None),
    ],
    ids=[
        "nothing", "quick", "standard alone", "two", "all", "first missing", "last missing",
        "incomplete quick", "rows of another profile",
    ],
)  # fmt: skip
def test_the_largest_profile_with_all_units_speaks(
    rows: dict[str, pd.DataFrame], profile: str | None
) -> None:
    computed = judge(**rows)
    assert computed.profile == profile
    if profile is None:
        assert (computed.verdict, computed.tests, computed.quick) == ("not run", (), "not run")
        assert computed.sentence == "No profile has run all that this claim needs."
        assert computed.command == "steplab run --profile quick --claim demo"
    else:
        assert {test.value for test in computed.tests} == set(rows[profile]["value"])
        assert computed.command == f"steplab run --profile {profile} --claim demo"


def test_profiles_are_never_mixed() -> None:
    """Half of the units here and half there is nothing; a wrong reading of all rows as one table
    would find every unit."""
    first, second = rows_of("quick", 0.1, without=0), rows_of("quick", 0.1, without=1)
    assert judge(quick=first, standard=second).profile is None
    both = pd.concat([first, second])
    assert own_rows(DEMO, SIZES["quick"], both) is not None
    computed = judge(quick=rows_of("quick", 0.1), standard=rows_of("standard", 0.2))
    assert {test.value for test in computed.tests} == {0.2}


def test_only_the_rows_of_own_units_and_of_what_they_need_are_read() -> None:
    computed = own_rows(DEMO, SIZES["quick"], rows_of("quick", 0.1))
    assert computed is not None
    wanted = {unit.hash for unit in closure(units(SIZES["quick"]))}
    assert set(computed["unit"]) == wanted
    trained = Train(steps=SIZES["quick"].oracle_samples).hash
    rows = rows_of("quick", 0.1)
    computed = own_rows(DEMO, SIZES["quick"], rows[rows["unit"] != trained])
    assert computed is not None  # a training may be without rows
    assert set(computed["unit"]) == wanted - {trained}


@pytest.mark.parametrize(
    ("quick", "standard", "verdict", "differs"),
    [
        (0.1, 0.2, "supported", False),
        (0.1, 0.95, "refuted", True),
        (0.95, 0.7, "inconclusive", True),
        (0.95, 0.95, "refuted", False),
        (None, 0.2, "supported", False),
        (0.1, None, "supported", False),
    ],
)
def test_quick_stands_beside_and_a_difference_is_marked(
    quick: float | None, standard: float | None, verdict: Verdict, differs: bool
) -> None:
    values = {"quick": quick, "standard": standard}
    rows = {name: rows_of(name, value) for name, value in values.items() if value is not None}
    computed = judge(**rows)
    alone = judge(**{name: of_profile for name, of_profile in rows.items() if name == "quick"})
    assert (computed.verdict, computed.differs, computed.quick) == (verdict, differs, alone.verdict)
    words = computed.counted + (f"; the quick profile says {alone.verdict}" if differs else "")
    assert words.startswith(verdict)
    assert computed.verdict_in_words == words
    table = ledger_table([computed.line], ledger_title([computed.line]))
    assert table.title == f"ledger of the {computed.profile} rows"
    assert [list(column.cells) for column in table.columns] == [
        ["1"],
        [f"demo: {words}\n{computed.headline}"],
    ]
    assert claim_text(computed).startswith(f"demo: {words}, {computed.profile} profile\n")


def test_lines_of_one_subject_stand_together_below_its_name() -> None:
    lines = [
        Line(f"claim-{place}", "supported", "quick", "holds", "holds: 1.", "holds: 1.", subject)
        for place, subject in enumerate("aab")
    ]
    places, told = (list(column.cells) for column in ledger_table(lines, "ledger").columns)
    assert places == ["", "1", "2", "", "3"]
    said = [f"claim-{place}: supported\nholds" for place in range(3)]
    assert told == ["a", *said[:2], "b", said[2]]
    in_full = ledger_table(lines, "ledger", in_full=True)
    assert list(in_full.columns[1].cells)[1] == f"{said[0]}: 1.\n"


def test_a_test_that_does_not_decide_says_so() -> None:
    computed = judge(quick=rows_of("quick", 0.7))
    assert list(ledger.tests_table(computed.tests).columns[-1].cells)[-2:] == [
        "inconclusive",
        "inconclusive, does not decide",
    ]
    rules = [test["rule"] for test in as_records([computed])[0]["tests"]]
    assert rules == [*[str(RULE)] * (len(rules) - 1), f"{RULE} (shown, does not decide)"]


def test_a_line_of_a_statistic_has_both_denoisers_and_both_margins() -> None:
    def test(denoiser: DenoiserName, value: float, *, decides: bool = True) -> ClaimTest:
        ends = (value, value - 0.05, value + 0.05)
        return ClaimTest(denoiser, "demo", "error", *ends, 9, RULE, decides)

    (line,) = statistic_lines([test("exact", 0.1), test("exact", 0.123), test("trained", 1.0)])
    assert line == (
        "error",
        "0.1 to 0.12 (2 supported)",
        "1 (1 refuted)",
        "supported to 0.5, refuted from 0.9",
        "refuted",
    )
    both = [test("exact", 0.1), test("trained", 1.0, decides=False)]
    assert statistic_lines(both)[0].verdict == "supported"
    (line,) = statistic_lines([test("exact", 0.7, decides=False)])
    assert line[2:] == (
        "not measured",
        "supported to 0.5, refuted from 0.9",
        "inconclusive, does not decide",
    )


def test_tables_that_several_claims_read_are_named_once() -> None:
    other = replace(DEMO, units=lambda profile: units(profile)[:1])
    shared = shared_tables([DEMO, other], SIZES["quick"])
    (kind,) = {unit.kind for unit in units(SIZES["quick"])[:1]}
    assert shared == {kind: (1, 2)}
    assert shared_text(shared).endswith(f"not independent. {kind}: 1, 2.")
    assert shared_tables([DEMO], SIZES["quick"]) == {}


def test_an_infinite_number_is_a_string_in_json() -> None:
    (record,) = as_records([judge(quick=rows_of("quick", float("inf")))])
    assert {test["value"] for test in record["tests"]} == {"infinity"}
    check_records([record], "quick")


def test_an_unknown_claim_lists_those_there_are() -> None:
    assert find_claim("guidance") is CLAIMS["guidance"]
    with pytest.raises(ValueError, match=r"no claim 'fermat', there are .*guidance"):
        find_claim("fermat")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as stop:
        steplab.main(["ledger", *arguments])
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def test_an_unknown_claim_is_a_one_line_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "--claim", "fermat")
    assert (code, out) == (2, "")
    assert err.startswith("steplab: no claim 'fermat', there are constant-steps")
    assert len(err.splitlines()) == 1


def check_records(records: Any, profile: str | None) -> None:
    """The promised shape, and nothing that JSON does not have."""
    json.loads(json.dumps(records, allow_nan=False))
    assert isinstance(records, list)
    for record in records:
        assert set(record) == RECORD
        assert record["verdict"] in VERDICTS
        # tests that decide nothing give no verdict
        assert record["tests"] or record["verdict"] == "not run"
        assert record["version"] >= 1
        assert set(record["parts"].values()) <= VERDICTS
        assert record["counted"].startswith(record["verdict"])
        assert set(record["counts"]) == VERDICTS - {"not run"}
        assert sum(record["counts"].values()) == sum(
            "does not decide" not in test["rule"] for test in record["tests"]
        )
        assert (record["chance"] is None) == (record["verdict"] in ("inconclusive", "not run"))
        if record["chance"] is not None:
            assert set(record["chance"]) == {"at_most", "if_independent", "stands"}
        for name in RECORD - {"tests", "version", "parts", "counts", "chance"}:
            assert isinstance(record[name], str)
            assert record[name]
        for test in record["tests"]:
            assert set(test) == TEST
            assert test["denoiser"] in ("exact", "trained")
            assert test["profile"] == profile
            assert test["verdict"] in VERDICTS - {"not run"}
            assert isinstance(test["samples"], int)
            assert test["samples"] >= 1
            assert test["rule"].startswith("supported if ")
            ends = [float(test[end]) for end in ("low", "value", "high")]
            assert ends == sorted(ends)


def test_without_rows_every_claim_was_not_run() -> None:
    entries = ledger.ledger({})
    records = as_records(entries)
    check_records(records, None)
    assert [record["id"] for record in records] == list(CLAIMS)
    assert {record["verdict"] for record in records} == {"not run"}
    assert "guidance: not run, no profile" in [claim_text(one).splitlines()[0] for one in entries]


def test_broken_twin_another_shape_is_refused() -> None:
    (record,) = as_records([judge(quick=rows_of("quick", 0.1))])
    check_records([record], "quick")
    (test, *_) = record["tests"]
    for wrong in (
        record | {"extra": "key"},
        {name: value for name, value in record.items() if name != "source"},
        record | {"verdict": "true"},
        record | {"tests": []},
        record | {"counted": "refuted by 1 of 1 test"},
        record | {"counts": {**record["counts"], "refuted": 7}},
        record | {"chance": None},
        record | {"tests": [test | {"value": float("inf")}]},
        record | {"tests": [test | {"profile": "standard"}]},
        record | {"tests": [test | {"low": 2.0, "high": 1.0}]},
    ):
        with pytest.raises((AssertionError, ValueError)):
            check_records([wrong], "quick")


@pytest.fixture
def shown(claimed: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads the profile of the fixture's rows as the quick one."""
    monkeypatch.setitem(PROFILES, "quick", claimed)


@pytest.mark.usefixtures("shown")
def test_all_claims_have_a_verdict_from_rows_that_were_run(
    claim_results: Results, capsys: pytest.CaptureFixture[str]
) -> None:
    results = str(claim_results.folder.parent)
    code, out, _ = printed(capsys, "--json", "--results", results)
    assert code == 0
    records = json.loads(out)
    check_records(records, "quick")
    assert [record["id"] for record in records] == list(CLAIMS)
    unmeasured = {record["id"] for record in records if record["verdict"] == "not run"}
    # no noisy network is trained, no corpora are large enough to read a data potential, and models
    # this small neither overfit nor memorise, so that no change after that is measured
    assert unmeasured <= {
        "trained-models-keep-it",
        "data-potential",
        "data-accuracy-after-overfitting",
        "data-option-gap",
        "data-memorisation-time",
        "data-no-saturation",
        "data-overfitting-epoch",
        "data-overconfidence",
        "data-noise-in-inputs",
        "data-any-order",
        "data-half-life",
        "data-critical-compute",
        "data-repeats",
    }
    for record in records:
        assert {test["denoiser"] for test in record["tests"]} == {"exact", "trained"} or (
            # models this small reach no goal by SER, and no noisy one is trained
            record["id"] in SMALL
            or LIMITED_DATA in record["source"]  # what is learned from data is of trained models
        )
    code, out, _ = printed(capsys, "--json", "--results", results, "--claim", "learning-error")
    assert json.loads(out) == [record for record in records if record["id"] == "learning-error"]
    code, out, _ = printed(capsys, "--results", results)
    assert code == 0
    for claim in CLAIMS:
        assert claim in out
    code, out, _ = printed(capsys, "--results", results, "--claim", "metric-decides")
    assert code == 0
    assert CLAIMS["metric-decides"].prediction[:40] in out
    assert "0.05" in out


def test_a_claim_whose_last_unit_is_missing_was_not_run(
    claim_results: Results, claimed: Profile
) -> None:
    rows = read_profiles(claim_results.folder.parent)
    assert list(rows) == ["quick"]
    for claim in CLAIMS.values():
        last = list(claim.units(claimed))[-1].hash
        present = rows["quick"][rows["quick"]["unit"] != last]
        assert entry(claim, {"quick": present}, {"quick": claimed}).profile is None
        assert entry(claim, rows, {"quick": claimed}).profile == "quick"


def test_a_claim_without_units_in_a_profile_was_not_run_by_it() -> None:
    """It names the profile that has some, also in the error of a run that has none to do."""
    claim, rows = CLAIMS["data-any-order"], pd.DataFrame({"unit": []})
    assert not claim.units(PROFILES["quick"])
    line = entry(claim, {"quick": rows})
    assert (line.profile, line.verdict, line.quick) == (None, "not run", "not run")
    assert line.command == "steplab run --profile standard --claim data-any-order"
