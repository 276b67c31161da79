"""Claims of the same units read the same rows, which are looked up once."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.theory.claims.test_ledger import DEMO, SIZES, rows_of, units
from theory.claims import ledger as ledger_module
from theory.claims.ledger import RowsOfUnits, entry, ledger


def test_rows_of_the_same_units_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[pd.DataFrame] = []
    hashed: list[Any] = []

    def counted(rows: pd.DataFrame) -> pd.DataFrame:
        looked_up.append(rows)
        return rows

    def counted_units(profile: Any) -> Any:
        hashed.append(profile)
        return units(profile)

    monkeypatch.setattr(ledger_module, "one_each", counted)
    monkeypatch.setattr(ledger_module, "PROFILES", SIZES)
    first = replace(DEMO, units=counted_units)
    second = replace(first, id="second", statement="Another.")
    entries = ledger({"quick": rows_of("quick", 0.1)}, [first, second])
    assert [one.profile for one in entries] == ["quick"] * 2
    assert (len(looked_up), len(hashed)) == (1, 1)
    assert entries[0].tests == entries[1].tests


def test_what_one_claim_writes_no_other_reads() -> None:
    def spoiling(rows: pd.DataFrame) -> Any:
        rows["value"] = 5.0
        rows.loc[rows.index[0], "language"] = "spoiled"
        return DEMO.tests(rows)

    rows = RowsOfUnits(rows_of("quick", 0.1))
    first = rows.of(DEMO, SIZES["quick"])
    assert first is not None
    spoiling(first)
    second = rows.of(DEMO, SIZES["quick"])
    assert second is not None
    assert set(second["value"]) == {0.1}
    assert set(second["language"]) == {"demo"}


def test_claims_of_other_units_have_other_rows() -> None:
    less = replace(DEMO, units=lambda profile: units(profile)[:1])
    rows = {"quick": rows_of("quick", 0.1)}
    counts = [len(entry(claim, rows, SIZES).rows) for claim in (DEMO, less)]
    assert counts == [3, 1]
