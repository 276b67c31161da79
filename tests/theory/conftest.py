"""Rows of a whole profile at the smallest sizes, computed once."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from synthetic.experiments import InProcess, Store, Unit, merge, run_units
from synthetic.experiments.kinds import Architecture, Budget
from synthetic.training.arms import factorial_arms, masked_diffusion, plain_autoregressive
from tests.once import made_once
from theory.claims.profile_units import profile_units
from theory.report.publish import Results
from theory.studies.claim_sizes import ClaimSizes, GrowthSizes
from theory.studies.data_sizes import DataSizes
from theory.studies.distance_units import DistanceStudy
from theory.studies.formal_units import FormalSizes
from theory.studies.law_units import LawSizes, Reach
from theory.studies.noise_grids import GridStudy
from theory.studies.noise_units import NoiseSizes, NoisyReach
from theory.studies.profiles import QUICK, Profile
from theory.studies.revision_units import RevisionStudy
from theory.studies.trainings import Group

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

SMALLEST_NOISE = NoiseSizes(
    language="ngram2-v8",
    length=8,
    steps=(1, 4),
    samples=40,
    samplers=(("uniform", "geometric"), ("hybrid", "linear")),
    reaches=(NoisyReach("uniform", "geometric", 0.5, (4, 8), 320, lambda length: 2),),
    corrected_calls=(15,),
    grids=(GridStudy("even-ones", 4, (3,), 2),),
    distances=(DistanceStudy("parity", "even-ones", (2, 4)),),
    revision=(RevisionStudy("copy pairs", (4, 8), 8, 8, 8),),
)

SMALLEST_CLAIMS = ClaimSizes(
    ngrams=(("ngram2-v8", 2), ("ngram3-v8", 3)),
    growth=(GrowthSizes(("copy-pairs-16",), (4, 8), 40),),
    other_reveals=(GrowthSizes(("copy-pairs-16",), (4, 8), 40),),
    reasoning=(GrowthSizes(("running-sum-8",), (4, 8), 40),),
    epsilons=(0.5,),
    rate_samples=20,
    gap_targets=(0.2, 0.1),
    learning_samples=20,
    perturbed_samples=20,
    perturbed_steps=(1, 8),
)

SMALLEST_DATA = DataSizes(
    languages=("ngram:order=2,vocab=4,branching=4,temperature=0.7,seed=1",),
    length=4,
    unique_sequences=(8, 16),
    architectures=tuple(Architecture(width=width, depth=1, heads=2) for width in (8, 16)),
    arms=(
        plain_autoregressive(1e-2),
        replace(plain_autoregressive(1e-2), name="AR*", masked_input=0.2),
        masked_diffusion(1e-2),
    ),
    seeds=(0,),
    batch_size=8,
    updates=4,
    contexts=8,
    factorial=factorial_arms(plain_autoregressive(1e-2))[3:5],
    looped=("ngram:order=2,vocab=4,branching=4,temperature=0.7,seed=1",),
)

SMALLEST_FORMAL = FormalSizes(
    languages=("tomita-5", "palindromes-4"),
    lengths=(6,),
    steps=(1, 4),
    samples=20,
    grammar_samples=20,
    grammar_lengths=1,
)

SMALLEST = replace(
    QUICK,
    name="smallest",
    groups=(
        Group(
            languages=("ngram2-v8",),
            length=8,
            diffusion=Budget(steps=4, batch_size=8, learning_rate=1e-3),
            autoregressive=Budget(steps=4, batch_size=8, learning_rate=1e-3),
        ),
    ),
    oracle_only=("dyck2-depth3",),
    steps_per_token=2,
    fixed_count_steps_per_token=1,
    oracle_samples=60,
    trained_samples=40,
    timed_samples=4,
    architecture=Architecture(width=16, depth=1, heads=2),
    laws=SMALLEST_LAWS,
    noise=SMALLEST_NOISE,
    claims=SMALLEST_CLAIMS,
    data=SMALLEST_DATA,
    formal=SMALLEST_FORMAL,
)


SHORTER = replace(SMALLEST.groups[0], languages=("ngram2-v8", "running-sum-8"), length=4)
CLAIMED = replace(SMALLEST, steps_per_token=4, groups=(*SMALLEST.groups, SHORTER))


@pytest.fixture(scope="session")
def claimed() -> Profile:
    return CLAIMED


@pytest.fixture(scope="session")
def smallest() -> Profile:
    return SMALLEST


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return Results(
        made_once(tmp_path_factory, "smallest", lambda folder: run(SMALLEST.units(), folder))
    )


@pytest.fixture(scope="session")
def claim_results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Rows of all claims at the smallest sizes, with a second, shorter group of models."""
    units = profile_units(CLAIMED)
    folder = made_once(tmp_path_factory, "claimed", lambda folder: run(units, folder / "quick"))
    return Results(folder / "quick")


@pytest.fixture(scope="session")
def published(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Figures, report and summary of the rows of `results`: to read, not to change."""

    def publish(folder: Path) -> None:
        shutil.copy(results.rows, Results(folder).rows)
        assert Results(folder).publish("smallest profile")

    return Results(made_once(tmp_path_factory, "published", publish))


def run(units: Sequence[Unit], folder: Path) -> None:
    store = Store(folder)
    summary = run_units(units, store, InProcess())
    assert summary.ok, summary
    merge(units, store)
