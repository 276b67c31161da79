"""Units of exact laws: their rows are those of the laws, and change only with a version."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from synthetic.experiments import InProcess, Row, Store, Unit, run_units
from synthetic.languages import catalogue
from synthetic.sampling import linear
from tests.golden import check_golden
from theory.laws import chain_sequence_error_rate, collision_constant
from theory.studies.kinds import (
    ChainError,
    ChainTokenError,
    Collision,
    LeastSteps,
    Order,
    PathAverage,
    PathSlack,
    PhasePoint,
)
from theory.studies.law_units import QUICK_LAWS, STANDARD_LAWS, LawSizes

GOLDEN = Path(__file__).with_name("law_golden.json")
NAME = "ngram2-v8"
DIGEST = catalogue.entry(NAME).digest()
COLLISION = Collision(language=NAME, language_hash=DIGEST)
UNITS: tuple[Unit, ...] = (
    COLLISION,
    ChainError(language=NAME, language_hash=DIGEST, length=8, steps=4),
    ChainTokenError(language=NAME, language_hash=DIGEST, length=6, steps=4, samples=5),
    LeastSteps(collision=COLLISION, length=8, target=0.5),
    LeastSteps(collision=COLLISION, length=6, target=0.05, samples=5),
    PathAverage(language=NAME, language_hash=DIGEST, length=8, steps=(1, 4)),
    PhasePoint(vocab_size=4, branching=2, temperature=1.0, seed=0, length=8),
    PathSlack(vocab_size=3, branching=2, temperature=1.0, length=4, steps=3, count=2),
    Order(language=NAME, language_hash=DIGEST, length=6, steps=2, samples=50),
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[Unit, Sequence[Row]]:
    store = Store(tmp_path_factory.mktemp("laws"))
    summary = run_units(UNITS, store, InProcess())
    assert summary.ok, summary
    results = {unit: store.find(unit) for unit in UNITS}
    return {unit: stored.rows for unit, stored in results.items() if stored is not None}


def test_golden_rows() -> None:
    check_golden(GOLDEN, UNITS)


def values(rows: Sequence[Row], metric: str) -> list[float]:
    return [float(str(row["value"])) for row in rows if row["metric"] == metric]


def test_rows_hold_what_the_laws_say(rows: dict[Unit, Sequence[Row]]) -> None:
    language = catalogue.load(NAME, "cpu")
    (error,) = rows[UNITS[1]]
    exact = chain_sequence_error_rate(language, length=8, schedule=linear(4))
    assert (error["value"], error["estimator"]) == (exact.value, "exact law")
    assert float(str(error["high"])) - exact.value == pytest.approx(exact.error)
    (constant,) = values(rows[COLLISION], "collision_constant")
    assert constant == collision_constant(language).value
    least, predicted = values(rows[UNITS[3]], "least_steps_sequence_error_rate")
    assert predicted == math.ceil(constant * 8 / math.log(2))
    for steps, reaches in ((int(least), True), (int(least) - 1, False)):
        rate = chain_sequence_error_rate(language, length=8, schedule=linear(steps))
        assert (rate.value <= 0.5) == reaches
    slack = rows[UNITS[7]]
    pairs = {
        (row["language"], row["schedule"], row["estimator"]): float(str(row["value"]))
        for row in slack
    }
    assert len(pairs) == 2 * 3 * 2
    for (name, schedule, estimator), value in pairs.items():
        if estimator == "exact law":
            assert -1e-12 <= value <= pairs[name, schedule, "path average, exact"] + 1e-12


def test_order_says_what_is_exact_and_what_is_drawn(rows: dict[Unit, Sequence[Row]]) -> None:
    by_reveal = {row["reveal"]: row for row in rows[UNITS[8]]}
    assert set(by_reveal) == {
        "bernoulli",
        "bernoulli, optimal schedule",
        "fixed count",
        "fixed count, optimal sizes",
        "bisection",
    }
    assert {row["estimator"] for row in by_reveal.values()} == {"exact"}


def test_order_draws_where_the_exact_law_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("theory.laws.chains.fixed_count_error_rate.OPERATIONS", 1)
    store = Store(tmp_path)
    unit = Order(language=NAME, language_hash=DIGEST, length=4, steps=2, samples=30)
    assert run_units([unit], store, InProcess()).ok
    stored = store.find(unit)
    assert stored is not None
    drawn = {row["reveal"]: row["samples"] for row in stored.rows}
    assert drawn["fixed count"] == 30
    assert drawn["bernoulli"] == 1


@pytest.mark.parametrize("sizes", [QUICK_LAWS, STANDARD_LAWS], ids=["quick", "standard"])
def test_the_studies_have_the_lengths_of_the_literature(sizes: LawSizes) -> None:
    units = sizes.units()
    assert len({unit.hash for unit in units}) >= len(units) - len(sizes.gap_steps)
    longest = max(unit.length for unit in units if isinstance(unit, ChainError))
    assert longest == max(sizes.lengths)
    assert all(
        unit.steps <= unit.length
        for unit in units
        if isinstance(unit, ChainError) and unit.length == longest
    )
