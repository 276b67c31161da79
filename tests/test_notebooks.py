"""Notebooks are kept as percent scripts and run from top to bottom, at their small sizes."""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
APART = "ter_versus_ser"  # has a test of its own
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if path.stem != APART)
NEEDS = {"bring_your_own_model": "transformers", "explore": "ipywidgets"}


@pytest.fixture(autouse=True)
def small_and_without_a_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small sizes, no window opened and no figure left."""
    monkeypatch.setenv("STEPLAB_QUICK", "1")
    plt.switch_backend("agg")
    yield
    plt.close("all")


@cache
def executed(script: Path) -> tuple[dict[str, Any], str]:
    """The names that a notebook leaves, and what it prints; run once for all tests of a process."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        names = runpy.run_path(str(script))
    return names, said.getvalue()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_prints(script: Path) -> None:
    if script.stem in NEEDS:
        pytest.importorskip(NEEDS[script.stem], reason=f"needs {NEEDS[script.stem]}")
    assert "# %%" in script.read_text()
    _, said = executed(script)
    assert said


def test_the_main_result_is_drawn_from_the_rows_that_come_with_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(FOLDER / "ter_versus_ser.py"))
    assert len(names["rows"]) > 10_000
    assert f"{len(names['rows']):,} rows" in capsys.readouterr().out
    assert set(names["curves"]["language"]) == set(names["names"])
    assert set(names["wide"].index) >= {8, 64, 512}
    assert list(tmp_path.iterdir()) == []


def test_the_sliders_draw_the_figure_again(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ipywidgets", reason="needs ipywidgets")
    names, _ = executed(FOLDER / "explore.py")
    for choice, value in (
        ("language_choice", "copy-pairs-16"),
        ("length_choice", 8),
        ("steps_choice", 64),
        ("reveal_choice", "least entropy"),
    ):
        names[choice].value = value
        assert capsys.readouterr().out.startswith("Figure(")
    title = names["view"]("addition-4", 16, 2, "bisection").get_suptitle()
    assert title == "addition-4, L = 15, bisection reveal, N = 2"


def test_a_kernel_draws_and_a_slider_replaces_the_figure(tmp_path: Path) -> None:
    """By the command of `make notebooks`, with one cell more that moves a slider."""
    pytest.importorskip("jupytext", reason="needs jupytext")
    pytest.importorskip("nbconvert", reason="needs nbconvert")
    script = tmp_path / "explore.py"
    before = "view(*(choice.value for choice in choices))"
    cell = f"\n# %%\nbefore = {before}\nsteps_choice.value = 64\nbefore\n"
    script.write_text((FOLDER / "explore.py").read_text() + cell)
    command = [sys.executable, "-m", "jupytext", "--quiet", "--to", "ipynb", "--execute"]
    subprocess.run(
        [*command, "--run-path", str(FOLDER.parent), str(script)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
    )
    cells = json.loads(script.with_suffix(".ipynb").read_text())["cells"]
    outputs = [output["data"] for one in cells for output in one.get("outputs", [])]
    page, first = [data["image/png"] for data in outputs if "image/png" in data]
    assert page != first


def test_a_trained_model_is_told_from_an_untrained_one() -> None:
    pytest.importorskip("transformers", reason="needs transformers")
    names, _ = executed(FOLDER / "bring_your_own_model.py")
    losses, least = names["losses"], names["least"]
    assert losses[0] > 1.5 * least
    assert sum(losses[-20:]) / 20 < 1.15 * least


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    readme = (FOLDER.parent / "README.md").read_text()
    lines = readme.split("```python\n")[1].split("```")[0].splitlines()
    script = tmp_path / "example.py"
    script.write_text("\n".join([*lines[:-1], f"rate = {lines[-1]}"]))
    rate = runpy.run_path(str(script))["rate"]
    assert len(lines) == 5
    assert f"# {rate.value:.6f}" in lines[-1]
    assert 0 < rate.error < 1e-8
