"""The recipes of CONTRIBUTING.md: pasted into a copy of the tree, each works as it stands.

All are pasted into one copy, where one process uses them and then tests them: starting would take
most of the time of each.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.once import made_once

ROOT = Path(__file__).parent.parent
COPIED = ("synthetic", "theory", "proofs_check", "tests", "results/standard")
LOOSE = ("steplab.py", "pyproject.toml")


def blocks(heading: str) -> list[tuple[str, str]]:
    """The code under a heading of CONTRIBUTING.md: for each block the path that its first line
    names in a comment, and the whole block."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    examples = re.findall(r"```python\n(# (\S+)\n.*?)```", section, re.DOTALL)
    return [(path, code) for code, path in examples]


def copy_tree(folder: Path) -> None:
    """A copy of everything that the tests read."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("report.html", ".*_cache")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in LOOSE:
        shutil.copy(ROOT / name, folder / name)


def run(tree: Path, *arguments: str) -> str:
    """What a Python command prints in the copy, which comes before the installed packages."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=1200,  # a hang ends, a busy machine does not
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add_line(path: Path, after: str, line: str) -> None:
    """One line behind another that stands in a file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(after) == 1
    path.write_text(text.replace(after, after + line), encoding="utf-8")


def paste(tree: Path, heading: str, files: int, after: str = "") -> None:
    """New files, and one line of a registry where the recipe has one; nothing else is touched."""
    for new, code in blocks(heading)[:files]:
        assert not (tree / new).exists()
        (tree / new).write_text(code, encoding="utf-8")
    for registry, line in blocks(heading)[files:]:
        (added,) = line.splitlines()[1:]
        add_line(tree / registry, after, f"{added}\n")


STRATEGY, THEOREM, CLAIM = "largest margin", "repeated-symbol-error", "one-token-a-step"
SMALL = ["ngram2-v8", "--length", "4"]
CALLS = {
    "strategy": [
        ["strategies", "--length", "4"],
        ["sample", *SMALL, "--strategy", "largest-margin", "--steps", "2", "--count", "3"],
        ["measure", *SMALL, "--strategy", "largest-margin", "--steps", "4", "--count", "60"],
        ["advise", *SMALL, "--metric=ser", "--target=0.4", "--no-seconds", "--samples=50"],
    ],
    "theorem": [["proofs", "--theorem", THEOREM]],
    "claim": [["ledger", "--json", "--claim", CLAIM]],
}
USES = f"""
import contextlib
import sys

import pytest
import steplab

for name, commands in {CALLS!r}.items():
    with open(name + ".txt", "w", encoding="utf-8") as said, contextlib.redirect_stdout(said):
        for command in commands:
            try:
                steplab.main(command)
            except SystemExit as stop:
                assert not stop.code, command
sys.exit(pytest.main(sys.argv[1:]))
"""
TESTS = {
    "strategy": ["tests/synthetic/sampling/test_named.py"],
    "theorem": ["tests/theory/bounds/test_consistency.py", "tests/proofs_check/test_proofs.py"],
    "claim": [
        f"tests/theory/claims/{name}.py"
        for name in ("test_verdicts", "test_sentences", "test_claim_figures")
    ],
}
NAMES = f"({STRATEGY.replace(' ', ' and ')}) or {THEOREM} or {CLAIM}"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with every recipe, what the commands said of each, and the tests that passed."""

    def make(folder: Path) -> None:
        copy_tree(folder)
        paste(folder, "Adding a strategy", 1, '    "most_confident_samples",\n')
        paste(folder, "Adding a theorem and its proof", 2)
        paste(folder, "Adding a claim", 1, '    "guidance",\n')
        files = [file for of_recipe in TESTS.values() for file in of_recipe]
        options = ["-v", "--tb=short", "--assert=plain", "-p", "no:cacheprovider", "-k", NAMES]
        tested = run(folder, "-c", USES, *options, *files)
        (folder / "tested.txt").write_text(tested, encoding="utf-8")

    return made_once(tmp_path_factory, "recipes", make)


def said(tree: Path, name: str) -> str:
    """What the commands printed of a recipe."""
    return (tree / f"{name}.txt").read_text(encoding="utf-8")


def passed(tree: Path, name: str) -> int:
    """How many tests of a recipe were run, all of which passed."""
    lines = (tree / "tested.txt").read_text(encoding="utf-8").splitlines()
    of_tests = [line for line in lines if line.split("::")[0] in TESTS[name] and "::" in line]
    assert all(" PASSED" in line for line in of_tests)
    return len(of_tests)


def test_a_strategy_is_one_file_and_one_line(tree: Path) -> None:
    """Nothing else is touched: it is listed, sampled, measured, advised, and what is said of it is
    tested."""
    assert said(tree, "strategy").count(STRATEGY) >= 2  # in the list and in the advice
    assert "TER gap" in said(tree, "strategy")
    assert passed(tree, "strategy") >= 10


def test_a_theorem_and_its_proof_are_two_files(tree: Path) -> None:
    """Nothing else is touched: it is checked, its family refuses its twin, its formulas agree."""
    (bound, _), (proof, _) = blocks("Adding a theorem and its proof")
    assert bound.removeprefix("theory/bounds/") == proof.removeprefix("proofs_check/proofs/")
    assert "1 theorems: 1 proved; 2 steps that count" in said(tree, "theorem")
    assert passed(tree, "theorem") == 4


def test_a_claim_is_one_file_and_one_line(tree: Path) -> None:
    """Nothing else is touched: it is judged, printed, drawn, and its margins are tested."""
    (record,) = json.loads(said(tree, "claim"))
    assert record["verdict"] == "refuted"  # by models that did not learn their language
    assert {test["denoiser"] for test in record["tests"]} == {"exact", "trained"}
    assert passed(tree, "claim") > 15
