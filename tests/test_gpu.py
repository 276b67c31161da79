"""`make gpu`, dry: at a tiny size on the processor."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import gpu
from synthetic.experiments import Store, Unit, kept_rows
from synthetic.experiments.kinds import Budget, NoisyTraining, TrainedError, Training
from tests.theory.conftest import SMALLEST
from theory.studies.gpu_trainings import gpu_units
from theory.studies.profiles import STANDARD

BUDGET = Budget(steps=2, batch_size=4, learning_rate=1e-2, precision="bfloat16")
GROUP = replace(SMALLEST.groups[0], diffusion=BUDGET, length=4)
TINY = replace(SMALLEST, groups=(GROUP,), steps_per_token=1, trained_samples=4)


def run(results: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The dry run, and what it prints."""
    arguments = ["--device", "cpu", "--workers", "1", "--results", str(results)]
    assert gpu.main([*arguments, "--parts", "trainings"], TINY) == 0
    return capsys.readouterr().out


def takes_a_gpu(unit: Unit) -> bool:
    """Whether a unit is a training in bfloat16."""
    return isinstance(unit, Training | NoisyTraining) and unit.budget.precision == "bfloat16"


def test_units_that_take_a_gpu_come_with_what_is_measured_of_them() -> None:
    units = gpu_units(STANDARD)
    large = [unit for unit in units if takes_a_gpu(unit)]
    assert {(unit.language, unit.length) for unit in large if isinstance(unit, Training)} >= {
        ("ngram4-v8", 64), ("hmm32-v8", 64), ("ngram2-v8", 512),
    }  # fmt: skip
    measured = {unit.training for unit in units if isinstance(unit, TrainedError)}
    assert measured <= set(units)
    assert {unit for unit in large if isinstance(unit, Training)} == measured
    assert units[0].expected_seconds == max(unit.expected_seconds for unit in units)


def test_every_row_of_a_gpu_still_has_its_unit() -> None:
    rows = kept_rows(Path(__file__).parents[1] / "results" / "gpu" / "rows.parquet")
    known = {unit.hash for unit in gpu_units(STANDARD)}
    assert len(rows) > 10
    assert set(rows) <= known


def test_a_run_packs_rows_and_models_from_which_the_next_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("theory.studies.gpu_trainings.LEARNED_ON_GPU", (GROUP,))
    monkeypatch.setattr("theory.studies.gpu_trainings.long_units", lambda: ())
    folder = tmp_path / "gpu"
    printed = run(folder, capsys)
    units = gpu_units(TINY)
    assert len(units) > 4
    assert f"{len(units)} computed" in printed
    assert sorted(path.name for path in folder.glob("*.*")) == ["rows.parquet", "store-1.tar"]
    assert set(kept_rows(folder / "rows.parquet")) == {unit.hash for unit in units}

    shutil.rmtree(folder / "units")
    shutil.rmtree(folder / "artifacts")
    assert f"{len(units)} were done, 0 computed" in run(folder, capsys)
    assert all(Store(folder).find(unit, artifacts=True) for unit in units)

    monkeypatch.setattr(gpu, "FILE_BYTES", 11_000)
    packed = gpu.pack(units, Store(folder))
    assert "left out" in capsys.readouterr().out
    assert all(path.stat().st_size <= 20_480 for path in packed[1:])


def test_what_is_not_there_is_left_out_with_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert list(gpu.commands(gpu.PARTS, "cpu")) == []
    assert capsys.readouterr().out.count("left out") == 3
    assert gpu.main(["--device", "cuda:77"]) == 2
    assert "cuda:77" in capsys.readouterr().out
    monkeypatch.setattr("torch.__version__", "2.10.1")
    assert gpu.main([]) == 2
    assert "2.11" in capsys.readouterr().out
