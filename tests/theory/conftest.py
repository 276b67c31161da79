"""Rows of a whole profile at the smallest sizes, computed once."""

from dataclasses import replace
from pathlib import Path

import pytest

from synthetic.experiments import InProcess, Store, merge, run_units
from synthetic.experiments.kinds import Architecture, Budget
from theory.law_units import LawSizes, Reach
from theory.profiles import QUICK, Profile
from theory.publish import Results

SMALLEST_LAWS = LawSizes(
    language="ngram2-v8",
    full_support="ngram2-full-v8",
    lengths=(4, 8),
    ratios=(0.5, 1, 2),
    least_steps=(Reach(0.5, (4, 8)), Reach(0.1, (4, 6))),
    least_steps_gap=(Reach(0.05, (4, 6), 5),),
    gap_length=6,
    gap_steps=(1, 4, 16),
    gap_samples=10,
    branchings=(2, 8),
    temperatures=(1.0, 2.0),
    chains=2,
    slack_steps=(2,),
    slack_chains=1,
    order_length=6,
    order_samples=50,
)

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
    laws=SMALLEST_LAWS,
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
