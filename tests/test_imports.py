"""The arrow of imports: each floor imports only the floors below it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# what each place may import of the project, itself apart
ALLOWED = {
    "synthetic/quantities.py": set(),
    "synthetic/categorical.py": set(),
    "synthetic/device.py": set(),
    "synthetic/languages": {"device", "quantities", "categorical"},
    "synthetic/models": {"device", "quantities"},
    "synthetic/denoisers": {"device", "quantities", "categorical", "languages", "models"},
    "synthetic/training": {"device", "quantities", "categorical", "languages", "models", "denoisers"},
    "synthetic/sampling": {"device", "quantities", "categorical", "languages", "models", "denoisers"},
    "synthetic/metrics": {
        "device", "quantities", "categorical", "languages", "models", "denoisers", "training", "sampling",
    },
    "synthetic/experiments": {
        "device", "quantities", "categorical", "languages", "models", "denoisers", "training", "sampling",
        "metrics",
    },
}  # fmt: skip
PACKAGES = {
    "synthetic": {"synthetic"},
    "theory": {"synthetic", "theory"},
    "proofs_check": {"synthetic", "theory", "proofs_check"},
}
PROJECT = {*PACKAGES, "steplab", "tests", "benchmarks", "notebooks"}


def imported(source: str) -> set[str]:
    """Dotted names that a source text imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the arrow"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def violations(place: str, source: str) -> set[str]:
    """Imports of a file, given by its path from the root, that point up the arrow."""
    package = place.split("/")[0]
    names = imported(source)
    wrong = {
        name
        for name in names
        if name.split(".")[0] in PROJECT and name.split(".")[0] not in PACKAGES[package]
    }
    for floor, below in ALLOWED.items():
        if place == floor or place.startswith(floor + "/"):
            own = floor.removesuffix(".py").split("/")[1]
            for name in names:
                parts = name.split(".")
                if parts[0] == "synthetic" and len(parts) > 1 and parts[1] not in below | {own}:
                    wrong.add(name)
    return wrong


def files() -> list[str]:
    return sorted(
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    )


@pytest.mark.parametrize("place", files())
def test_imports_point_down(place: str) -> None:
    assert violations(place, (ROOT / place).read_text()) == set()


def test_every_folder_of_synthetic_has_a_floor() -> None:
    places = {path.name for path in (ROOT / "synthetic").iterdir() if path.name[0] not in "._"}
    floors = {floor.split("/")[1] for floor in ALLOWED}
    assert places - floors == {"py.typed"}


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("synthetic/languages/ngram.py", "from synthetic.sampling import generate"),
        ("synthetic/metrics/error_rates.py", "import theory.laws"),
        ("theory/report.py", "from proofs_check import proofs"),
        ("synthetic/models/transformer.py", "import synthetic.languages.ngram"),
        ("synthetic/training/loop.py", "def f():\n    from synthetic.sampling import generate"),
        ("proofs_check/four.py", "import steplab"),
    ],
)
def test_the_check_refuses_imports_that_point_up(place: str, source: str) -> None:
    assert violations(place, source)
