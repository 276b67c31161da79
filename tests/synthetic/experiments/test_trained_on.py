"""Models that are trained on: at a greater length, or at the same or a shorter one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch

from synthetic.experiments import InProcess, Store, run_units
from synthetic.experiments.kinds import FurtherTraining, LongerTraining, TrainedError, Training
from synthetic.experiments.kinds.training import read_model
from tests.small_training import small_training

LENGTH = 8

Further = TypeVar("Further", LongerTraining, FurtherTraining)


def trained_on(kind: type[Further], start: Training, **changes: Any) -> Further:
    names = ("language", "language_hash", "causal", "architecture", "budget")
    same = {name: getattr(start, name) for name in names}
    return kind(**(same | {"start": start} | changes))


def longer_training(start: Training, **changes: Any) -> LongerTraining:
    return trained_on(LongerTraining, start, **({"length": 2 * LENGTH} | changes))


def further_training(start: Training, **changes: Any) -> FurtherTraining:
    return trained_on(FurtherTraining, start, **({"length": LENGTH // 2} | changes))


@pytest.mark.parametrize(
    ("trained", "length"), [(longer_training, 2 * LENGTH), (further_training, LENGTH // 2)]
)
def test_a_model_trained_on_is_measured_at_its_own_length(
    trained: Callable[..., LongerTraining | FurtherTraining], length: int, tmp_path: Path
) -> None:
    unit = trained(small_training("running-sum-8"))
    assert unit.needs == (unit.start,)
    measured = TrainedError(training=unit, reveal="bernoulli", steps=4, samples=20)
    store = Store(tmp_path)
    assert run_units([measured], store, InProcess()).ok
    rows = store.read_input(unit).rows
    assert {row["length"] for row in (*rows, *store.read_input(measured).rows)} == {length}
    assert {row["length"] for row in store.read_input(unit.start).rows} == {LENGTH}
    assert {row["metric"] for row in rows} == {
        row["metric"] for row in store.read_input(unit.start).rows
    }


@pytest.mark.parametrize("trained", [longer_training, further_training])
def test_a_model_trained_on_depends_on_its_start(
    trained: Callable[..., LongerTraining | FurtherTraining],
) -> None:
    first = trained(small_training("running-sum-8"))
    second = trained(small_training("running-sum-8", steps=4), budget=first.budget)
    assert first.hash != second.hash


def test_further_training_begins_with_the_weights_of_its_start(tmp_path: Path) -> None:
    """A learning rate that moves no weight leaves the model of the start."""
    start = small_training("ngram2-v8")
    unit = further_training(start, budget=replace(start.budget, learning_rate=1e-300))
    store = Store(tmp_path)
    assert run_units([unit], store, InProcess()).ok
    kept, begun = (read_model(store.read_input(one), "cpu") for one in (unit, start))
    weights = begun.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in kept.state_dict().items())


@pytest.mark.parametrize(
    ("trained", "changes", "message"),
    [
        (longer_training, {"length": LENGTH}, "length is beyond that of the start, 8, got 8"),
        (further_training, {"length": 9}, "length is at most that of the start, 8, got 9: Longer"),
        *(
            (trained, changes, message)
            for trained in (longer_training, further_training)
            for changes, message in (
                ({"causal": True}, "causal is that of the start, False, got True"),
                ({"language_hash": "other"}, "language_hash is that of the start"),
            )
        ),
    ],
)
def test_another_model_is_not_trained_on(
    trained: Callable[..., Training], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        trained(small_training("running-sum-8"), **changes)
