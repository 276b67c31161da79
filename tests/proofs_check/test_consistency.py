"""No theorem without its file, its proof, its test, its broken twins, its family and its line in
docs/theorems.md; and nothing of these without a theorem."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from proofs_check.proofs import PROOFS
from theory.bounds import PLACES, THEOREMS
from theory.report.theorem_table import PATH
from theory.tightness import FAMILIES

ROOT = PATH.parents[1]


def sources(folder: str) -> dict[str, str]:
    paths = (ROOT / folder).rglob("*.py")
    return {
        str(path.relative_to(ROOT / folder).with_suffix("")): path.read_text("utf-8")
        for path in paths
    }


@dataclass(frozen=True)
class House:
    """What there is of theorems: each by id."""

    theorems: frozenset[str]
    files: Mapping[str, str]
    proofs: Mapping[str, object]
    proof_files: Mapping[str, str]
    tests: str
    families: frozenset[str]
    page: str
    places: Mapping[str, str]
    own_twins: frozenset[str]

    def gaps(self) -> set[str]:
        """What is missing, in words."""
        collected = set()
        for name in self.theorems:
            quoted = f'"{name}"'
            row, section = rf"^\| `{name}` \|", rf"^`{name}`\. "
            has = {
                "a file": any(f"id={quoted}" in text for text in self.files.values()),
                "a proof": name in self.proofs,
                "a proof file": self.places.get(name) in self.proof_files,
                "a test": f"THEOREMS[{quoted}]" in self.tests or name in self.own_twins,
                "a family": name in self.families,
                "a line in the table": re.search(row, self.page, re.MULTILINE) is not None,
                "its statement in docs": re.search(section, self.page, re.MULTILINE) is not None,
            }
            collected |= {f"{name} has not {what}" for what, there in has.items() if not there}
        for name, proof in self.proofs.items():
            for step in proof.steps:  # type: ignore[attr-defined]
                if step.certificate is None:
                    collected.add(f"step {step.name} of {name} has not a certificate")
                if step.twin is None or not step.change:
                    collected.add(f"step {step.name} of {name} has not a twin")
        listed = set(re.findall(r"^\| `([a-z0-9-]+)` \|", self.page, re.MULTILINE))
        for kind, names in (
            ("proof", set(self.proofs)),
            ("family", set(self.families)),
            ("line in the table", listed),
        ):
            unknown = names - self.theorems
            collected |= {f"the {kind} of {name} has not a theorem" for name in unknown}
        return collected


HOUSE = House(
    theorems=frozenset(THEOREMS),
    files=sources("theory/bounds"),
    proofs=PROOFS,
    proof_files=sources("proofs_check/proofs"),
    tests="\n".join(sources("tests/theory/bounds").values()),
    families=frozenset(FAMILIES),
    page=PATH.read_text("utf-8"),
    places=PLACES,
    own_twins=frozenset(name for name, one in THEOREMS.items() if one.twin is not None),
)


def test_nothing_is_missing() -> None:
    assert HOUSE.gaps() == set()


def test_a_theorem_of_which_all_is_missing_is_reported() -> None:
    gaps = replace(HOUSE, theorems=HOUSE.theorems | {"fermat"}).gaps() - HOUSE.gaps()
    assert gaps == {
        f"fermat has not {what}"
        for what in (
            "a file",
            "a proof",
            "a proof file",
            "a test",
            "a family",
            "a line in the table",
            "its statement in docs",
        )
    }


@pytest.mark.parametrize(
    ("missing", "wanted"),
    [
        ({"proofs": {}}, "has not a proof"),
        ({"files": {}}, "has not a file"),
        ({"tests": ""}, "has not a test"),
        ({"families": frozenset()}, "has not a family"),
        ({"page": ""}, "has not a line in the table"),
        ({"theorems": frozenset()}, "the proof of shuffle has not a theorem"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_gap_is_reported(missing: dict[str, object], wanted: str) -> None:
    broken = replace(HOUSE, **missing)  # type: ignore[arg-type]
    assert any(wanted in gap for gap in broken.gaps() - HOUSE.gaps())


def test_a_step_without_a_twin_is_reported() -> None:
    step = SimpleNamespace(name="only", certificate=object(), twin=None, change="")
    broken = replace(HOUSE, proofs={**PROOFS, "shuffle": SimpleNamespace(steps=(step,))})
    assert broken.gaps() - HOUSE.gaps() == {"step only of shuffle has not a twin"}


def test_every_file_of_proofs_proves_something_or_is_used() -> None:
    imports = "\n".join(
        line
        for text in HOUSE.proof_files.values()
        for line in text.splitlines()
        if line.startswith("from proofs_check.proofs")
    )
    for name, text in HOUSE.proof_files.items():
        stem = name.split("/")[-1]
        used = re.search(rf"\b{stem}\b", imports) is not None
        assert used or "proof = " in text or stem == "__init__", name


def test_the_figure_of_the_page_is_there() -> None:
    for name in re.findall(r"\]\(([a-z_0-9.-]+\.png)\)", HOUSE.page):
        assert (Path(PATH).parent / name).exists(), name
