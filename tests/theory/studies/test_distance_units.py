"""Least steps to a distance: against enumerated chance, and as the first of all steps."""

import itertools
import math
from pathlib import Path

import pytest
import torch

from synthetic.denoisers import NoisyOracle, Oracle
from synthetic.experiments import InProcess, Row, Store, run_units
from synthetic.languages import catalogue
from synthetic.metrics import enumerated_law
from synthetic.noise.named import build_grid, build_noise
from synthetic.sampling import Bernoulli, FixedCount, equal_sizes, linear
from synthetic.sampling.ancestral import AncestralSampler
from theory.laws.enumeration.output_law import output_law
from theory.studies.distance_units import SAMPLERS, STANDARD_DISTANCES, DistanceStudy
from theory.studies.kinds.least_steps_to_distance import LeastStepsToDistance, distance_metric
from theory.studies.noise_grids import grid_at
from theory.studies.profiles import QUICK, STANDARD
from theory.studies.small_languages import PERMUTATIONS, named_at

ZEROS = "ngram:order=2,vocab=3,branching=2,seed=0"
FULL = "ngram:order=2,vocab=3,branching=3,seed=0"
TARGET = 0.1


def unit(
    language: str, length: int, sampler: str, grid: str = "none", target: float = TARGET
) -> LeastStepsToDistance:
    return LeastStepsToDistance(
        **named_at(language, length),
        length=length,
        vocab_size=3,
        sampler=sampler,
        target=target,
        grid=grid_at(grid, length),
    )


def rows_of(folder: Path, one: LeastStepsToDistance) -> list[Row]:
    store = Store(folder)
    summary = run_units([one], store, InProcess())
    assert summary.ok, summary
    return list(store.read_input(one).rows)


def least(rows: list[Row]) -> dict[str, float]:
    return {str(row["metric"]): float(str(row["value"])) for row in rows}


def law_by_chance(name: str, length: int, sampler: str, grid: str, steps: int) -> torch.Tensor:
    """The law of all words: of a strategy of masks by every outcome of its chance, of noise by
    every path of noisy words."""
    language = catalogue.load(name)
    if sampler in ("bernoulli", "fixed count"):
        strategy = {
            "bernoulli": Bernoulli(linear(steps)),
            "fixed count": FixedCount(equal_sizes(length, steps)),
        }[sampler]
        return output_law(Oracle(language), strategy, length=length)
    noise = build_noise(sampler, language.vocab_size)
    kernel = AncestralSampler(NoisyOracle(language, noise), noise).kernel
    states = torch.tensor(list(itertools.product(range(noise.shown), repeat=length)))
    law = noise.law(states.device)[states].prod(dim=1)
    levels = build_grid(grid_at(grid, length), steps).tolist()
    for eta, lower in itertools.pairwise(levels):
        chances = kernel(states, eta, lower).exp()
        paths = [chances[:, place, states[:, place]] for place in range(length)]
        law = law @ torch.stack(paths).prod(dim=0)
    return law[(states < language.vocab_size).all(dim=1)]


def distances(name: str, length: int, law: torch.Tensor) -> dict[str, float]:
    """From their definitions."""
    pairs = list(zip(enumerated_law(catalogue.load(name), length).tolist(), law.tolist()))
    named = {
        "total_variation": sum(abs(q - p) for q, p in pairs) / 2,
        "sequence_error_rate": sum(p for q, p in pairs if q == 0),
        "divergence": sum(q * math.log2(q / p) if p else math.inf for q, p in pairs if q),
    }
    return {distance_metric(distance): value for distance, value in named.items()}


