"""Rows of a whole profile at the smallest sizes, computed once."""

from dataclasses import replace
from pathlib import Path

import pytest

from synthetic.experiments import InProcess, Store, merge, run_units
from synthetic.experiments.kinds import Architecture, Budget
from theory.profiles import QUICK, Profile
from theory.publish import Results

SMALLEST = replace(
    QUICK,
    name="smallest",
    trained=("ngram2-v8",),
    oracle_only=("dyck2-depth3",),
    length=8,
    steps_per_token=2,
    oracle_samples=60,
    trained_samples=40,
    timed_samples=4,
    architecture=Architecture(width=16, depth=1, heads=2),
    diffusion=Budget(steps=4, batch_size=8, learning_rate=1e-3),
    autoregressive=Budget(steps=4, batch_size=8, learning_rate=1e-3),
)


@pytest.fixture(scope="session")
def smallest() -> Profile:
    return SMALLEST


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder: Path = tmp_path_factory.mktemp("results")
    store = Store(folder)
    units = SMALLEST.units()
    summary = run_units(units, store, InProcess())
    assert summary.ok, summary
    merge(units, store)
    return Results(folder)
