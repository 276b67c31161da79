"""The unit of models on limited data: resumable, side by side, its rows at every epoch."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from synthetic.experiments import InProcess, Store, run_units
from synthetic.experiments.kinds import Architecture, LimitedData
from synthetic.experiments.unit import Context, Row
from synthetic.languages import catalogue
from synthetic.training import CheckpointError, SideBySide
from tests.golden import check_golden

UNIT = LimitedData(
    **catalogue.named("ngram:order=2,vocab=3,branching=3,temperature=0.7,seed=1"),
    length=4,
    unique_sequences=6,
    arm="AR*",
    objective="next token",
    learning_rate=1e-2,
    weight_decay=0.1,
    masked_input=0.2,
    architecture=Architecture(width=8, depth=1, heads=2),
    batch_size=4,
    epochs=(1, 2, 4),
    seeds=(0, 1),
    contexts=8,
)
DIFFUSION = dataclasses.replace(
    UNIT, arm="masked diffusion", objective="any order", masked_input=0.0, seeds=(0,)
)
NOISY = dataclasses.replace(DIFFUSION, arm="uniform diffusion", objective="uniform noise")


class StoppedError(Exception):
    """A run that is killed."""


def context(folder: Path, notes: list[str] | None = None) -> Context:
    folder.mkdir(exist_ok=True)
    said = [] if notes is None else notes
    return Context("cpu", folder, 1, lambda share: None, said.append)


def rows_of(unit: LimitedData, folder: Path, notes: list[str] | None = None) -> list[Row]:
    return list(unit.run({}, context(folder, notes)).rows)


def test_golden_rows() -> None:
    """Trained numbers differ by the processor: golden ones to 1e-3."""
    golden = Path(__file__).with_name("limited_data_golden.json")
    short = dataclasses.replace(UNIT, epochs=(2,))
    check_golden(golden, (short, dataclasses.replace(DIFFUSION, epochs=(2,))), relative_error=1e-3)


def test_every_seed_has_rows_at_every_epoch_in_the_stable_phase_and_annealed(
    tmp_path: Path,
) -> None:
    notes: list[str] = []
    rows = rows_of(UNIT, tmp_path, notes)
    divergences = [row for row in rows if row["metric"] == "chain_rule_divergence"]
    keys = {(row["denoiser"], row["seed"], row["epoch"], row["annealed"]) for row in divergences}
    assert keys == {
        *(
            ("AR*", seed, epoch, on)
            for seed in (0, 1)
            for epoch in (1, 2, 4)
            for on in (True, False)
        ),
        *(("ensemble of 2 AR*", 0, epoch, True) for epoch in (1, 2, 4)),
    }
    assert len(divergences) == len(keys)
    assert all(float(str(row["value"])) > 0 for row in divergences)
    assert {row["steps"] for row in divergences if row["epoch"] == 4} == {6}
    assert all("sequences equal one before them" in note for note in notes)


@pytest.mark.parametrize("unit", [UNIT, DIFFUSION, NOISY], ids=["AR", "diffusion", "noise"])
def test_a_killed_unit_goes_on_bit_for_bit(
    unit: LimitedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rows_of(unit, tmp_path / "whole")
    save, saves = SideBySide.save, 0

    def stop(self: SideBySide, directory: Path, results: Any) -> None:
        nonlocal saves
        save(self, directory, results)
        saves += 1
        if saves == 3:
            raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(SideBySide, "save", stop)
        with pytest.raises(StoppedError):
            rows_of(unit, tmp_path / "killed")
    assert rows_of(unit, tmp_path / "killed") == expected


def test_a_checkpoint_of_another_corpus_is_set_aside_and_said(tmp_path: Path) -> None:
    rows_of(dataclasses.replace(DIFFUSION, unique_sequences=7), tmp_path)
    notes: list[str] = []
    rows = rows_of(DIFFUSION, tmp_path, notes)
    assert any("unique_sequences is 7 there and 6 here" in note for note in notes)
    assert rows == rows_of(DIFFUSION, tmp_path / "fresh")
    assert len(list(tmp_path.glob("checkpoint*"))) == 2
    assert issubclass(CheckpointError, ValueError)


def test_new_sequences_have_no_training_set(tmp_path: Path) -> None:
    rows = rows_of(dataclasses.replace(DIFFUSION, fresh=True), tmp_path)
    assert {row["fresh"] for row in rows} == {True}
    assert "memorisation_excess" not in {row["metric"] for row in rows}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": (1, 2.5)}, "epochs are integers >= 1, got"),
        ({"epochs": ()}, "epochs is a tuple, not empty, got"),
        ({"seeds": ()}, "seeds is a tuple, not empty, got"),
        ({"objective": "none"}, "objective is one of next token, any order, uniform noise, got"),
    ],
)
def test_wrong_parameters_are_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        dataclasses.replace(UNIT, **changes)


def test_too_many_words_fail_the_unit_in_one_line(tmp_path: Path) -> None:
    unit = dataclasses.replace(UNIT, unique_sequences=82)
    summary = run_units([unit], Store(tmp_path), InProcess())
    assert not summary.ok
    assert "the language has 81 words of length 4" in str(summary.failed)


@pytest.mark.parametrize("unit", [UNIT, DIFFUSION, NOISY], ids=["AR", "diffusion", "noise"])
def test_a_thorough_unit_adds_rows_and_changes_none(unit: LimitedData, tmp_path: Path) -> None:
    thorough = dataclasses.replace(unit, thorough=True)
    assert dataclasses.replace(thorough, thorough=False).hash == unit.hash != thorough.hash
    plain, more = rows_of(unit, tmp_path / "plain"), rows_of(thorough, tmp_path / "thorough")
    assert [row for row in more if row in plain] == plain
    added = [row for row in more if row not in plain]
    hard = {f"hard_{name}" for name in ("option_gap", "option_area", "bayes_accuracy")}
    tenths = {f"{name}_of_tenth" for name in ("confidence", "truth", "divergence")}
    metrics = hard | tenths | {"hard_multiple_choice_accuracy"}
    by_tenth = [row["tenth"] for row in added if row["metric"] == "truth_of_tenth"]
    assert by_tenth == len(unit.seeds) * list(range(1, 11))
    if unit.objective == "any order":
        metrics |= {"conditional_divergence", "random_order_divergence"}
        counts = [row.get("masked") for row in added if row["metric"] == "conditional_divergence"]
        assert counts == 3 * [None, 1, 2, 3, 4]
    assert {row["metric"] for row in added} == metrics
    assert {row["annealed"] for row in added} == {True}
