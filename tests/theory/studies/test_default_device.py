"""Every kind of unit makes its tensors where it is told to, and none on the default device."""

from collections.abc import Iterator

import pytest
import torch

from synthetic.experiments import InProcess, Store, Unit, closure, run_units
from synthetic.experiments.kinds import SamplingSeconds
from tests.theory.conftest import SMALLEST
from theory.claims.profile_units import profile_units


def one_of_each_kind() -> list[Unit]:
    """The quickest unit of each kind, and what it needs."""
    units = sorted(closure(profile_units(SMALLEST)), key=lambda unit: unit.expected_seconds)
    kinds = {unit.kind: unit for unit in reversed(units)}
    return list(closure(unit for unit in kinds.values() if not isinstance(unit, SamplingSeconds)))


@pytest.fixture
def default_is_meta() -> Iterator[None]:
    torch.set_default_device("meta")
    yield
    torch.set_default_device(None)


def test_no_unit_uses_the_default_device(
    tmp_path_factory: pytest.TempPathFactory, default_is_meta: None
) -> None:
    units = one_of_each_kind()
    assert len({unit.kind for unit in units}) > 20
    summary = run_units(units, Store(tmp_path_factory.mktemp("store")), InProcess())
    assert [(failure.unit.kind, failure.error) for failure in summary.failed] == []
    assert summary.ok
