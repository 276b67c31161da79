"""The site of `make docs`: built once without a warning, with nothing fetched from elsewhere."""

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parent.parent

for needed in ("mkdocs", "material", "mkdocstrings", "latex2mathml"):
    pytest.importorskip(needed, reason="needs the extra docs")

# in the theme's script; fetched where a browser lacks ResizeObserver, or a page has a diagram
NEVER_FETCHED = {
    "https://unpkg.com/resize-observer-polyfill",
    "https://unpkg.com/mermaid@11/dist/mermaid.min.js",
}


class Links(HTMLParser):
    """What a page fetches, what it links to, and the places in it that can be linked to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: set[str] = set()
        self.linked: set[str] = set()
        self.places: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a":
            self.linked.add(values.get("href", ""))
        elif tag == "link":
            if values.get("rel") not in ("canonical", "next", "prev"):
                self.fetched.add(values["href"])
        else:
            self.fetched |= {values[name] for name in ("src", "srcset", "data") if name in values}


def remote(text: str, links: set[str]) -> set[str]:
    """Addresses on another machine among what a text fetches by its tags or its style."""
    styled = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", text)
    return {link for link in {*links, *styled} if re.match(r"(https?:)?//", link)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by the command of `make docs`, which fails on a dead link."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


def pages(site: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(site.rglob("*.html")):
        yield path, path.read_text()


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for _, page in pages(site):
        assert remote(page, Links(page).fetched) == set()
        assert 'class="mermaid"' not in page
    for path in site.rglob("*.css"):
        assert remote(path.read_text(), set()) == set()
    for path in site.rglob("*.js"):
        assert set(re.findall(r"https?://unpkg[\w./@-]+", path.read_text())) <= NEVER_FETCHED


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        "<style>@import 'https://fonts.example/css';</style>",
        "<p style=\"background: url('https://example.org/x.png')\">",
        '<img src="https://example.org/x.png">',
    ],
)
def test_the_check_refuses_what_is_fetched_from_elsewhere(page: str) -> None:
    assert remote(page, Links(page).fetched)


def dead_links(site: Path) -> set[str]:
    """Links within a site to a page, or a place in one, that is not there."""
    known = {path: Links(page) for path, page in pages(site)}
    dead = set()
    for path, links in known.items():
        for link in links.linked | links.fetched:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            places = known[target].places if target in known else set()
            named = not parts.fragment or unquote(parts.fragment) in places
            if not (target.exists() and named):
                dead.add(link)
    return dead


def test_no_link_within_the_site_is_dead(site: Path) -> None:
    assert dead_links(site) == set()


def test_the_check_finds_dead_links(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here">b</a> <a href="c.html">c</a>')
    (tmp_path / "b.html").write_text('<p id="there"> <a href="a.html">a</a>')
    assert dead_links(tmp_path) == {"b.html#here", "c.html"}


def test_formulas_are_mathml(site: Path) -> None:
    text = (site / "collision_law.html").read_text()
    assert text.count("<math") > 100
    for _, page in pages(site):
        assert "arithmatex" not in page
        assert not re.search(
            r"\\[(\[]", re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL)
        )


def test_the_reference_has_every_public_name(site: Path) -> None:
    import synthetic.metrics
    import synthetic.sampling
    import theory.laws

    for module in (synthetic.metrics, synthetic.sampling, theory.laws):
        page = Links((site / "api" / f"{module.__name__}.html").read_text())
        places = {place.split(".")[-1] for place in page.places}
        assert set(module.__all__) <= places


def test_an_unknown_command_in_a_formula_is_an_error() -> None:
    from docs.site.formulas import mathml

    assert "<msup>" in mathml("1 - e^{-c L / N}", block=False)
    for latex in (r"\mathbb{E}", r"\mathbb E", r"\mathbb P"):
        assert re.search("[𝔼ℙ]", html.unescape(mathml(latex, block=True)))
    with pytest.raises(ValueError, match="no MathML"):
        mathml(r"\incantation{x}", block=False)


def test_notebooks_become_pages_that_need_no_network() -> None:
    jupytext = pytest.importorskip("jupytext", reason="needs jupytext")
    pytest.importorskip("nbconvert", reason="needs nbconvert")
    from docs.site.notebook_page import page

    for script in sorted((ROOT / "notebooks").glob("*.py")):
        source = script.read_text()
        text = page(jupytext.read(script), script.stem)
        assert remote(text, Links(text).fetched) == set()
        assert not re.search(r"cdnjs|unpkg|MathJax", text)
        assert ("<math" in text) == bool(re.search(r"^# .*\$.+\$", source, re.MULTILINE))
