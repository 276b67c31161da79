"""The map is the house: the page and its picture name every room, on the storey it is on."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import steplab
import theory
from tests.test_imports import STOREYS

DOCS = Path(__file__).parent.parent / "docs"
SPACE = "{http://www.w3.org/2000/svg}"


def missing_rooms(page: str) -> set[str]:
    """Rooms of synthetic and theory that a page does not name."""
    rooms = {room for storeys in STOREYS.values() for storey in storeys for room in storey}
    return {room for room in rooms if f"`{room}`" not in page}


def heights(picture: str) -> dict[str, dict[str, float]]:
    """Where the picture has each room of each package; heights grow downwards."""
    return {
        group.attrib["id"]: {
            "".join(text.itertext()): float(text.attrib["y"])
            for text in group.iter(f"{SPACE}text")
            if text.attrib.get("class") == "room"
        }
        for group in ElementTree.fromstring(picture).iter(f"{SPACE}g")
        if group.attrib.get("id") in STOREYS
    }


def storeys_of(package: dict[str, float]) -> list[set[str]]:
    """The rooms of a package by storey, from the bottom."""
    levels = sorted(set(package.values()), reverse=True)
    return [{room for room, height in package.items() if height == level} for level in levels]


def test_the_page_names_every_room() -> None:
    page = (DOCS / "architecture.md").read_text()
    assert missing_rooms(page) == set()
    assert missing_rooms(page.replace("`tables`", "")) == {"tables"}


@pytest.mark.parametrize("package", STOREYS)
def test_the_picture_has_every_room_on_its_storey(package: str) -> None:
    picture = (DOCS / "architecture.svg").read_text()
    expected = [set(storey) for storey in STOREYS[package]]
    assert storeys_of(heights(picture)[package]) == expected
    wrong = picture.replace(">tables<", ">claim<").replace(">sampling<", ">metric<")
    assert storeys_of(heights(wrong)[package]) != expected


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/results.md"])
def test_every_place_that_a_page_names_is_there(page: str) -> None:
    root = DOCS.parent
    named = re.findall(
        r"`((?:synthetic|theory|proofs_check|tests|results)/[\w./]+)`", (root / page).read_text()
    )
    assert {name for name in named if not (root / name).exists()} <= {"results/quick"}


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    picture = (DOCS / "architecture.svg").read_text()
    assert picture.count("http") == 1  # the namespace
    assert "prefers-color-scheme: dark" in picture


def test_theory_gives_each_of_its_names_from_its_room() -> None:
    for name in theory.__all__:
        assert getattr(theory, name) is not None
    assert theory.output_law.__module__ == "theory.laws.enumeration.output_law"
    with pytest.raises(AttributeError, match="no 'divination', it has CLAIMS"):
        theory.divination  # noqa: B018


def test_help_of_every_command_imports_no_torch() -> None:
    code = """
import contextlib, sys
import steplab
for command in sys.argv[1:]:
    with contextlib.suppress(SystemExit):
        steplab.main([*command.split(), "--help"])
heavy = {"torch", "numpy", "pandas", "scipy", "sympy", "matplotlib", "flint"} & set(sys.modules)
print(*sorted(heavy), file=sys.stderr, end="")
"""
    commands = ["", *steplab.COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", code, *commands], check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.count("usage: steplab") == len(commands)
