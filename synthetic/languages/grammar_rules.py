"""Grammars as text, and their rules in Chomsky normal form with the law unchanged.

A line holds the rules of one symbol: S -> 'a' S 'b' [0.5] | 'a' 'b' [0.5], as in nltk. The first
symbol starts. Rules without any probability share evenly.
"""

import re
from fractions import Fraction
from typing import NamedTuple

TOKEN = re.compile(
    r"\s*(?:(?P<arrow>->)|(?P<bar>\|)|\[(?P<share>[^\]]*)\]|'(?P<one>[^']+)'|\"(?P<two>[^\"]+)\""
    r"|(?P<name>\w[\w^<>/-]*))"
)


class Terminal(NamedTuple):
    """A symbol of the words."""

    text: str


Side = tuple["str | Terminal", ...]
Rules = dict[str, list[tuple[Side, Fraction]]]


class NormalForm(NamedTuple):
    """Rules A -> B C (A, B, C, share) and A -> v (A, v, share), symbol 0 starts."""

    names: list[str]
    alphabet: list[str]
    binary: list[tuple[int, int, int, Fraction]]
    lexical: list[tuple[int, int, Fraction]]


def parsed(text: str) -> Rules:
    """The rules of each symbol, the starting one first; a one-line error with line and column."""
    rules: Rules = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = line.partition("#")[0].rstrip()
        if line.strip():
            name, sides = _line(line, number)
            rules.setdefault(name, []).extend(sides)
    if not rules:
        raise ValueError("a grammar has at least one rule, got none")
    for name, sides in rules.items():
        total = sum((share for _, share in sides), Fraction(0))
        if abs(total - 1) > Fraction(1, 10**9):
            raise ValueError(f"probabilities of {name} sum to 1, got {float(total):.9g}")
        rules[name] = [(side, share / total) for side, share in sides if share]
    reached, waiting = set(), [next(iter(rules))]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        if name not in rules:
            raise ValueError(f"{name} has no rule")
        reached.add(name)
        waiting += [part for side, _ in rules[name] for part in side if isinstance(part, str)]
    unreached = [name for name in rules if name not in reached]
    if unreached:
        raise ValueError(f"{unreached[0]} is never reached from {next(iter(rules))}")
    return rules


def _line(line: str, number: int) -> tuple[str, list[tuple[Side, Fraction]]]:
    """The symbol and the alternatives of one line."""

    def error(what: str, place: int) -> ValueError:
        return ValueError(f"grammar, line {number}, column {place + 1}: {what}")

    tokens = []
    place = 0
    while place < len(line):
        found = TOKEN.match(line, place)
        if found is None:
            raise error(f"unexpected {line[place:].strip()[:10]!r}", place)
        tokens.append((found.lastgroup or "", found[found.lastgroup or 0], place))
        place = found.end()
    if len(tokens) < 2 or tokens[0][0] != "name" or tokens[1][0] != "arrow":
        raise error("a rule reads NAME -> ...", 0)
    sides: list[tuple[list[str | Terminal], Fraction | None, int]] = [([], None, place)]
    for kind, value, at in tokens[2:]:
        side, share, _ = sides[-1]
        if kind == "bar":
            sides.append(([], None, at))
        elif share is not None or kind == "arrow":
            raise error(f"unexpected {value!r}", at)
        elif kind == "share":
            try:
                sides[-1] = (side, Fraction(value.strip()), at)
            except (ValueError, ZeroDivisionError):
                raise error(f"a probability is a number, got {value!r}", at) from None
            if not 0 <= Fraction(value.strip()) <= 1:
                raise error(f"a probability lies in [0, 1], got {value}", at)
        else:
            side.append(Terminal(value) if kind in ("one", "two") else value)
    for side, _, at in sides:
        if not side:
            raise error("an empty side: words of no symbols are not supported", at)
    given = [share for _, share, _ in sides if share is not None]
    if given and len(given) < len(sides):
        raise error("all alternatives have a probability, or none has", 0)
    even = Fraction(1, len(sides))
    return tokens[0][1], [
        (tuple(side), even if share is None else share) for side, share, _ in sides
    ]


def normal_form(rules: Rules) -> NormalForm:
    """The same law of words with rules of two symbols or of one terminal alone.

    Long sides are cut in two with a new symbol for the rest. Chains of single symbols are summed in
    exact fractions, which is an error where they never end.
    """
    names = list(rules)
    index = {name: place for place, name in enumerate(names)}
    terminals = {part for sides in rules.values() for side, _ in sides for part in side}
    alphabet = sorted(part.text for part in terminals if isinstance(part, Terminal))
    lexical: list[tuple[int, int, Fraction]] = []
    binary: list[tuple[int, int, int, Fraction]] = []
    unit: list[tuple[int, int, Fraction]] = []

    def number(key: str) -> int:
        if key not in index:
            index[key] = len(names)
            names.append(key)
        return index[key]

    def symbol(part: str | Terminal) -> int:
        if isinstance(part, str):
            return index[part]
        key = f"'{part.text}'"
        if key not in index:
            lexical.append((number(key), alphabet.index(part.text), Fraction(1)))
        return index[key]

    def add(head: int, side: Side, share: Fraction) -> None:
        if len(side) == 1:
            part = side[0]
            if isinstance(part, Terminal):
                lexical.append((head, alphabet.index(part.text), share))
            else:
                unit.append((head, index[part], share))
        elif len(side) == 2:
            binary.append((head, symbol(side[0]), symbol(side[1]), share))
        else:
            key = " ".join(part if isinstance(part, str) else f"'{part.text}'" for part in side[1:])
            known = key in index
            rest = number(key)
            binary.append((head, symbol(side[0]), rest, share))
            if not known:
                add(rest, side[1:], Fraction(1))

    for name, sides in rules.items():
        for side, share in sides:
            add(index[name], side, share)
    chains = _chains(len(names), unit)
    wide = [(head, b, c, p * q) for head, a, q in chains for a2, b, c, p in binary if a2 == a]
    words = [(head, v, p * q) for head, a, q in chains for a2, v, p in lexical if a2 == a]
    return NormalForm(names, alphabet, wide, words)


def _chains(size: int, unit: list[tuple[int, int, Fraction]]) -> list[tuple[int, int, Fraction]]:
    """Total shares of all chains of single symbols from each symbol to each, the empty one too.

    The inverse of one minus the matrix of single steps, by elimination.
    """
    table = [[Fraction(row == column) for column in range(2 * size)] for row in range(size)]
    for row in range(size):
        table[row][size + row] = Fraction(1)
    for head, target, share in unit:
        table[head][target] -= share
    for pivot in range(size):
        here = table[pivot][pivot]
        if here <= 0:
            raise ValueError("rules of single symbols go round without end")
        table[pivot] = [value / here for value in table[pivot]]
        for row in range(size):
            factor = table[row][pivot]
            if row != pivot and factor:
                table[row] = [one - factor * two for one, two in zip(table[row], table[pivot])]
    return [
        (row, column, table[row][size + column])
        for row in range(size)
        for column in range(size)
        if table[row][size + column]
    ]
