"""Grammars as text: S -> 'a' S 'b' [0.5] | 'a' 'b' [0.5], a symbol's rules in a line, as in nltk.

The first symbol starts. An empty side is the empty word; # begins a comment. Rules of a symbol
without any probability share evenly.
"""

import re
from fractions import Fraction
from typing import NamedTuple

TOKEN = re.compile(
    r"(?P<arrow>->)|(?P<bar>\|)|\[(?P<share>[^\]]*)\]|'(?P<one>[^']+)'|\"(?P<two>[^\"]+)\""
    r"|(?P<name>\w[\w^<>/-]*)|(?P<comment>#.*)"
)
EXPONENT_DIGITS = 4
SHARE_CHARACTERS = 100


class Terminal(NamedTuple):
    """A symbol of the words."""

    text: str


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class GrammarRule(NamedTuple):
    """One alternative of a symbol, its probability, and where it stands."""

    side: tuple[str | Terminal, ...]
    share: Fraction
    place: Place


Rules = dict[str, list[GrammarRule]]


def grammar_error(what: str, place: Place) -> ValueError:
    """What is wrong with a grammar, and where."""
    return ValueError(f"grammar, line {place.line}, column {place.column}: {what}")


def parsed(text: str) -> Rules:
    """The rules of each symbol, the starting one first; a one-line error with line and column."""
    rules: Rules = {}
    uses: dict[str, Place] = {}
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        tokens = _tokens(line, number)
        if tokens:
            name, sides = _alternatives(tokens, uses)
            rules.setdefault(name, []).extend(sides)
    if not rules:
        raise ValueError("a grammar has at least one rule, got none")
    for name, place in uses.items():
        if name not in rules:
            raise grammar_error(f"{name} has no rule", place)
    for name, sides in rules.items():
        total = sum((rule.share for rule in sides), Fraction(0))
        if abs(total - 1) > Fraction(1, 10**9):
            what = f"probabilities of {name} sum to 1, got {float(total):.9g}"
            raise grammar_error(what, Place(sides[0].place.line, 1))
        rules[name] = [rule._replace(share=rule.share / total) for rule in sides if rule.share]
    reached, waiting = set(), [next(iter(rules))]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [part for rule in rules[name] for part in rule.side if isinstance(part, str)]
    for name in rules:
        if name not in reached:
            what = f"{name} is never reached from {next(iter(rules))}"
            raise grammar_error(what, Place(rules[name][0].place.line, 1))
    return rules


class _Token(NamedTuple):
    kind: str
    value: str
    place: Place


def _tokens(line: str, number: int) -> list[_Token]:
    """The tokens of one line, without comments."""
    tokens = []
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        place = Place(number, at + 1)
        token = TOKEN.match(line, at)
        if token is None:
            raise grammar_error(f"unexpected {line[at:].strip()[:10]!r}", place)
        kind = token.lastgroup or ""
        if kind != "comment":
            tokens.append(_Token(kind, token[kind], place))
        at = token.end()
    return tokens


def _alternatives(tokens: list[_Token], uses: dict[str, Place]) -> tuple[str, list[GrammarRule]]:
    """The symbol and the alternatives of one line; `uses` learns where a symbol is first used."""
    if len(tokens) < 2 or tokens[0].kind != "name" or tokens[1].kind != "arrow":
        raise grammar_error("a rule reads NAME -> ...", tokens[0].place)
    sides: list[list[str | Terminal]] = [[]]
    shares: list[Fraction | None] = [None]
    places = [tokens[1].place]
    for kind, value, place in tokens[2:]:
        if kind == "bar":
            sides.append([])
            shares.append(None)
            places.append(place)
        elif shares[-1] is not None or kind == "arrow":
            raise grammar_error(f"unexpected {value!r}", place)
        elif kind == "share":
            shares[-1] = _share(value, place)
        elif kind == "name":
            uses.setdefault(value, place)
            sides[-1].append(value)
        else:
            sides[-1].append(Terminal(value))
    given = [share for share in shares if share is not None]
    if given and len(given) < len(sides):
        what = "all alternatives of a line have a probability, or none has"
        raise grammar_error(what, places[shares.index(None)])
    even = Fraction(1, len(sides))
    rules = [
        GrammarRule(tuple(side), even if share is None else share, place)
        for side, share, place in zip(sides, shares, places)
    ]
    return tokens[0].value, rules


def _share(text: str, place: Place) -> Fraction:
    if len(text) > SHARE_CHARACTERS:
        what = f"a probability has at most {SHARE_CHARACTERS} characters, got {len(text)}"
        raise grammar_error(what, place)
    if len(text.lower().partition("e")[2].strip("+- ")) > EXPONENT_DIGITS:
        what = f"a probability has an exponent of at most {EXPONENT_DIGITS} digits, got {text}"
        raise grammar_error(what, place)
    try:
        share = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise grammar_error(f"a probability is a number, got {text!r}", place) from None
    if not 0 <= share <= 1:
        raise grammar_error(f"a probability lies in [0, 1], got {text}", place)
    return share
