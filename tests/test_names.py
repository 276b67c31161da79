"""One name, one thing; and none of the words that the project does not use."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("synthetic", "theory", "proofs_check")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "notebooks", "docs")

VARIABLES = {"found", "own", "dear", "dearer"}
PHRASES = re.compile(
    r"\b(?:[Dd]ear(?:er|est)?|none where|(?:[Aa]n|[Tt]he|this|that|each|every) own)\b"
)


def defined(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """What each name of a class or of a kind of values stands for: a class by its file, an alias
    such as `Word = tuple[str, ...]` by what it says, wherever it is said."""
    meanings: dict[str, set[str]] = {}
    for place, source in sources.items():
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                meanings.setdefault(node.name, set()).add(place)
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp):
                name = ast.unparse(node.targets[0])
                if re.fullmatch(r"[A-Z]\w*[a-z]\w*", name):
                    meanings.setdefault(name, set()).add(ast.unparse(node.value))
    return meanings


def two_things(sources: Mapping[str, str]) -> set[str]:
    return {name for name, meanings in defined(sources).items() if len(meanings) > 1}


def variables(source: str) -> Iterator[str]:
    """Names that a source text binds: variables, arguments, functions and classes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


def unwanted(name: str, text: str) -> list[str]:
    """What stands in a file that should not."""
    said = PHRASES.findall(text)
    if name.endswith(".py") and any(word in text.lower() for word in VARIABLES):
        said += [one for one in variables(text) if one.lower() in VARIABLES]
    return said


def files(folders: tuple[str, ...], *endings: str) -> list[Path]:
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [path for path in (*inside, *ROOT.glob("*")) if path.suffix in endings]


def test_a_name_stands_for_one_thing() -> None:
    sources = {str(path): path.read_text("utf-8") for path in files(PACKAGES, ".py")}
    assert two_things(sources) == set()


def test_two_classes_of_one_name_are_noticed() -> None:
    sources = {
        "a.py": "class Corpus: pass",
        "b.py": "class Corpus: pass",
        "c.py": "Word = list[int]",
    }
    assert two_things(sources) == {"Corpus"}
    assert two_things({"a.py": "class Word: pass", "c.py": "Word = list[int]"}) == {"Word"}
    assert two_things({"b.py": "Word = list[int]", "c.py": "Word = list[int]"}) == set()


def test_words_that_are_not_used() -> None:
    here = Path(__file__)
    said = {
        str(path.relative_to(ROOT)): words
        for path in files(FOLDERS, ".py", ".md")
        if path != here and (words := unwanted(path.name, path.read_text("utf-8")))
    }
    assert said == {}


@pytest.mark.parametrize(
    "source",
    [
        "found = 1",
        "def f(found): ...",
        "for found, one in []: ...",
        "# that is dear",
        "dearer = 1",
        '"""Values, none where nothing is."""',
        '"""Beside the own."""',
    ],
)
def test_an_unwanted_word_is_noticed(source: str) -> None:
    assert unwanted("a.py", source)
    assert not unwanted("a.py", '"""Nothing was found of its own, None where any size is."""')
