"""Notebooks are kept as percent scripts and run from top to bottom."""

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_prints(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "# %%" in script.read_text()
    runpy.run_path(str(script))
    assert capsys.readouterr().out


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    readme = (FOLDER.parent / "README.md").read_text()
    lines = readme.split("```python\n")[1].split("```")[0].splitlines()
    script = tmp_path / "example.py"
    script.write_text("\n".join([*lines[:-1], f"rate = {lines[-1]}"]))
    rate = runpy.run_path(str(script))["rate"]
    assert rate.samples == 2000
    assert 0 < rate.low <= rate.value <= rate.high < 1
