"""Golden rows fail the tests when numbers change and the version does not."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden import WRITE, check_golden
from tests.synthetic.experiments.demo_units import Draw, Evaluate, Schedule, Train

GOLDEN = Path(__file__).with_name("demo_golden.json")
UNITS = [Draw(seed=1), Draw(seed=2, schedule=Schedule(7)), Evaluate(model=Train(steps=3), at=5)]


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    return Path(shutil.copy(GOLDEN, tmp_path))


@pytest.fixture
def other_numbers(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    honest = random.Random

    def change() -> None:
        monkeypatch.setattr(random, "Random", lambda seed: honest(seed + 1))

    return change


def test_the_demo_units_have_their_golden_rows() -> None:
    check_golden(GOLDEN, UNITS)


def test_other_numbers_under_the_same_version_fail(
    golden: Path, other_numbers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    other_numbers()
    with pytest.raises(AssertionError, match=r"'demo draw' changed .* raise the version"):
        check_golden(golden, UNITS)
    monkeypatch.setenv(WRITE, "1")
    before = golden.read_text()
    with pytest.raises(AssertionError, match="raise the version"):
        check_golden(golden, UNITS)
    assert golden.read_text() == before


def test_a_raised_version_asks_for_new_golden_rows(
    golden: Path, other_numbers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    other_numbers()
    monkeypatch.setattr(Draw, "version", 2)
    units = [Draw(seed=1), Draw(seed=2, schedule=Schedule(7))]
    with pytest.raises(AssertionError, match=r"at version 2 .* has version 1 for it"):
        check_golden(golden, units)
    with monkeypatch.context() as patch:
        patch.setenv(WRITE, "1")
        check_golden(golden, units)
    check_golden(golden, units)


def test_a_unit_without_golden_rows_fails(golden: Path) -> None:
    with pytest.raises(AssertionError, match="has nothing for it"):
        check_golden(golden, [Draw(seed=3)])


def test_a_rounding_difference_passes_and_a_larger_one_does_not(golden: Path) -> None:
    text = golden.read_text()
    (value,) = {line for line in text.splitlines() if '"value"' in line and "30.33" in line}
    number = float(value.split(":")[1].strip(" ,"))
    golden.write_text(text.replace(repr(number), repr(number * (1 + 1e-12))))
    check_golden(golden, UNITS)
    golden.write_text(text.replace(repr(number), repr(number * (1 + 1e-6))))
    with pytest.raises(AssertionError, match="raise the version"):
        check_golden(golden, UNITS)
