"""The arrow of imports: each floor imports only the floors below it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# the floors of synthetic, from the bottom; a floor imports those in lower lines
# docs/architecture.md and its picture show them: tests/test_architecture.py
FLOORS = (
    ("mean_interval", "annotations", "divergence"),
    ("arguments", "waiting", "device", "quantities", "categorical", "scaled"),
    ("languages", "models"),
    ("noise",),
    ("denoisers",),
    ("training", "sampling"),
    ("metrics",),
    ("experiments",),
)
# the rooms of theory, likewise; nothing lies loose beside them
ROOMS = (
    ("laws",),
    ("bounds", "studies"),
    ("tightness", "tables"),
    ("claims", "advice"),
    ("report",),
    ("commands",),
)
STOREYS = {"synthetic": FLOORS, "theory": ROOMS}
PACKAGES = {
    "synthetic": {"synthetic"},
    "theory": {"synthetic", "theory"},
    "proofs_check": {"synthetic", "theory", "proofs_check"},
}
PROJECT = {*PACKAGES, "steplab", "tests", "benchmarks", "notebooks"}


def imported(source: str) -> set[str]:
    """Dotted names that a source text imports, wherever in it."""
    collected: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            collected |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the arrow"
            collected.add(node.module or "")
            collected |= {f"{node.module}.{alias.name}" for alias in node.names}
    return collected


def below(package: str, place: str) -> set[str]:
    """The places of a package that one of them may import."""
    storeys = STOREYS[package]
    level = next(level for level, storey in enumerate(storeys) if place in storey)
    return {name for storey in storeys[:level] for name in storey}


def violations(place: str, source: str) -> set[str]:
    """Imports of a file, given by its path from the root, that point up the arrow."""
    package = place.split("/")[0]
    names = imported(source)
    wrong = {
        name
        for name in names
        if name.split(".")[0] in PROJECT and name.split(".")[0] not in PACKAGES[package]
    }
    room = place.removesuffix(".py").split("/")[1]
    if package in STOREYS and room != "__init__":
        allowed = below(package, room) | {room}
        for name in names:
            parts = name.split(".")
            if parts[0] == package and len(parts) > 1 and parts[1] not in allowed:
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


@pytest.mark.parametrize("package", STOREYS)
def test_every_place_has_a_storey(package: str) -> None:
    places = {path.stem for path in (ROOT / package).iterdir() if path.name[0] not in "._"}
    assert places - {"py"} == {name for storey in STOREYS[package] for name in storey}


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("synthetic/languages/ngram.py", "from synthetic.sampling import generate"),
        ("synthetic/metrics/error_rates.py", "import theory.laws"),
        ("synthetic/noise/uniform.py", "from synthetic.denoisers import Denoiser"),
        ("theory/report/page.py", "from proofs_check import proofs"),
        ("synthetic/models/transformer.py", "import synthetic.languages.ngram"),
        ("synthetic/training/loop.py", "def f():\n    from synthetic.sampling import generate"),
        ("theory/laws/cost.py", "from theory.studies.profiles import QUICK"),
        ("theory/tables/rows.py", "def f():\n    import theory.claims.ledger"),
        ("proofs_check/four.py", "import steplab"),
    ],
)
def test_the_check_refuses_imports_that_point_up(place: str, source: str) -> None:
    assert violations(place, source)
