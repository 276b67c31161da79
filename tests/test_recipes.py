"""The recipes of CONTRIBUTING.md: pasted into a copy of the tree, each works as it stands."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of everything that the tests read."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("report.html", ".*_cache")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in LOOSE:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(tree: Path, *arguments: str) -> str:
    """What a Python command prints in the copy, which comes before the installed packages.

    Each compiles for those after it.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add_line(path: Path, after: str, line: str) -> None:
    """One line behind another that stands in a file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(after) == 1
    path.write_text(text.replace(after, after + line), encoding="utf-8")


STRATEGY = "largest margin"
USES = f"""
import steplab
from synthetic.sampling.named import STRATEGIES

assert {STRATEGY!r} in STRATEGIES
small = ["ngram2-v8", "--length", "4"]
for command in (
    ["strategies", "--length", "4"],
    ["sample", *small, "--strategy", "largest-margin", "--steps", "2", "--count", "3"],
    ["measure", *small, "--strategy", "largest-margin", "--steps", "4", "--count", "60"],
    ["advise", *small, "--metric=ser", "--target=0.4", "--no-seconds", "--samples=50"],
):
    try:
        steplab.main(command)
    except SystemExit as stop:
        assert not stop.code, command
"""


def test_a_strategy_is_one_file_and_one_line(tree: Path) -> None:
    """Nothing else is touched: it is listed, sampled, measured, advised, and what is said of it is
    tested."""
    (new, code), (registry, line) = blocks("Adding a strategy")
    assert not (tree / new).exists()
    (tree / new).write_text(code, encoding="utf-8")
    (added,) = line.splitlines()[1:]
    add_line(tree / registry, '    "most_confident_samples",\n', f"{added}\n")
    said = run(tree, "-c", USES)
    assert said.count(STRATEGY) >= 2  # in the list and in the advice
    assert "TER gap" in said
    tested = run(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", STRATEGY.replace(" ", " and "),
        "tests/synthetic/sampling/test_named.py",
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", tested)
    assert passed
    assert int(passed[1]) >= 10


def test_a_theorem_and_its_proof_are_two_files(tree: Path) -> None:
    """Nothing else is touched: it is checked, its family refuses its twin, its formulas agree."""
    theorem = "repeated-symbol-error"
    (bound, statement), (proof, steps) = blocks("Adding a theorem and its proof")
    assert bound.removeprefix("theory/bounds/") == proof.removeprefix("proofs_check/proofs/")
    for new, code in ((bound, statement), (proof, steps)):
        assert not (tree / new).exists()
        (tree / new).write_text(code, encoding="utf-8")
    said = run(tree, "-m", "steplab", "proofs", "--theorem", theorem)
    assert "1 theorems: 1 proved; 2 steps that count" in said
    tested = run(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", theorem,
        "tests/theory/bounds/test_consistency.py", "tests/proofs_check/test_proofs.py",
    )  # fmt: skip
    assert "4 passed" in tested


def test_a_claim_is_one_file_and_one_line(tree: Path) -> None:
    """Nothing else is touched: it is judged, printed, drawn, and its margins are tested."""
    (new, code), (registry, line) = blocks("Adding a claim")
    assert not (tree / new).exists()
    (tree / new).write_text(code, encoding="utf-8")
    (added,) = line.splitlines()[1:]
    add_line(tree / registry, '    "guidance",\n', f"{added}\n")
    (record,) = json.loads(
        run(tree, "-m", "steplab", "ledger", "--json", "--claim", "one-token-a-step")
    )
    assert record["verdict"] == "refuted"  # by models that did not learn their language
    assert {test["denoiser"] for test in record["tests"]} == {"exact", "trained"}
    places = ("test_verdicts.py", "test_sentences.py", "test_claim_figures.py")
    said = run(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "one-token-a-step",
        *(f"tests/theory/claims/{name}" for name in places),
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", said)
    assert passed
    assert int(passed[1]) > 15
