"""No theorem without its file, its test and its line in the table."""

from pathlib import Path

import pytest

from theory.bounds import THEOREMS
from theory.report.theorem_table import PATH, theorem_table

TESTS = "\n".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
FOLDER = PATH.parents[1] / "theory" / "bounds"


@pytest.mark.parametrize("name", THEOREMS)
def test_a_theorem_has_a_test_and_a_statement(name: str) -> None:
    theorem = THEOREMS[name]
    assert f'THEOREMS["{name}"]' in TESTS, f"{name} has no test"
    assert theorem.statement.endswith(".")
    assert len(theorem.statement) > 80
    assert {taken.symbol for taken in theorem.takes} >= theorem.expression.free_symbols


def test_the_page_of_theorems_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == theorem_table(), (
        "write it again with python -m theory.report.theorem_table"
    )


def test_every_file_of_the_folder_is_a_theorem_or_shared() -> None:
    shared = {"__init__", "cases", "entropy", "theorem"}
    files = {path.stem for path in FOLDER.rglob("*.py")} - shared
    assert len(files) == len(THEOREMS)
