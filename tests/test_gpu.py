"""`make gpu`, dry: at a tiny size on the processor."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import gpu
from synthetic.experiments import Store, closure, kept_rows
from synthetic.experiments.kinds import Budget, SamplingSeconds, TrainedError, Training
from tests.theory.conftest import SMALLEST
from theory.claims.profile_units import profile_units
from theory.studies.profiles import STANDARD

BUDGET = Budget(steps=2, batch_size=4, learning_rate=1e-2, precision="bfloat16")
GROUP = replace(SMALLEST.groups[0], diffusion=BUDGET, length=4)
TINY = replace(SMALLEST, groups=(GROUP,), steps_per_token=1, trained_samples=4)


def curve(results: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The dry run, and what it prints."""
    arguments = ["--device", "cpu", "--workers", "1", "--results", str(results)]
    assert gpu.main([*arguments, "--parts", "trainings"], TINY) == 0
    return capsys.readouterr().out


def test_units_that_take_a_gpu_come_with_all_that_is_measured_of_them() -> None:
    units = gpu.gpu_units(STANDARD)
    large = [unit for unit in units if gpu.takes_a_gpu(unit)]
    assert {(unit.language, unit.length) for unit in large if isinstance(unit, Training)} >= {
        ("ngram4-v8", 64), ("hmm32-v8", 64), ("ngram2-v8", 512),
    }  # fmt: skip
    assert not any(isinstance(unit, SamplingSeconds) for unit in units)
    chosen = set(units)
    for unit in closure(profile_units(STANDARD)):
        if isinstance(unit, TrainedError):
            assert (unit in chosen) == gpu.takes_a_gpu(unit.training)
    assert units[0].expected_seconds == max(unit.expected_seconds for unit in units)


def test_a_run_packs_rows_and_models_that_come_back_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = curve(tmp_path / "gpu", capsys)
    units = gpu.gpu_units(TINY)
    files = sorted(path.name for path in (tmp_path / "gpu").glob("*.*"))
    assert files == ["rows.parquet", "store-1.tar"]
    assert all(name in printed for name in files)
    rows = kept_rows(tmp_path / "gpu" / "rows.parquet")
    assert set(rows) == {unit.hash for unit in units}

    back = Store(tmp_path / "back")
    gpu.unpack(tmp_path / "gpu", back)
    assert all(back.find(unit, artifacts=True) for unit in units)

    monkeypatch.setattr(gpu, "FILE_BYTES", 11_000)
    packed = gpu.pack(units, back)
    assert "left out" in capsys.readouterr().out
    assert all(path.stat().st_size <= 20_480 for path in packed[1:])


def test_rows_of_a_folder_are_put_into_the_committed_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = tmp_path / "rows.parquet"
    committed.write_bytes(gpu.committed_rows().read_bytes())
    before = kept_rows(committed)
    monkeypatch.setattr(gpu, "committed_rows", lambda: committed)
    gone = next(unit for unit in gpu.gpu_units(STANDARD) if unit.hash in before)
    without = {name: rows for name, rows in before.items() if name != gone.hash}
    committed.unlink()
    gpu.merge(profile_units(STANDARD), Store(tmp_path), committed, others=without)
    folder = tmp_path / "gpu"
    gpu.merge([gone], Store(folder), others={gone.hash: before[gone.hash]})
    assert gone.hash not in kept_rows(committed)
    assert gpu.main(["--merge", str(folder)]) == 0
    assert json.dumps(kept_rows(committed)) == json.dumps(before)


def test_what_is_not_there_is_left_out_with_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu.importlib.util, "find_spec", lambda name: None)
    assert list(gpu.commands(gpu.PARTS, "cpu")) == []
    assert capsys.readouterr().out.count("left out") == 3
    assert gpu.main(["--device", "cuda:77"]) == 2
    assert "cuda:77" in capsys.readouterr().out
    monkeypatch.setattr(gpu.torch, "__version__", "2.10.1")
    assert gpu.main([]) == 2
    assert "2.11" in capsys.readouterr().out
