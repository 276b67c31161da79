"""The command beside a number: it computes what its claim needs, nothing else, and gives it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import steplab
from synthetic import experiments
from synthetic.experiments import InProcess, Store, closure, merge, read_rows, run_units
from theory.claims import CLAIMS
from theory.claims.ledger import entry
from theory.studies.profiles import PROFILES, Profile

CHEAP = ("leave-one-out", "informed-correctors")


@pytest.fixture
def quick(claimed: Profile, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """The smallest profile in the place of the quick one, its units run in this process."""
    profile = replace(claimed, name="quick")
    monkeypatch.setitem(PROFILES, "quick", profile)
    monkeypatch.setattr(experiments, "local_executor", lambda _: InProcess())
    return profile


def of_all(folder: Path, quick: Profile) -> Mapping[str, pd.DataFrame]:
    """The rows of all cheap claims, computed together, as a whole run does."""
    units = [unit for name in CHEAP for unit in CLAIMS[name].units(quick)]
    store = Store(folder)
    assert run_units(units, store, InProcess()).ok
    merge(units, store)
    return {"quick": read_rows(folder / "rows.parquet")}


def test_the_command_of_a_claim_gives_its_numbers_and_computes_nothing_else(
    quick: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = of_all(tmp_path / "all", quick)
    for name in CHEAP:
        expected = entry(CLAIMS[name], rows)
        assert expected.tests
        program, *words = expected.command.split()
        assert program == "steplab"
        with pytest.raises(SystemExit) as stop:
            steplab.main([*words, "--results", str(tmp_path / name)])
        assert stop.value.code == 0
        said = " ".join(capsys.readouterr().out.split())
        assert " ".join(expected.sentence.split()) in said
        folder = tmp_path / name / "quick"
        assert entry(CLAIMS[name], {"quick": read_rows(folder / "rows.parquet")}).tests == (
            expected.tests
        )
        needed = {unit.hash for unit in closure(CLAIMS[name].units(quick))}
        assert {path.stem for path in (folder / "units").iterdir()} == needed
        assert not (folder / "figures").exists()
