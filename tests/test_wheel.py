"""The wheel: all code and the committed rows, once and small; they are found from any folder."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from theory.tables.committed import committed_rows

ROOT = Path(__file__).parents[1]
LARGEST = 5 * 2**20  # bytes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the source, since a build leaves its traces there."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    skipped = shutil.ignore_patterns("__pycache__", ".*", "build", "*.egg-info", "report.html")
    for name in ("synthetic", "theory", "proofs_check", "results/standard"):
        shutil.copytree(ROOT / name, source / name, ignore=skipped)
    for name in ("steplab.py", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--quiet", "--wheel-dir"]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(built), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = built.glob("*.whl")
    return path


def test_the_wheel_holds_the_committed_rows_once_and_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST
    with zipfile.ZipFile(wheel) as archive:
        (rows,) = [name for name in archive.namelist() if name.endswith(".parquet")]
        assert archive.read(rows) == committed_rows().read_bytes()
        written = set(archive.namelist())
    for package in ("synthetic", "theory", "proofs_check"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in written


def test_an_installed_steplab_judges_the_claims_in_any_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    done = subprocess.run(
        [sys.executable, "-m", "steplab", "ledger", "--claim", "metric-decides"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "standard profile" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
