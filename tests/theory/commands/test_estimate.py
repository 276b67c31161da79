"""An estimate: what units expect of a free core, and what they took where they ran here."""

import json
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

import steplab
from synthetic.experiments import InProcess, Store, closure, merge, read_rows, run_units
from theory.claims import CLAIMS, ledger
from theory.claims.profile_units import profile_units
from theory.studies.gpu_hours import profile_cost
from theory.studies.profiles import QUICK
from theory.tables.committed import committed_rows
from theory.tables.pace import measured_here, pace

UNITS = closure(profile_units(QUICK))
CHEAP = ("collision constant", "phase point", "path average law", "depth of orders")
EXPECTED = sum(unit.expected_seconds for unit in UNITS)

# Processor seconds of some units of the quick profile at each of its kinds, on one core of an Intel
# Xeon at 2 cores that had other work: up to twice those of a free core.
MEASURED: dict[str, float] = json.loads(Path(__file__).with_name("unit_seconds.json").read_text())


def printed_hours(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[float, str]:
    """Core hours of all units without a GPU, and what is said of their source."""
    with pytest.raises(SystemExit) as stop:
        steplab.main(["estimate", "--profile", "quick", *more])
    assert not stop.value.code
    printed = capsys.readouterr().out
    (line,) = [line for line in printed.splitlines() if line.startswith("│ all")]
    return float(line.strip("│ ").split()[-1]), " ".join(printed.split())


def rows_that_took(factor: float) -> pd.DataFrame:
    """A row of every unit, with so many times the seconds that it expects."""
    rows = [
        {"unit": unit.hash, "seconds": factor * unit.expected_seconds, "device": "cpu"}
        for unit in UNITS
    ]
    return pd.DataFrame(rows)


def test_an_estimate_without_rows_is_what_units_expect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    hours, said = printed_hours(capsys)
    assert hours == pytest.approx(EXPECTED / 3600, abs=0.006)
    assert "as expected of a free core" in said


def test_an_estimate_of_a_claim_is_that_of_its_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    units = closure(CLAIMS["leave-one-out"].units(QUICK))
    expected = sum(unit.expected_seconds for unit in units) / 3600
    hours, said = printed_hours(capsys, "--claim", "leave-one-out")
    assert 0 < hours == pytest.approx(expected, rel=0.05)
    assert "quick profile, leave-one-out" in said
    for words, message in (
        (["--claim", "leave"], "no claim 'leave', there are constant-steps"),
        (["--claim", "data-compute"], "quick profile has nothing of data-compute: give --profile"),
    ):
        with pytest.raises(SystemExit) as stop:
            steplab.main(["estimate", "--profile", "quick", *words])
        assert stop.value.code == 2
        assert message in capsys.readouterr().err


def test_an_estimate_is_in_proportion_to_rows_that_were_computed_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = read_rows(committed_rows())
    rows = pd.concat([committed, rows_that_took(3.0)])
    monkeypatch.setattr(ledger, "read_profiles", lambda _: {"quick": rows, "standard": committed})
    hours, said = printed_hours(capsys)
    assert hours == pytest.approx(3 * EXPECTED / 3600, abs=0.006)
    assert "in proportion to rows of quick" in said


def test_rows_that_came_with_the_code_and_those_of_a_gpu_scale_nothing() -> None:
    committed = read_rows(committed_rows())
    assert measured_here(committed, committed).empty
    slow = rows_that_took(3.0)
    assert len(measured_here(slow, committed)) == len(UNITS)
    assert measured_here(slow.assign(device="cuda"), committed).empty


def test_an_estimate_agrees_with_what_units_took_here(tmp_path: Path) -> None:
    ran = [unit for unit in UNITS if unit.kind in CHEAP]
    store = Store(tmp_path)
    assert run_units(ran, store, InProcess()).ok
    merge(ran, store)
    rows = measured_here(read_rows(tmp_path / "rows.parquet"), read_rows(committed_rows()))
    took = rows.groupby("unit")["seconds"].first()
    assert len(took) == len(ran)
    costs = {one.kind: one for one in profile_cost(UNITS, pace(rows, UNITS))}
    estimated = sum(costs[kind].seconds_without_gpu for kind in CHEAP)
    assert estimated == pytest.approx(took.sum(), rel=0.2)


def ratios(seconds: dict[str, float]) -> dict[str, float]:
    """Measured over expected seconds of each kind, of the units that were measured."""
    expected: dict[str, float] = defaultdict(float)
    measured: dict[str, float] = defaultdict(float)
    for unit in UNITS:
        if unit.hash in seconds:
            expected[unit.kind] += unit.expected_seconds
            measured[unit.kind] += seconds[unit.hash]
    return {kind: measured[kind] / expected[kind] for kind in expected}


def off(seconds: dict[str, float]) -> set[str]:
    """Kinds that take more than three times as long as expected, or, of those that take longer
    than half a second, less than a third."""
    return {
        kind
        for kind, ratio in ratios(seconds).items()
        if ratio > 3 or (ratio < 1 / 3 and _longest(kind) > 0.5)
    }


def _longest(kind: str) -> float:
    return max(unit.expected_seconds for unit in UNITS if unit.kind == kind)


def test_units_expect_within_a_factor_of_three_what_they_took() -> None:
    assert set(ratios(MEASURED)) == {unit.kind for unit in UNITS}
    assert off(MEASURED) == set()
    measured = [unit for unit in UNITS if unit.hash in MEASURED]
    expected = sum(unit.expected_seconds for unit in measured)
    assert 0.5 < sum(MEASURED.values()) / expected < 2


def test_broken_twin_a_kind_that_takes_much_longer_or_shorter_is_noticed() -> None:
    for factor in (0.1, 10):
        for kind in ("training", "trained error", "sampled least steps"):
            changed = {
                unit.hash: MEASURED[unit.hash] * (factor if unit.kind == kind else 1)
                for unit in UNITS
                if unit.hash in MEASURED
            }
            assert off(changed) == {kind}
