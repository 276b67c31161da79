"""A unit of training whose checkpoint is damaged trains again."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from synthetic.experiments.kinds import (
    Architecture,
    Budget,
    LongerNoisyTraining,
    LowNoiseTraining,
    NoisyTrainedError,
    NoisyTraining,
    Training,
)
from synthetic.experiments.kinds.noisy_training import read_network
from synthetic.experiments.unit import Context, Input, Unit
from synthetic.languages import catalogue
from synthetic.models import forward_flops
from synthetic.noise import Uniform
from synthetic.training import (
    DenoisingCrossEntropy,
    ExactTargets,
    FewMasksFirst,
    HalfLogUniform,
    LittleNoiseFirst,
    NextToken,
)
from synthetic.training.checkpoint import INDEX
from tests.golden import check_golden
from tests.small_training import small_training

UNIT = small_training("ngram2-v8", steps=3)


def context(folder: Path, notes: list[str]) -> Context:
    folder.mkdir(exist_ok=True)
    return Context("cpu", folder, 1, lambda fraction: None, notes.append)


@pytest.mark.parametrize("damage", ["", '{"format": 1}', None])
def test_a_damaged_checkpoint_is_set_aside(damage: str | None, tmp_path: Path) -> None:
    notes: list[str] = []
    expected = UNIT.run({}, context(tmp_path / "whole", notes)).rows
    folder = tmp_path / "damaged"
    UNIT.run({}, context(folder, notes))
    assert not notes
    index = folder / "checkpoint" / INDEX
    if damage is None:
        (weights,) = index.parent.glob("weights-*")
        weights.unlink()
    else:
        index.write_text(damage)
    assert UNIT.run({}, context(folder, notes)).rows == expected
    (note,) = notes
    assert note.endswith(f"; training {UNIT.hash[:8]} begins anew")
    assert "\n" not in note
    assert (folder / "checkpoint.damaged-1").is_dir()
    # The broken twin: a whole checkpoint is gone on from.
    assert UNIT.run({}, context(folder, notes)).rows == expected
    assert len(notes) == 1


def noisy(**changes: Any) -> NoisyTraining:
    fields: dict[str, Any] = {
        "language": "copy-pairs-16",
        "language_hash": catalogue.entry("copy-pairs-16").digest(),
        "length": 4,
        "noise": "uniform",
        "architecture": Architecture(width=16, depth=1, heads=2),
        "budget": Budget(steps=3, batch_size=8, learning_rate=1e-3),
    }
    return NoisyTraining(**(fields | changes))


@pytest.mark.parametrize(
    ("objective", "noise", "noise_level"),
    [
        ("cross-entropy", "hybrid:0.5", True),
        ("leave-one-out", "uniform", False),
        ("bound", "uniform", True),
    ],
)
def test_a_network_of_noisy_tokens_is_trained_and_read(
    objective: str, noise: str, noise_level: bool, tmp_path: Path
) -> None:
    notes: list[str] = []
    unit = noisy(objective=objective, noise=noise, noise_level=noise_level)
    result = unit.run({}, context(tmp_path / "unit", notes))
    metrics = [str(row["metric"]) for row in result.rows]
    assert metrics == ["held_out_loss", "held_out_excess", *["noisy_divergence"] * 5]
    assert all(float(row["value"] or 0) > 0 for row in result.rows)
    assert not notes
    network = read_network(unit, Input((), tmp_path / "unit"), "cpu")
    assert network.leave_one_out == (objective == "leave-one-out")
    assert network.model.config.noise_level == noise_level
    again = unit.run({}, context(tmp_path / "again", notes)).rows
    assert again == result.rows
    measured = NoisyTrainedError(training=unit, grid="geometric", steps=3, samples=40)
    assert measured.needs == (unit,)
    kept: dict[Unit, Input] = {unit: Input((), tmp_path / "unit")}
    values = {
        str(row["metric"]): float(row["value"] or 0)
        for row in measured.run(kept, context(tmp_path / "measured", notes)).rows
    }
    assert 0 < values["sequence_error_rate"] <= 1
    assert values["window_divergence"] > 0
    assert values["evaluations"] == 3
    assert values["flops"] == 3 * forward_flops(network.model.config, length=4)


def test_numbers_of_noisy_kinds_change_only_with_their_version() -> None:
    """Weights differ in the last digits between processors, hence the wide tolerance."""
    training = noisy(objective="leave-one-out")
    units = [training, NoisyTrainedError(training=training, grid="cosine", steps=3, samples=40)]
    check_golden(Path(__file__).with_name("noisy_golden.json"), units, relative_error=1e-3)


def test_a_network_is_trained_on_at_low_noise(tmp_path: Path) -> None:
    start = noisy(objective="leave-one-out")
    unit = low_noise(start)
    assert unit.needs == (start,)
    start.run({}, context(tmp_path / "start", []))
    inputs: dict[Unit, Input] = {start: Input((), tmp_path / "start")}
    rows = unit.run(inputs, context(tmp_path / "unit", [])).rows
    assert unit.denoiser_name == "noisy network, leave-one-out, low noise last"
    assert {row["denoiser"] for row in rows} == {unit.denoiser_name}
    unmoved = read_network(start, inputs[start], "cpu").model.state_dict()
    moved = read_network(unit, Input((), tmp_path / "unit"), "cpu").model.state_dict()
    far = max(float((moved[name] - unmoved[name]).abs().max()) for name in moved)
    assert 0 < far < 4e-3  # three updates of 1e-3: it began with the weights of the start
    with pytest.raises(ValueError, match=r"^noise is that of the start, uniform, got absorbing$"):
        low_noise(start, noise="absorbing")
    with pytest.raises(ValueError, match=r"^low noise is trained by cross-entropy or leave-one-"):
        low_noise(noisy(objective="bound"), objective="bound")


def masked(*, causal: bool = False, **budget: Any) -> Training:
    changed = dataclasses.replace(UNIT.budget, **budget)
    return dataclasses.replace(UNIT, causal=causal, budget=changed)


def test_the_budget_says_what_is_presented() -> None:
    language = catalogue.load("ngram2-v8")
    few = FewMasksFirst(0.5)
    assert masked(first_masked=0.5).objective(language) == few
    assert masked(first_masked=0.5, targets="posterior").objective(language) == ExactTargets(
        language, few
    )
    assert masked(causal=True).objective(language) == NextToken()
    pairs = catalogue.load("copy-pairs-16")
    whole = DenoisingCrossEntropy(Uniform(16), HalfLogUniform(1e-4))
    for budget, expected in (
        ({}, whole),
        ({"first_level": 0.5}, LittleNoiseFirst(whole, 0.5)),
        ({"targets": "posterior"}, ExactTargets(pairs, whole)),
        (
            {"first_level": 0.5, "targets": "posterior"},
            ExactTargets(pairs, LittleNoiseFirst(whole, 0.5)),
        ),
    ):
        unit = noisy(budget=dataclasses.replace(noisy().budget, **budget))
        assert unit.presented(unit.loss(Uniform(16)), pairs) == expected


def test_exact_targets_teach_another_model(tmp_path: Path) -> None:
    for kind, unit in (("masks", UNIT), ("noisy", noisy())):
        exact = dataclasses.replace(
            unit, budget=dataclasses.replace(unit.budget, targets="posterior")
        )
        losses = [
            one.run({}, context(tmp_path / f"{kind} {one.hash}", [])).rows[0]["value"]
            for one in (unit, exact)
        ]
        assert losses[0] != losses[1]


def longer(start: NoisyTraining, **changes: Any) -> LongerNoisyTraining:
    fields = {field.name: getattr(start, field.name) for field in dataclasses.fields(start)}
    return LongerNoisyTraining(**(fields | {"start": start, "length": 8} | changes))


def test_a_network_is_trained_on_at_a_greater_length(tmp_path: Path) -> None:
    start = noisy(objective="leave-one-out")
    unit = longer(start)
    assert unit.needs == (start,)
    start.run({}, context(tmp_path / "start", []))
    inputs: dict[Unit, Input] = {start: Input((), tmp_path / "start")}
    rows = unit.run(inputs, context(tmp_path / "unit", [])).rows
    assert {row["length"] for row in rows} == {8}
    unmoved = read_network(start, inputs[start], "cpu").model.state_dict()
    moved = read_network(unit, Input((), tmp_path / "unit"), "cpu").model.state_dict()
    assert moved.pop("positions").shape[0] == 2 * unmoved.pop("positions").shape[0]
    far = max(float((moved[name] - unmoved[name]).abs().max()) for name in moved)
    assert 0 < far < 4e-3  # three updates of 1e-3: it began with the weights of the start
    for changes, message in (
        ({"noise": "absorbing"}, r"^noise is that of the start, uniform, got absorbing$"),
        ({"noise_level": False}, r"^noise_level is that of the start, True, got False$"),
        ({"length": 4}, r"^length is beyond that of the start, 4, got 4$"),
    ):
        with pytest.raises(ValueError, match=message):
            longer(start, **changes)


def low_noise(start: NoisyTraining, **changes: Any) -> LowNoiseTraining:
    fields = {field.name: getattr(start, field.name) for field in dataclasses.fields(start)}
    return LowNoiseTraining(**(fields | {"start": start, "most": 0.1} | changes))


def test_wrong_objectives_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^objective is one of cross-entropy, leave-one-out, b"):
        noisy(objective="likelihood")
    with pytest.raises(ValueError, match=r"^first_masked is for masks, got 0.5$"):
        noisy(budget=Budget(steps=3, batch_size=8, learning_rate=1e-3, first_masked=0.5))
    with pytest.raises(ValueError, match=r"^first_level and targets are for cross-entropy and lea"):
        noisy(objective="bound", budget=dataclasses.replace(UNIT.budget, targets="posterior"))
    with pytest.raises(ValueError, match=r"^first_level is for noisy tokens, got 0.5$"):
        masked(first_level=0.5)
    with pytest.raises(ValueError, match=r"^a causal model has tokens as targets, got posterior$"):
        masked(causal=True, targets="posterior")
    with pytest.raises(ValueError, match=r"^the bound is of uniform noise, got absorbing$"):
        noisy(objective="bound", noise="absorbing").run({}, context(tmp_path, []))
