"""The kinds of units that claims add: learning error, its perturbed twin, chains, other reveals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthetic import denoisers
from synthetic.experiments import Context, InProcess, Input, Store, Unit, run_units
from synthetic.experiments.kinds import (
    LearningError,
    OracleError,
    OracleReasoning,
    PerturbedError,
    TrainedReasoning,
)
from synthetic.languages import catalogue
from synthetic.sampling import (
    Bernoulli,
    Bisection,
    FixedCount,
    LeastEntropy,
    equal_sizes,
    linear,
    two_phase,
)
from synthetic.sampling.named import build_strategy
from tests.golden import check_golden
from tests.small_training import small_training

LENGTH = 8
FOLDER = Path(__file__).parent


def reasoning(name: str, length: int, steps: int, *, prompted: bool) -> OracleReasoning:
    return OracleReasoning(
        **catalogue.named(name),
        length=length,
        prompted=prompted,
        reveal="bernoulli",
        steps=steps,
        samples=60,
    )


def trained_reasoning(*, causal: bool = False, prompted: bool = False) -> TrainedReasoning:
    return TrainedReasoning(
        training=small_training("running-sum-8", causal=causal),
        prompted=prompted,
        reveal="bernoulli",
        steps=4,
        samples=20,
    )


LEARNING = LearningError(
    training=small_training("running-sum-8"), counts=(1, 4, LENGTH), samples=20
)


def perturbed(steps: int, samples: int = 20) -> PerturbedError:
    return PerturbedError(learning=LEARNING, reveal="bernoulli", steps=steps, samples=samples)


def rows_of(folder: Path, *units: Unit) -> list[dict[str, Any]]:
    store = Store(folder)
    summary = run_units(units, store, InProcess())
    assert summary.ok, summary
    return [dict(row) for unit in units for row in store.read_input(unit).rows]


def test_numbers_of_exact_kinds_change_only_with_their_version() -> None:
    reveals: tuple[str, ...] = ("bernoulli, half first", "bisection", "least entropy")
    name = "ngram2-v8"
    others = [
        OracleError(
            **catalogue.named(name),
            length=LENGTH,
            reveal=reveal,
            steps=3,
            samples=30,
        )
        for reveal in reveals
    ]
    chains = [reasoning("running-sum-8", LENGTH, 4, prompted=given) for given in (False, True)]
    check_golden(FOLDER / "claim_exact_golden.json", [*others, *chains])


def test_numbers_of_trained_kinds_change_only_with_their_version() -> None:
    """Weights differ in the last digits between processors, hence the wide tolerance."""
    units = [
        LEARNING,
        perturbed(4),
        trained_reasoning(),
        trained_reasoning(prompted=True),
        trained_reasoning(causal=True),
    ]
    check_golden(FOLDER / "claim_trained_golden.json", units, relative_error=1e-3)


@pytest.mark.parametrize(("name", "length"), [("running-sum-8", 16), ("addition-4", 12)])
def test_a_chain_that_its_prompt_determines_is_right_in_one_step(
    name: str, length: int, tmp_path: Path
) -> None:
    """Exact for every sample, so no false alarm; without the prompt one step is nearly always
    wrong: a chain right by chance has probability below 1/8 for each sum."""
    given, free = (
        {row["metric"]: row for row in rows_of(tmp_path, reasoning(name, length, 1, prompted=both))}
        for both in (True, False)
    )
    for metric in ("sequence_error_rate", "answer_error_rate"):
        assert given[metric]["value"] == 0
        assert (given[metric]["prompted"], free[metric]["prompted"]) == (True, False)
        assert free[metric]["value"] > 0.3


def test_a_chain_of_random_steps_is_wrong_in_one_step_whatever_its_prompt(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        reasoning("derivation-4", 24, 1, prompted=True),
        reasoning("derivation-4", 24, 400, prompted=True),
    )
    once, often = (row["value"] for row in rows if row["metric"] == "sequence_error_rate")
    assert once > 0.5 > often


def test_an_autoregressive_chain_goes_from_left_to_right_and_takes_no_prompt(
    tmp_path: Path,
) -> None:
    rows = rows_of(tmp_path, trained_reasoning(causal=True))
    assert {(row["denoiser"], row["reveal"], row["steps"]) for row in rows} == {
        ("autoregressive", "left to right", LENGTH)
    }
    summary = run_units(
        [trained_reasoning(causal=True, prompted=True)], Store(tmp_path), InProcess()
    )
    assert not summary.ok


def test_learning_error_has_a_row_for_each_number_of_masked_tokens(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, LEARNING)
    assert [row["masked"] for row in rows] == list(LEARNING.counts)
    assert {row["metric"] for row in rows} == {"conditional_divergence"}
    assert all(row["value"] > 0 for row in rows)  # hardly trained


def measured(values: dict[int, float]) -> Input:
    """Rows of a learning error, as the unit leaves them."""
    rows = tuple({"masked": masked, "value": value} for masked, value in values.items())
    return Input(rows=rows, folder=FOLDER)


def run_perturbed(unit: PerturbedError, values: dict[int, float]) -> list[dict[str, Any]]:
    context = Context(device="cpu", folder=FOLDER, threads=1, report=lambda _: None)
    return [dict(row) for row in unit.run({LEARNING: measured(values)}, context).rows]


def errors(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, float]]:
    return [(row["metric"], row["estimator"], row["value"]) for row in rows]


def test_the_perturbed_oracle_gets_epsilon_by_masked_tokens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = denoisers.Perturbed
    given: list[list[float]] = []

    def spy(oracle: Any, epsilon: list[float], kind: Any, seed: int) -> Any:
        given.append(epsilon)
        return honest(oracle, epsilon, kind, seed)

    monkeypatch.setattr(denoisers, "Perturbed", spy)
    rows = run_perturbed(perturbed(2), {1: 0.1, 4: 0.4, LENGTH: 0.0})
    (epsilon,) = given
    assert epsilon == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.3, 0.2, 0.1, 0.0])
    assert {row["denoiser"] for row in rows} == {"perturbed"}


def test_one_step_meets_only_the_error_of_all_masked_tokens() -> None:
    """In one step all tokens are masked: an error elsewhere changes nothing, one there does. With
    two steps the error elsewhere counts too."""
    nothing = run_perturbed(perturbed(1), {1: 0.0, LENGTH: 0.0})
    elsewhere = {1: 0.5, LENGTH - 1: 0.5, LENGTH: 0.0}
    assert errors(run_perturbed(perturbed(1), elsewhere)) == errors(nothing)
    there = {1: 0.0, LENGTH - 1: 0.0, LENGTH: 0.5}
    assert errors(run_perturbed(perturbed(1), there)) != errors(nothing)
    without = run_perturbed(perturbed(2), {1: 0.0, LENGTH: 0.0})
    assert errors(run_perturbed(perturbed(2), elsewhere)) != errors(without)


def test_a_constant_epsilon_adds_itself_to_the_path_bound() -> None:
    """False-alarm rate below 1e-6: five standard errors of the difference of paired means, taken
    as if they were independent, which is wider."""
    epsilon = 0.2
    with_error, without = (
        next(
            row
            for row in run_perturbed(perturbed(4, 1000), {1: value, LENGTH: value})
            if (row["metric"], row["estimator"]) == ("token_error_rate_gap", "path bound")
        )
        for value in (epsilon, 0.0)
    )
    error = np.hypot(with_error["standard_error"], without["standard_error"])
    assert error < 0.02
    assert abs(with_error["value"] - without["value"] - epsilon) < 5 * error


@pytest.mark.parametrize(
    ("reveal", "expected"),
    [
        ("bernoulli", Bernoulli(linear(4))),
        ("fixed count", FixedCount(equal_sizes(LENGTH, 4))),
        ("bernoulli, half first", Bernoulli(two_phase(4, 0.5))),
        ("bisection", Bisection(4)),
        ("least entropy", LeastEntropy(equal_sizes(LENGTH, 4))),
    ],
)
def test_every_reveal_has_its_strategy(reveal: str, expected: object) -> None:
    assert build_strategy(reveal, LENGTH, 4) == expected


def test_half_first_in_one_step_reveals_everything() -> None:
    assert build_strategy("bernoulli, half first", LENGTH, 1) == Bernoulli(linear(1))
