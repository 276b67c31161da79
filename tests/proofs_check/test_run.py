"""Runs of many proofs: the records, the table, what is kept on disk, and the exit status."""

import io
import json
import math
import time
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import sympy
from rich.console import Console

import proofs_check.proofs
from proofs_check.certificates import Symbolic
from proofs_check.command import Proofs
from proofs_check.last_run import keep_run, last_run
from proofs_check.proof import Proof
from proofs_check.proofs import PROOFS
from proofs_check.records import is_good, proofs_table, settled, totals, with_tightness
from proofs_check.run import ProofRun, check_theorem, check_theorems
from synthetic.experiments import InProcess, local_executor, progress_on
from theory.bounds import THEOREMS
from theory.tightness import Point, Tightness

MEASURED = {"tightness", "family", "tightest"}
SOME = ["frechet-bound", "copy-pairs-error"]


def changed(proof: Proof, **changes: object) -> Proof:
    """The proof with its first step changed."""
    first, *rest = proof.steps
    return replace(proof, steps=(replace(first, **changes), *rest))  # type: ignore[arg-type]


@pytest.fixture
def one_theorem(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A house with one theorem, checked in this process."""
    for name in list(THEOREMS):
        if name != SOME[0]:
            monkeypatch.delitem(THEOREMS, name)
    monkeypatch.setattr("synthetic.experiments.local_executor", lambda workers: InProcess())
    return monkeypatch


def test_processes_and_this_one_give_the_same_records() -> None:
    stream = io.StringIO()
    run = check_theorems(SOME, local_executor(1), progress_on(stream))
    apart = run.records
    assert [record["id"] for record in apart] == SOME
    for record, here in zip(apart, map(check_theorem, SOME), strict=True):
        assert {name for name in record if record[name] != here[name]} == MEASURED
        assert record["tightness"] == pytest.approx(1, abs=1e-9)
    assert {point["theorem"] for point in run.points} == set(SOME)
    assert "4 of 4 units done" in stream.getvalue()
    assert all(map(is_good, apart))
    for record in apart:
        assert record["status"] == "proved"
        assert [step["name"] for step in record["steps"]] == [
            step.name for step in PROOFS[record["id"]].steps
        ]
        for step in record["steps"]:
            assert (step["outcome"], step["twin"]) == ("holds", "refuted")
            assert step["counterexample"]
    assert json.loads(json.dumps(apart)) == apart
    said = io.StringIO()
    Console(file=said, width=200).print(proofs_table(apart))
    count = sum(len(record["steps"]) for record in apart)
    totalled = f"2 theorems: 2 proved; {count} steps that count, {count} of them different, {count}"
    assert f"{totalled} broken twins refused" in said.getvalue()


def test_what_is_open_is_not_good(monkeypatch: pytest.MonkeyPatch) -> None:
    name, checked = SOME[0], PROOFS[SOME[0]]
    # a twin that is not refused, an exception, no proof at all
    blind = changed(checked, twin=checked.steps[0].certificate)
    monkeypatch.setitem(proofs_check.proofs.PROOFS, name, blind)
    assert check_theorem(name)["status"] == "undecided"
    broken = Symbolic(None, sympy.Integer(1))
    wrong = changed(checked, certificate=broken, twin=broken)
    monkeypatch.setitem(proofs_check.proofs.PROOFS, name, wrong)
    failed = check_theorem(name)
    assert failed["status"].startswith("undecided: AttributeError: ")
    monkeypatch.delitem(proofs_check.proofs.PROOFS, name)
    missing = check_theorem(name)
    assert (missing["status"], missing["steps"]) == ("no proof", [])
    assert not any(map(is_good, (failed, missing)))
    assert totals([failed, missing]).startswith("2 theorems: 1 undecided, 1 no proof; 0 steps")


def test_a_theorem_is_proved_only_if_those_it_rests_on_are() -> None:
    def record(theorem: str, status: str, *rests_on: str) -> dict[str, object]:
        return {"id": theorem, "status": status, "rests_on": list(rests_on)}

    def statuses(*records: dict[str, object]) -> list[object]:
        return [record["status"] for record in settled(records)]

    last, middle = record("c", "proved", "b"), record("b", "proved", "a")
    assert statuses(last, middle, record("a", "proved")) == ["proved"] * 3
    open_one = record("a", "undecided")
    assert statuses(last, middle, open_one) == [
        "undecided: rests on b",
        "undecided: rests on a",
        "undecided",
    ]
    assert statuses(middle) == ["no proof: rests on a"]
    tried = record("a", "proved up to tried lemmas: x < 1")
    assert statuses(middle, tried)[0] == "proved up to tried lemmas: rests on a"
    # a theorem that is weaker itself says why itself
    limit = record("b", "asymptotic: n = 1", "a")
    assert statuses(last, limit, tried) == [
        "asymptotic: rests on b",
        "asymptotic: n = 1",
        "proved up to tried lemmas: x < 1",
    ]


def test_no_theorem_rests_on_itself() -> None:
    assert sum(bool(proof.rests_on) for proof in PROOFS.values()) > 5
    # raises CycleError where there is no order in which the theorems can be shown
    order = list(TopologicalSorter({name: PROOFS[name].rests_on for name in PROOFS}).static_order())
    assert set(order) == set(THEOREMS)


def test_a_proof_that_does_not_end_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofs_check.run.LONGEST_SECONDS", 0.05)
    monkeypatch.setattr("proofs_check.proof.check", lambda proof: time.sleep(30))
    outcome = check_theorem(SOME[0])
    assert outcome["status"] == "undecided: TimeoutError: not decided within 0.05 s"


def test_a_contradicted_bound_is_not_good() -> None:
    def measured(ratio: float) -> Tightness:
        point = Point("case", 1.0, ratio, ratio)
        return Tightness(SOME[0], "tight", "one case", (point,), point)

    record = check_theorem(SOME[0])
    assert is_good(with_tightness(record, measured(1.0)))
    assert not is_good(with_tightness(record, measured(1.01)))
    assert not is_good(with_tightness(record, measured(math.nan)))
    assert with_tightness(record, "ValueError: no case")["family"] == "ValueError: no case"


def test_a_complete_run_is_kept_and_printed_again(
    one_theorem: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Proofs(results=tmp_path)() == 0
    assert "proved" in capsys.readouterr().out
    kept = json.loads((tmp_path / "proofs.json").read_text())
    assert set(kept["measured"]) >= {"commit", "seconds", "torch_version"}
    one_theorem.setattr("proofs_check.proof.check", None)  # nothing is run again
    assert Proofs(json=True, results=tmp_path)() == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert record == kept["theorems"][0]
    assert record.keys() >= {"id", "kind", "status", "tightness", "steps"}
    assert {"name", "certificate"} <= record["steps"][0].keys()
    assert (tmp_path / "figures" / "tightness.png").stat().st_size > 10_000
    assert Proofs(json=True, theorem=SOME[0], results=tmp_path)() == 0
    with pytest.raises(ValueError, match="no theorem 'fermat' in the last run, there are frechet"):
        Proofs(json=True, theorem="fermat", results=tmp_path)()


def test_the_exit_status_tells_of_a_theorem_without_a_proof(
    one_theorem: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_theorem.delitem(proofs_check.proofs.PROOFS, SOME[0])
    assert Proofs(results=tmp_path)() == 1
    assert capsys.readouterr().err.endswith(f"{SOME[0]}: no proof\n")


def test_a_run_that_is_not_complete_leaves_the_one_before(
    one_theorem: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = ProofRun([{"id": "before"}], [])
    keep_run(tmp_path, before, 1.0)

    def stopped(theorem: str) -> None:
        raise KeyboardInterrupt

    one_theorem.setattr("proofs_check.run.check_theorem", stopped)
    with pytest.raises(KeyboardInterrupt):
        Proofs(results=tmp_path)()
    assert last_run(tmp_path) == before


def test_a_damaged_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no complete run .*proofs\.json: run make proofs"):
        last_run(tmp_path)
    (tmp_path / "proofs.json").write_text('{"theorems": [')
    with pytest.raises(ValueError, match="is damaged: run make proofs again"):
        last_run(tmp_path)
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError, match=r"cannot be written \(File exists\)"):
        keep_run(tmp_path / "taken", ProofRun([], []), 0.0)