@pytest.mark.parametrize("name", [ZEROS, FULL])
@pytest.mark.parametrize(("sampler", "grid"), SAMPLERS)
def test_the_least_steps_are_the_first_by_enumerated_chance(
    name: str, sampler: str, grid: str, tmp_path: Path
) -> None:
    rows = rows_of(tmp_path, unit(name, 3, sampler, grid))
    last = int(max(least(rows).values()))
    by_steps = [
        distances(name, 3, law_by_chance(name, 3, sampler, grid, steps))
        for steps in range(1, last + 1)
    ]
    first = {
        metric: next(steps for steps, one in enumerate(by_steps, 1) if one[metric] <= TARGET)
        for metric in by_steps[0]
    }
    assert least(rows) == first
    broken = {metric: steps + 1 for metric, steps in first.items()}
    assert least(rows) != broken
    assert {row["target"] for row in rows} == {TARGET}
    assert {row["estimator"] for row in rows} == {"exact law"}


def test_every_step_is_looked_at_where_an_error_does_not_fall(tmp_path: Path) -> None:
    """Parity under masks of fixed count is as wrong in 1 to L - 1 steps, and right in L."""
    fixed = unit("even-ones", 6, "fixed count")
    assert set(least(rows_of(tmp_path, fixed)).values()) == {6}
    half = unit("even-ones", 6, "fixed count", target=0.6)
    steps = least(rows_of(tmp_path / "half", half))
    assert steps["least_steps_total_variation"] == steps["least_steps_sequence_error_rate"] == 1


def test_a_distance_that_is_the_target_is_said_to_be_open(tmp_path: Path) -> None:
    """Three pairs of two symbols in five steps: 1/5 that the two of one step are a pair, and 1/2
    that they differ then."""
    rows = rows_of(tmp_path, unit("regex:(aa|bb)*", 6, "fixed count"))
    ends = {row["metric"]: (row["low"], row["value"], row["high"]) for row in rows}
    assert ends["least_steps_total_variation"] == (5, 6, 6)
    assert ends["least_steps_sequence_error_rate"] == (5, 6, 6)
    assert ends["least_steps_divergence"] == (6, 6, 6)


def test_full_support_has_no_wrong_words_and_is_off_all_the_same(tmp_path: Path) -> None:
    steps = least(rows_of(tmp_path, unit(FULL, 4, "uniform", "geometric")))
    assert steps["least_steps_sequence_error_rate"] == 1 < steps["least_steps_total_variation"]


def test_permutations_are_as_many_symbols_as_positions(tmp_path: Path) -> None:
    """In L - 1 steps half of them are wrong: two positions at once, of two values."""
    rows = rows_of(tmp_path, unit(PERMUTATIONS, 4, "fixed count"))
    assert set(least(rows).values()) == {4}
    other = named_at(PERMUTATIONS, 5)["language_hash"]
    assert other != rows[0]["language_hash"]


def test_the_hash_of_another_length_is_refused(tmp_path: Path) -> None:
    wrong = LeastStepsToDistance(
        **named_at(PERMUTATIONS, 5),
        length=4,
        vocab_size=4,
        sampler="bernoulli",
        target=TARGET,
    )
    summary = run_units([wrong], Store(tmp_path), InProcess())
    assert not summary.ok
    assert "named_at(name, length)" in str(summary.failed)


def test_the_standard_profile_alone_has_the_studies() -> None:
    studies = [one for study in STANDARD_DISTANCES for one in study.units()]
    assert len({one.language for one in studies}) >= 6
    assert set(studies) <= set(STANDARD.units())
    assert not any(isinstance(one, LeastStepsToDistance) for one in QUICK.units())
    assert all(one.expected_seconds < 300 for one in studies)
    assert all(one.vocab_size**one.length <= 4096 for one in studies)


def test_hybrid_noise_is_left_out_of_long_words() -> None:
    units = list(DistanceStudy("zeros", ZEROS, (6, 7)).units())
    samplers = [(one.length, one.sampler) for one in units]
    assert (6, "hybrid") in samplers
    assert (7, "hybrid") not in samplers
    assert len(units) == 2 * len(SAMPLERS) - 1
