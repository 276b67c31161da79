"""No theorem without its file, its test and its line in the table."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.theory.bounds.checking import check_expression, holds
from theory.bounds import THEOREMS
from theory.report.theorem_table import PATH, last_shown, theorem_page

TESTS = "\n".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
FOLDER = PATH.parents[1] / "theory" / "bounds"


@pytest.mark.parametrize("name", THEOREMS)
def test_a_theorem_has_a_test_and_a_statement(name: str) -> None:
    theorem = THEOREMS[name]
    assert theorem.twin is not None or f'THEOREMS["{name}"]' in TESTS, f"{name} has no test"
    assert theorem.statement.endswith(".")
    assert len(theorem.statement) > 80
    assert {taken.symbol for taken in theorem.takes} >= theorem.expression.free_symbols


def test_the_page_of_theorems_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == theorem_page(last_shown()), (
        "write it again with python -m theory.report.theorem_table"
    )


def test_every_file_of_the_folder_is_a_theorem_or_shared() -> None:
    shared = {"__init__", "cases", "entropy", "latex", "theorem"}
    files = {path.stem for path in FOLDER.rglob("*.py")} - shared
    assert len(files) == len(THEOREMS)


@pytest.mark.parametrize("name", [name for name, one in THEOREMS.items() if one.family is not None])
def test_a_theorem_with_its_own_family_and_twin(name: str) -> None:
    """It holds on the whole family, which refuses the twin; both of its formulas agree there."""
    theorem = THEOREMS[name]
    assert theorem.family is not None
    assert theorem.twin is not None
    cases = dict(theorem.family.cases())
    parameters = {case: theorem.parameters(one) for case, one in cases.items()}
    exact = {case: theorem.exact(one) for case, one in cases.items()}
    for case, given in parameters.items():
        if theorem.kind != "asymptotic":
            assert holds(theorem, exact[case], float(theorem.bound(**given))), case
    assert any(
        not holds(theorem, exact[case], float(theorem.twin(**given)))
        for case, given in parameters.items()
    ), "the twin is never refused"
    rows = list(parameters.values())[:: max(1, len(cases) // 12)]
    check_expression(theorem, {key: [float(row[key]) for row in rows] for key in rows[0]})


def test_a_theorem_brings_a_family_and_a_twin_or_neither() -> None:
    with pytest.raises(ValueError, match="has a family and a twin of its own, or neither"):
        replace(THEOREMS["shuffle"], twin=lambda **_: 0.0)


def test_the_page_shows_every_theorem_on_a_screen() -> None:
    sections = PATH.read_text("utf-8").split("\n### ")[1:]
    assert len(sections) == len(THEOREMS)
    for section in sections:
        lines = sum(1 + len(line) // 100 for line in section.split("\n## ")[0].splitlines())
        assert lines <= 40, section
        assert section.count("$$") == 2
