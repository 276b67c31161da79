"""Profiles: what they run and in which order."""

from dataclasses import replace

import pytest

from synthetic.experiments import closure
from synthetic.experiments.kinds import (
    FurtherTraining,
    LanguageEntropy,
    LongerTraining,
    OracleError,
    TrainedError,
    Training,
)
from theory.studies.profiles import PROFILES, QUICK, SWEPT, Profile, profile
from theory.studies.trainings import trainings


@pytest.mark.parametrize("chosen", PROFILES.values(), ids=PROFILES)
def test_every_profile_measures_each_power_of_two_to_four_times_the_length(chosen: Profile) -> None:
    assert chosen.steps(chosen.length)[0] == 1
    assert chosen.steps(chosen.length)[-1] == 4 * chosen.length
    longest = chosen.steps(chosen.length, "fixed count")[-1]
    assert longest == chosen.fixed_count_steps_per_token * chosen.length
    measured = {
        (unit.language, unit.reveal, unit.steps)
        for unit in chosen.units()
        if isinstance(unit, OracleError)
    }
    assert measured == {
        (language, reveal, steps)
        for language in chosen.languages
        for reveal in SWEPT
        for steps in chosen.steps(chosen.length_of(language), reveal)
    }


def test_every_language_has_the_length_of_the_first_group_that_trains_it() -> None:
    standard = PROFILES["standard"]
    assert standard.length_of("ngram2-v8") == standard.length_of("dyck2-depth3") == 64
    assert standard.length_of("addition-4") == 63
    pairs = standard.first_trainings()
    assert {pair[0].language: pair[0].length for pair in pairs} == {
        name: standard.length_of(name)
        for name in standard.languages
        if name not in standard.oracle_only
    }


@pytest.mark.parametrize(
    ("length", "kind"), [(16, LongerTraining), (8, FurtherTraining), (4, FurtherTraining)]
)
def test_a_group_with_a_start_trains_its_models_on(
    length: int, kind: type[LongerTraining | FurtherTraining]
) -> None:
    first = replace(QUICK.groups[0], length=8)
    group = replace(first, length=length, start=first)
    starts = trainings(first, QUICK.architecture)
    for pair, before in zip(trainings(group, QUICK.architecture), starts, strict=True):
        for unit, start in zip(pair, before, strict=True):
            assert isinstance(unit, kind)
            assert unit.start == start
            assert (unit.language, unit.causal) == (start.language, start.causal)
            assert unit.length == length


def test_a_group_trains_its_masked_diffusion_with_its_threads() -> None:
    start = replace(QUICK.groups[0], length=8)
    group = replace(start, length=16, start=start, threads=2)
    for diffusion, autoregressive in trainings(group, QUICK.architecture):
        assert isinstance(diffusion, LongerTraining)
        assert (diffusion.threads, diffusion.start.threads, autoregressive.threads) == (2, 1, 1)


@pytest.mark.parametrize("chosen", PROFILES.values(), ids=PROFILES)
def test_every_model_has_its_rows_those_it_starts_at_too(chosen: Profile) -> None:
    units = chosen.units()
    models = {unit for unit in closure(units) if isinstance(unit, Training)}
    assert models <= set(units)


@pytest.mark.parametrize("chosen", PROFILES.values(), ids=PROFILES)
def test_what_needs_no_training_comes_first(chosen: Profile) -> None:
    units = closure(chosen.units())
    first = chosen.oracle_units(chosen.languages[0])
    assert units[: len(first)] == first
    assert all(isinstance(unit, LanguageEntropy | OracleError) for unit in first)


def test_all_units_of_a_profile_have_their_own_hash() -> None:
    units = closure(QUICK.units())
    assert len({unit.hash for unit in units}) == len(units)
    assert len(set(map(str, units))) == len(units)


def test_a_changed_budget_changes_the_model_and_what_is_measured_on_it_alone() -> None:
    first, *others = QUICK.groups
    budget = replace(first.diffusion, steps=first.diffusion.steps + 1)
    other = replace(QUICK, groups=(replace(first, diffusion=budget), *others))
    before, after = closure(QUICK.units()), closure(other.units())
    changed = [old for old, new in zip(before, after, strict=True) if old.hash != new.hash]
    assert changed
    for unit in changed:
        models = [need for need in (unit, *unit.needs) if isinstance(need, Training)]
        assert any(not model.causal for model in models)
    curves = [len(QUICK.steps(32, reveal)) for reveal in SWEPT]
    assert sum(isinstance(unit, TrainedError) for unit in changed) == sum(curves)


def test_an_unknown_profile_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"'quik', allowed are quick, standard, paper.*quick\?"):
        profile("quik")
