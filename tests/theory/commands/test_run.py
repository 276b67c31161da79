"""`steplab run` of one claim: what comes with the code, computed again where that is asked for."""

import shlex
from pathlib import Path

import pytest

import steplab
from synthetic import experiments
from synthetic.experiments import InProcess, kept_rows
from synthetic.experiments.provenance import MEASURED_COLUMNS
from theory.claims import CLAIMS
from theory.studies.profiles import STANDARD
from theory.tables.committed import committed_by_unit

CLAIM = "corrector-invariance"  # three units, a second


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as stop:
        steplab.main(["run", "--claim", CLAIM, *words])
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def test_rows_that_come_with_the_code_are_computed_again_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(experiments, "local_executor", lambda _: InProcess())
    monkeypatch.chdir(tmp_path)
    words = ("--profile", "standard", "--results", "my rows")
    units = [unit.hash for unit in CLAIMS[CLAIM].units(STANDARD)]

    code, read, err = run(capsys, *words)
    assert code == 0
    assert f"{len(units)} units have rows that come with the code: --again computes them" in err
    assert list((tmp_path / "my rows/standard/units").iterdir()) == []

    code, computed, err = run(capsys, *words, "--again")
    assert code == 0
    assert f"{len(units)} units: 0 were done, {len(units)} computed" in err
    assert computed == read
    committed, rows = committed_by_unit(), kept_rows(tmp_path / "my rows/standard/rows.parquet")
    for unit in units:
        assert len(rows[unit]) == len(committed[unit])
        for row, before in zip(rows[unit], committed[unit], strict=True):
            assert {"low", "value", "high"} <= row.keys() - MEASURED_COLUMNS
            for column in row.keys() - MEASURED_COLUMNS:
                same = row[column] == before[column]
                assert same or row[column] == pytest.approx(before[column], rel=1e-9)
    assert rows.keys() == committed.keys()  # the rest is kept


def test_a_claim_names_the_folder_of_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it prints can be pasted."""
    monkeypatch.chdir(tmp_path)
    words = ("--profile", "standard", "--results", "my rows")
    _, out, _ = run(capsys, *words)
    said = " ".join(out.split())
    assert (
        f"steplab run --profile standard --claim {CLAIM} --results {shlex.quote('my rows')}" in said
    )
    assert f"my rows/standard/figures/claim_{CLAIM}.png" in said
    assert "drawn by steplab report --profile standard --results 'my rows'" in said


def test_again_is_for_a_profile_whose_rows_come_with_the_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "--again", "--results", str(tmp_path / "r"))
    assert code == 2
    assert err.splitlines() == [
        "steplab: --again is for a profile whose rows come with the code: standard, got quick"
    ]
    assert not (tmp_path / "r").exists()
