"""What mkdocs does not do by itself: pages from the root and of public names, and formulas."""

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from docs.site.formulas import in_html  # noqa: E402


def public_names(place: str) -> tuple[str, list[str]]:
    """The docstring of a module, and where each of its public names is imported from or defined."""
    path = ROOT / place.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(file.read_text())
    places: dict[str, str] = {}
    exported: list[str] | None = None
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            places |= {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_":
            places[node.name] = f"{place}.{node.name}"
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            exported = ast.literal_eval(node.value)
    if exported is None:
        exported = [name for name, home in places.items() if home == f"{place}.{name}"]
    names = [places.get(name, f"{place}.{name}") for name in sorted(exported)]
    return (ast.get_docstring(tree, clean=False) or "").strip(), names


def page_of_names(place: str) -> str:
    """The page of one module: its docstring, then every public name."""
    about, names = public_names(place)
    return "\n\n".join([f"# {place}", about, *(f"::: {name}" for name in names)])


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """README first, CONTRIBUTING, and a page for each `api/MODULE.md` of the navigation."""
    for page, source in {"index.md": "README.md", "CONTRIBUTING.md": "CONTRIBUTING.md"}.items():
        text = (ROOT / source).read_text().replace("](docs/", "](")
        files.append(File.generated(config, page, content=text))
    (reference,) = (part["Reference"] for part in config.nav or () if "Reference" in part)
    for page in reference:
        place = page.removeprefix("api/").removesuffix(".md")
        files.append(File.generated(config, page, content=page_of_names(place)))
    return files


def on_page_content(content: str, *, page: Page, **_: object) -> str:
    """Formulas as MathML; in the table of contents as they are written."""
    for link in _links(page.toc):
        link.title = re.sub(r"\\\((.*?)\\\)", r"\1", link.title)
    return in_html(content)


def _links(links: Iterable[AnchorLink]) -> Iterable[AnchorLink]:
    for link in links:
        yield link
        yield from _links(link.children)
