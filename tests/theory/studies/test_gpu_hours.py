"""Costs of a profile before it is run, and that each of its kinds has been run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from synthetic.experiments import InProcess, Store, closure, read_rows, run_units
from synthetic.experiments.kinds import TrainedError
from synthetic.models import forward_flops
from synthetic.models.stacked import StackedTransformer
from synthetic.sampling.named import STRATEGIES
from synthetic.training import Arm
from tests.small_training import small_training
from theory.claims.profile_units import profile_units
from theory.report.publish import Results
from theory.studies.data_sizes import QUICK_DATA
from theory.studies.gpu_hours import A100, Gpu, network_flops, profile_cost
from theory.studies.kinds import Collision
from theory.studies.profiles import PAPER, PROFILES, STANDARD, Profile
from theory.tables.committed import committed_rows
from theory.tables.pace import pace

_SMALLEST = (QUICK_DATA.languages[0], 16, QUICK_DATA.architectures[0])
TRAINING = small_training("ngram2-v8", steps=10, batch_size=4)


def test_training_costs_three_passes_a_sequence_and_two_evaluations() -> None:
    from theory.studies.gpu_hours import _config

    a_pass = forward_flops(_config(TRAINING), length=8)
    assert network_flops(TRAINING) == (3 * 40 + 2 * 4000) * a_pass
    one_step = TrainedError(training=TRAINING, reveal="bernoulli", steps=1, samples=8)
    assert network_flops(one_step) == pytest.approx(2.5 * 8 * a_pass)
    # every position revealed alone: as many calls as positions, however many steps
    many = replace(one_step, reveal="fixed count", steps=64)
    assert network_flops(many) == pytest.approx(2.5 * 8 * 8 * a_pass)
    # calls that depend on the tokens count as if every position were revealed alone
    unknown = replace(one_step, reveal="entropy bounded:0.5")
    assert network_flops(unknown) == network_flops(many)


@pytest.mark.parametrize("arm", QUICK_DATA.arms, ids=lambda arm: arm.name)
def test_operations_on_limited_data_are_those_of_the_passes_that_run(
    arm: Arm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pass of a run with two branches is counted; the formula is off by the rounding of where
    a branch begins, an update of 16 sequences each."""
    unit = replace(
        replace(QUICK_DATA, updates=256, contexts=32).unit(*_SMALLEST, arm), epochs=(1, 256)
    )
    passes = {True: 0, False: 0}
    forward = StackedTransformer.forward

    def counted(models: StackedTransformer, tokens: Tensor, *others: Any, **named: Any) -> Tensor:
        passes[torch.is_grad_enabled()] += tokens.shape[0] * tokens.shape[1]
        return forward(models, tokens, *others, **named)

    monkeypatch.setattr(StackedTransformer, "forward", counted)
    run_units([unit], Store(tmp_path), InProcess())
    config = unit.architecture.config(8, unit.length, causal=arm.causal)
    expected = (3 * passes[True] + passes[False]) * forward_flops(config, length=unit.length)
    assert network_flops(unit) == pytest.approx(expected, rel=0.02)
    assert network_flops(replace(unit, epochs=(1, 128))) < 0.7 * expected


@pytest.mark.parametrize("chosen", PROFILES.values(), ids=PROFILES)
def test_every_strategy_of_a_profile_has_its_name_in_the_registry(chosen: Profile) -> None:
    units = closure(profile_units(chosen))
    reveals = {unit.reveal for unit in units if hasattr(unit, "reveal")}
    assert len(reveals) > 3
    assert reveals <= set(STRATEGIES)


def test_exact_work_has_no_operations_and_each_unit_counts_once() -> None:
    law = Collision(language="ngram2-v8", language_hash="")
    error = TrainedError(training=TRAINING, reveal="bernoulli", steps=1, samples=8)
    costs = {one.kind: one for one in profile_cost([law, error, error])}
    assert costs["collision constant"].flops == 0
    assert costs["collision constant"].core_seconds > 0
    assert costs["training"].units == costs["trained error"].units == 1
    assert costs["trained error"].core_seconds == 0
    assert costs["trained error"].seconds_without_gpu == error.expected_seconds
    half = {one.kind: one for one in profile_cost([error], {"trained error": 0.5})}
    assert half["trained error"].seconds_without_gpu == error.expected_seconds / 2
    assert half["training"].seconds_without_gpu == TRAINING.expected_seconds


def test_an_estimate_agrees_with_the_seconds_of_the_rows() -> None:
    rows = read_rows(committed_rows())
    known = rows.groupby("unit")["seconds"].first()
    units = [unit for unit in closure(profile_units(STANDARD)) if unit.hash in known.index]
    costs = profile_cost(units, pace(rows, units))
    assert sum(one.seconds_without_gpu for one in costs) == pytest.approx(known.sum(), rel=1e-6)
    # what a GPU took says nothing of a core
    on_a_core = set(rows.loc[rows["device"] == "cpu", "unit"])
    alone = [unit for unit in units if not unit.needs and unit.hash in on_a_core]
    # units by turns: half of them foretell the other half
    foretold = profile_cost(alone[1::2], pace(rows, alone[::2]))
    measured = sum(known[unit.hash] for unit in alone[1::2])
    assert sum(one.seconds_without_gpu for one in foretold) == pytest.approx(measured, rel=0.2)


def test_hours_are_operations_over_the_reached_share_of_the_peak() -> None:
    assert Gpu("half", 1e12, 0.5).hours(1.8e15) == pytest.approx(1.0)
    assert A100.share < 1


def test_every_kind_of_the_paper_profile_runs_at_the_smallest_sizes(
    claim_results: Results, claimed: Profile
) -> None:
    wanted = {unit.kind for unit in closure(profile_units(PAPER))}
    assert wanted <= {unit.kind for unit in closure(profile_units(claimed))}
    assert wanted <= set(claim_results.read()["kind"])
