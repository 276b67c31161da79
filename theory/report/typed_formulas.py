r"""Formulas that a statement types in plain letters, as LaTeX between dollars.

    For every language, KL(q || p) <= eps_learning + 2^-n log V nats, n the order of
                        ------------------------------------          -

A formula is a run of symbols (single letters, numbers, names of functions, greek letters, indexed
names such as X_(S_k)) with the signs between them; a bracket belongs to it where all inside does,
or where it follows a symbol directly, its words then in upright letters: H(X_i | all others). All
else is text, in which what Markdown would take for a sign is escaped. A number alone is text.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

FUNCTIONS = {
    "log": r"\log", "ln": r"\ln", "log2": r"\log_2", "exp": r"\exp", "max": r"\max",
    "min": r"\min", "sum": r"\sum", "prod": r"\prod", "int": r"\int",
}  # fmt: skip
GREEK = {
    "eps": r"\varepsilon", "epsilon": r"\varepsilon", "eta": r"\eta", "delta": r"\delta",
    "kappa": r"\kappa", "psi": r"\psi", "lambda": r"\lambda", "rho": r"\rho", "mu": r"\mu",
    "pi": r"\pi", "gamma": r"\gamma", "Theta": r"\Theta", "infinity": r"\infty",
}  # fmt: skip
UPRIGHT = ("KL", "TC", "TV", "SER", "TER", "Bern", "peak", "du", "dr")
AROUND = {"ceil": (r"\lceil ", r"\rceil"), "floor": (r"\lfloor ", r"\rfloor")}
SIGNS = {
    "<=": r"\le", ">=": r"\ge", "->": r"\to", "||": r"\Vert", "|": r"\mid", "~": r"\sim",
    "<": "<", ">": ">", "=": "=", "+": "+", "-": "-", "*": r"\cdot", "/": "/", "x": r"\times",
}  # fmt: skip
TOKEN = re.compile(
    r"(?P<code>`[^`]*`)|(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<dots>\.\.)"
    r"|(?P<name>[A-Za-z]+2?(?:'(?![a-z]))?)|(?P<sign><=|>=|->|\|\||[<>=+\-*/|~])"
    r"|(?P<mark>[_^!,;()\[\]])|(?P<other>.)"
)
OPEN, CLOSE = "([", ")]"


class Piece(NamedTuple):
    """A piece of the text, and which part of `TOKEN` it is."""

    text: str
    kind: str


def typeset(text: str) -> str:
    """The text in Markdown, its formulas between dollars."""
    tokens = _tokens(text)
    said, place = "", 0
    while place < len(tokens):
        end, formula = _run(tokens, place)
        plain = "".join(token.text for token in tokens[place:end])
        if end == place or re.fullmatch(r"[\d.]+", plain):
            end = max(end, place + 1)
            plain = "".join(token.text for token in tokens[place:end])
            said += plain if tokens[place].kind == "code" else _escaped(plain)
        else:
            said += f"${formula}$"
        place = end
    return said


def formula(text: str) -> str | None:
    """The LaTeX of a text that is a formula as a whole; None for any other."""
    tokens = _tokens(text)
    end, latex = _run(tokens, 0)
    return latex if latex and end == len(tokens) else None


def _tokens(text: str) -> list[Piece]:
    return [Piece(one[0], one.lastgroup or "") for one in TOKEN.finditer(text)]


def _escaped(text: str) -> str:
    text = text.replace("..", "…") if text.startswith("..") else text
    return re.sub(r"([*_|\[\]$])", r"\\\1", text)


def _run(tokens: Sequence[Piece], start: int) -> tuple[int, str]:
    """Where the formula that starts here ends, and its LaTeX; nothing where there is none."""
    place, end, latex, pending = start, start, "", ""
    if _text(tokens, start) == "-" and _starts(tokens, start) and not _space(tokens, start + 1):
        place, pending = start + 1, "-"
    elif start and not _starts(tokens, start):
        return start, ""
    while True:
        after, atom = _atom(tokens, place)
        if after == place:
            return end, latex
        if pending == " " and atom[0].isdigit() and not latex.endswith(tuple(FUNCTIONS.values())):
            pending = r"\,"
        latex, end = f"{latex}{pending}{atom}", after
        place, pending = _skipped(tokens, end), " "
        sign = _text(tokens, place)
        if place > end and sign == "x" and _atom(tokens, _skipped(tokens, place + 1))[1]:
            place, pending = _skipped(tokens, place + 1), rf" {SIGNS['x']} "
        elif sign in SIGNS and sign != "x" and _is_between(tokens, end, place):
            place, pending = _skipped(tokens, place + 1), f" {SIGNS[sign]} "
            if _text(tokens, place) == "-" and not _space(tokens, place + 1):
                place, pending = place + 1, f"{pending}-"


def _starts(tokens: Sequence[Piece], place: int) -> bool:
    """Whether a formula may begin here: behind nothing, a space or a bracket."""
    return (
        not place
        or tokens[place - 1].kind in ("space", "code")
        or (tokens[place - 1].text in (*OPEN, "-", ";", ","))
    )


def _is_between(tokens: Sequence[Piece], end: int, place: int) -> bool:
    """Whether a sign has room on both sides or on none: the hyphen of a word has not."""
    return (place > end) == _space(tokens, place + 1) or _text(tokens, place) != "-"


def _atom(tokens: Sequence[Piece], place: int) -> tuple[int, str]:
    """A symbol with its index, power and arguments."""
    text, kind = _text(tokens, place), tokens[place].kind if place < len(tokens) else ""
    if kind == "number":
        end, latex = place + 1, text
        if _text(tokens, end) == "%" or _text(tokens, end) == "-":
            dashed = _text(tokens, end + 1)
            if _text(tokens, end) == "%" or (len(dashed) > 1 and dashed.isalpha()):
                return place, ""
    elif kind == "dots":
        end, latex = place + 1, r"\dots"
    elif text and text in OPEN:
        end, latex = _bracket(tokens, place, words=False)
        if end == place:
            return place, ""
    elif kind == "name":
        end, latex = _name(tokens, place)
        if end == place:
            return place, ""
    else:
        return place, ""
    return _scripts(tokens, end, latex)


def _name(tokens: Sequence[Piece], place: int) -> tuple[int, str]:
    text = tokens[place].text
    bare, prime = text.rstrip("'"), text[len(text.rstrip("'")) :]
    following = _text(tokens, place + 1)
    if bare in AROUND and following == "(":
        end, inner = _bracket(tokens, place + 1, words=True, bare=True)
        return end, f"{AROUND[bare][0]}{inner}{AROUND[bare][1]}"
    if bare == "sqrt" and following == "(":
        end, inner = _bracket(tokens, place + 1, words=True, bare=True)
        return end, rf"\sqrt{{{inner}}}"
    if bare in FUNCTIONS:
        later = _skipped(tokens, place + 1)
        joined = following in ("_", "(") or _atom(tokens, later)[1]
        return (place + 1, FUNCTIONS[bare]) if joined else (place, "")
    if bare in GREEK:
        return place + 1, GREEK[bare] + prime
    if bare in UPRIGHT:
        return place + 1, (rf"\,{bare}" if bare in ("du", "dr") else rf"\mathrm{{{bare}}}")
    article = bare in "aA" and not _is_letter(tokens, place)
    if len(bare) == 1 and not article and (bare != "I" or following in ("(", "_")):
        return place + 1, bare + prime
    if following == "_" and bare in ("path", "policy"):
        return place + 1, rf"\text{{{bare}}}"
    return place, ""


def _is_letter(tokens: Sequence[Piece], place: int) -> bool:
    """Whether `a` is a symbol and not the article."""
    after = _text(tokens, _skipped(tokens, place + 1))
    before = _text(tokens, place - 1) if place else ""
    later = _text(tokens, _skipped(tokens, _skipped(tokens, place + 1) + 1))
    return (
        after in (*SIGNS, *CLOSE, "_", "^")
        or before in (*OPEN, *"+*/^")
        or (after in (",", "and") and len(later) == 1)
    )


def _scripts(tokens: Sequence[Piece], end: int, latex: str) -> tuple[int, str]:
    """Indices, powers and factorials, then brackets that follow directly."""
    while True:
        text = _text(tokens, end)
        if text and text in "_^":
            after, inner = _script(tokens, end + 1)
            if after == end + 1:
                return end, latex
            end, latex = after, f"{latex}{text}{{{inner}}}"
        elif text == "!":
            end, latex = end + 1, f"{latex}!"
        elif text == "(" and (latex[-1:].isalpha() or latex[-1:] in "'}"):
            after, inner = _bracket(tokens, end, words=True)
            if after == end:
                return end, latex
            end, latex = after, latex + inner
        else:
            return end, latex


def _script(tokens: Sequence[Piece], place: int) -> tuple[int, str]:
    """What stands behind _ or ^: a bracket, which goes, a sign with a symbol, a symbol, a word."""
    text = _text(tokens, place)
    if text == "(":
        return _bracket(tokens, place, words=True, bare=True)
    if text in ("-", "<"):
        if _text(tokens, place + 1) == "(":
            end, inner = _bracket(tokens, place + 1, words=True)
        else:
            end, inner = _script(tokens, place + 1)
        return end, text + inner
    if place < len(tokens) and tokens[place].kind == "number":
        return place + 1, text
    if place < len(tokens) and tokens[place].kind == "name":
        if text in AROUND:
            return _name(tokens, place)
        bare = text.rstrip("'")
        known = GREEK.get(bare) or (bare if len(bare) == 1 else rf"\text{{{bare}}}")
        return place + 1, known + text[len(bare) :]
    return place, ""


def _bracket(
    tokens: Sequence[Piece], place: int, *, words: bool, bare: bool = False
) -> tuple[int, str]:
    """A bracket and what is inside, symbols with commas; with `words` also words."""
    inner, after = "", place + 1
    while after < len(tokens):
        text = _text(tokens, after)
        if text in CLOSE:
            return (
                after + 1,
                inner.strip() if bare else f"{tokens[place].text}{inner.strip()}{text}",
            )
        end, latex = _run(tokens, after)
        if end > after:
            inner += latex
        elif text in SIGNS and text != "x":
            end, inner = after + 1, f"{inner}{SIGNS[text]} "
        elif text in ",;" or text.isspace():
            end, inner = after + 1, inner + text
        elif words and tokens[after].kind == "name":
            end = after + 1
            while _space(tokens, end) and end + 1 < len(tokens) and _is_word(tokens, end + 1):
                end += 2
            said = "".join(token.text for token in tokens[after:end])
            ends = " " if _space(tokens, end) else ""
            inner += rf"\text{{{said}{ends}}}"
        else:
            return place, ""
        after = end
    return place, ""


def _is_word(tokens: Sequence[Piece], place: int) -> bool:
    return tokens[place].kind == "name" and not _atom(tokens, place)[1]


def _text(tokens: Sequence[Piece], place: int) -> str:
    return tokens[place].text if place < len(tokens) else ""


def _space(tokens: Sequence[Piece], place: int) -> bool:
    return place < len(tokens) and tokens[place].kind == "space"


def _skipped(tokens: Sequence[Piece], place: int) -> int:
    return place + 1 if _space(tokens, place) else place
