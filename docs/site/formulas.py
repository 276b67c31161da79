"""LaTeX in a page becomes MathML when the page is built: browsers draw it without any script."""

import html
import re
import unicodedata
from collections.abc import Callable

from latex2mathml.converter import convert

# formulas as mkdocs marks them in HTML, and as they stand in a notebook's Markdown
_MARKED = re.compile(
    r'<(span|div) class="arithmatex">\\(?:\((?P<inline>.*?)\\\)|\[(?P<block>.*?)\\\])</\1>',
    re.DOTALL,
)
_WRITTEN = re.compile(
    r"(?P<code>(`+).*?\2)|\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<inline>[^\s$](?:[^$]*[^\s$])?)\$",
    re.DOTALL,
)
# a function's name and what follows it without brackets, between which there is a thin space
_FUNCTION = re.compile(r"(<m[io]>(?:log|exp|lim|max|min)</m[io]>)(?=<m(?:i|n|sub|sup|frac|row)>)")
_DOUBLE_STRUCK = re.compile(r'<(m[in]) mathvariant="double-struck">(\w)</\1>')


def mathml(latex: str, *, block: bool) -> str:
    """One formula; an error where a command in it is unknown."""
    drawn = convert(latex, display="block" if block else "inline")
    unknown = re.search(r"\\[A-Za-z]+", drawn)
    if unknown:
        raise ValueError(f"{unknown[0]} in {latex!r} has no MathML; write it with other commands")
    drawn = _DOUBLE_STRUCK.sub(lambda match: f"<{match[1]}>{_struck(match[2])}</{match[1]}>", drawn)
    drawn = _FUNCTION.sub(r'\1<mspace width="0.17em"/>', drawn)
    return f'<div class="formula">{drawn}</div>' if block else drawn


def in_html(page: str) -> str:
    r"""HTML whose formulas stand marked as \(...\) and \[...\], with them drawn."""
    return _MARKED.sub(lambda match: _drawn(match, html.unescape), page)


def in_markdown(text: str) -> str:
    """Markdown with $...$ and $$...$$ drawn; code stays as it is."""
    return _WRITTEN.sub(lambda match: match[0] if match["code"] else _drawn(match, str), text)


def _drawn(match: re.Match[str], read: Callable[[str], str]) -> str:
    block = match["inline"] is None
    return mathml(read(match["block"] if block else match["inline"]), block=block)


def _struck(letter: str) -> str:
    """A letter or digit as it is written for sets and expectations; browsers ignore the variant."""
    kind = "DIGIT" if letter.isdigit() else "CAPITAL"
    name = unicodedata.name(letter).split()[-1]
    for prefix in ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"):
        try:
            return unicodedata.lookup(f"{prefix} {kind} {name}")
        except KeyError:
            continue
    return letter
