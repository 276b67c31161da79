"""Two units of a profile differ in what their rows say: no row can be taken for another's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace

import pytest

from synthetic.experiments import Unit, closure
from synthetic.experiments.kinds import LimitedData, TrainedError
from theory.claims.profile_units import profile_units
from theory.studies.profiles import PROFILES

UNSAID = {  # fields that no column shows: how a model was trained, and on what it was measured
    *("architecture", "budget", "start", "learning_rate", "weight_decay", "dropout"),
    *("masked_input", "batch_size", "contexts"),
}


def said(unit: object) -> tuple[object, ...]:
    """The fields that columns of rows show, of a unit and of the units it names."""
    unsaid = UNSAID - {"architecture"} if isinstance(unit, LimitedData) else UNSAID  # parameters
    values = [
        (field.name, getattr(unit, field.name))
        for field in fields(unit)  # type: ignore[arg-type]
        if field.name not in unsaid
    ]
    told = [(name, said(value) if is_dataclass(value) else repr(value)) for name, value in values]
    return type(unit).__name__, *told


def taken_for_another(units: Iterable[Unit]) -> list[object]:
    """What the rows of two units say alike."""
    return [one for one, count in Counter(map(said, closure(units))).items() if count > 1]


@pytest.mark.parametrize("name", PROFILES)
def test_units_differ_in_what_their_rows_say(name: str) -> None:
    assert taken_for_another(profile_units(PROFILES[name])) == []


def test_broken_twin_a_second_model_of_a_language_and_length_is_seen() -> None:
    units = profile_units(PROFILES["standard"])
    first = next(unit for unit in units if isinstance(unit, TrainedError))
    budget = replace(first.training.budget, steps=1)
    second = replace(first, training=replace(first.training, budget=budget))
    assert taken_for_another([first, second])
