"""Regular expressions and their automata: a parser with positions, subsets with a bound.

`(a|b)*a(a|b){30}` needs 2^31 subsets read from the left and 32 read from the right: where the bound
is passed from the left, the automaton is that of the reversed words.

The syntax: symbols, concatenation, |, *, +, ?, {m}, {m,n}, parentheses, . for any symbol, [abc] for
one of some, a backslash before a symbol that would mean something else. Ranges, complements,
classes of symbols and anchors of other dialects are refused, not read as symbols.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from synthetic.languages.least_automaton import Automaton, minimal
from synthetic.languages.subsets import Readings, subsets

STATE_LIMIT = 2048
SIZE_LIMIT = 20_000  # states before subsets are taken
MOVE_LIMIT = 2**18  # each reads one symbol
WORK_LIMIT = 2**22  # members of all subsets, each time that one is reached
DEPTH_LIMIT = 100  # parentheses in parentheses
LONGEST_SHOWN = 200  # characters of a pattern
SPECIAL = set("|*+?{}().[]\\")
PARTS = re.compile(r"\\(.)|\[((?:\\.|[^\\\]])*)|\{[^}]*|(.)", re.DOTALL)


class _Fragment(NamedTuple):
    """Two states of the nondeterministic automaton, from one to the other."""

    start: int
    end: int


class _Parser:
    """Recursive descent over the pattern; Thompson's construction as it goes."""

    def __init__(self, pattern: str, alphabet: Sequence[str] | None) -> None:
        self.pattern = pattern
        self.place = 0
        self.depth = 0
        self.symbols = list(alphabet) if alphabet is not None else _symbols(pattern)
        self.number = {symbol: place for place, symbol in enumerate(self.symbols)}
        self.edges: list[tuple[int, int, int]] = []  # state, symbol, state
        self.free: list[tuple[int, int]] = []  # moves that read nothing
        self.states = itertools.count()

    def error(self, what: str, place: int | None = None) -> ValueError:
        before = self.pattern[: self.place if place is None else place].split("\n")
        line = f"line {len(before)}, " if "\n" in self.pattern else ""
        return ValueError(f"{_shown(self.pattern)}: {what} at {line}column {len(before[-1]) + 1}")

    def whole(self) -> _Fragment:
        fragment = self.alternatives()
        if self.place < len(self.pattern):
            raise self.error(f"unexpected {self.pattern[self.place]!r}")
        return fragment

    def state(self) -> int:
        number = next(self.states)
        if number > SIZE_LIMIT:
            raise self.error(f"more than {SIZE_LIMIT} states: lower the repetitions")
        return number

    def alternatives(self) -> _Fragment:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.place += 1
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        fragment = _Fragment(self.state(), self.state())
        for part in parts:
            self.free += [(fragment.start, part.start), (part.end, fragment.end)]
        return fragment

    def sequence(self) -> _Fragment:
        start = end = self.state()
        while self.peek() not in ("", "|", ")"):
            part = self.repeated()
            self.free.append((end, part.start))
            end = part.end
        return _Fragment(start, end)

    def repeated(self) -> _Fragment:
        before = self.place
        part = self.atom()
        while self.peek() in ("*", "+", "?", "{"):
            least, most = self.bounds()
            end = self.place
            copies = [part]
            for _ in range(1, max(least, most or 0, 1)):
                self.place = before
                copies.append(self.atom())
            self.place = end
            part = self.chain([] if most == 0 else copies, least, most)
            if self.peek() in ("*", "+", "?", "{"):
                raise self.error("two repetitions in a row, put parentheses")
        return part

    def bounds(self) -> tuple[int, int | None]:
        """Least and most repetitions, None for no bound."""
        sign = self.pattern[self.place]
        self.place += 1
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        start = self.place
        close = self.pattern.find("}", start)
        text = self.pattern[start:close] if close >= 0 else ""
        low, comma, high = text.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            raise self.error("a repetition reads {m}, {m,} or {m,n}", start - 1)
        self.place = close + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise self.error(f"repetitions from {least} to {most}", start - 1)
        return least, most

    def chain(self, copies: list[_Fragment], least: int, most: int | None) -> _Fragment:
        """Copies in a row, of which at least the first `least` are passed."""
        fragment = _Fragment(self.state(), self.state())
        end = fragment.start
        for index, copy in enumerate(copies):
            if index >= least:
                self.free.append((end, fragment.end))
            self.free.append((end, copy.start))
            end = copy.end
        self.free.append((end, fragment.end))
        if most is None:
            self.free.append((copies[-1].end, copies[-1].start))
        return fragment

    def atom(self) -> _Fragment:
        sign = self.peek()
        place = self.place
        self.place += 1
        if sign == "(":
            self.depth += 1
            if self.depth > DEPTH_LIMIT:
                raise self.error(f"more than {DEPTH_LIMIT} parentheses deep", place)
            inner = self.alternatives()
            self.depth -= 1
            if self.peek() != ")":
                raise self.error("a parenthesis that is not closed", place)
            self.place += 1
            return inner
        if sign == ".":
            return self.letters(range(len(self.symbols)))
        if sign == "[":
            return self.bracket(place)
        if sign == "\\":
            return self.letters([self.escaped()])
        if sign in "^$":
            what = f"the whole word is matched, no {sign!r} (the symbol is '\\{sign}')"
            raise self.error(what, place)
        if sign in SPECIAL:
            what = "nothing to repeat before" if sign in "*+?{" else "unexpected"
            raise self.error(f"{what} {sign!r}", place)
        return self.letters([self.index(sign, place)])

    def escaped(self) -> int:
        """The symbol after a backslash."""
        sign, place = self.peek(), self.place
        if not sign:
            raise self.error("nothing after the backslash", place - 1)
        if sign.isalnum():
            raise self.error(f"'\\{sign}' is no class of symbols here, list them", place - 1)
        self.place += 1
        return self.index(sign, place)

    def bracket(self, place: int) -> _Fragment:
        """One of the symbols between square brackets."""
        symbols: list[int] = []
        while self.peek() not in ("", "]"):
            sign = self.peek()
            if sign == "^" and not symbols:
                raise self.error("no complements, list the other symbols (the symbol is '\\^')")
            if sign == "-" and symbols and self.pattern[self.place + 1 : self.place + 2] != "]":
                raise self.error("no ranges, list the symbols (the symbol is '\\-')")
            self.place += 1
            symbols.append(self.escaped() if sign == "\\" else self.index(sign, self.place - 1))
        if not symbols or not self.peek():
            raise self.error("a bracket that is empty or not closed", place)
        self.place += 1
        return self.letters(symbols)

    def letters(self, symbols: Sequence[int]) -> _Fragment:
        fragment = _Fragment(self.state(), self.state())
        self.edges += [(fragment.start, symbol, fragment.end) for symbol in symbols]
        if len(self.edges) > MOVE_LIMIT:
            raise self.error(f"more than {MOVE_LIMIT} moves: lower the repetitions")
        return fragment

    def index(self, symbol: str, place: int) -> int:
        if symbol not in self.number:
            known = "".join(self.symbols)
            known = known if len(known) <= 40 else f"{known[:40]}..."
            raise self.error(f"{symbol!r} is not in the alphabet {known!r}", place)
        return self.number[symbol]

    def peek(self) -> str:
        return self.pattern[self.place : self.place + 1]


def _symbols(pattern: str) -> list[str]:
    """The symbols of a pattern without a given alphabet, sorted."""
    signs: set[str] = set()
    for escaped, bracket, alone in PARTS.findall(pattern):
        signs.update(escaped, re.sub(r"\\(.)", r"\1", bracket, flags=re.DOTALL))
        signs.update(alone if alone not in SPECIAL else "")
    return sorted(signs)


class Compiled(NamedTuple):
    """The symbols of a pattern and the least automaton of its words, breadth-first.

    `backwards`: the automaton reads them from their last symbol to the first.
    """

    symbols: list[str]
    automaton: Automaton
    backwards: bool


def compiled(pattern: str, alphabet: Sequence[str] | None) -> Compiled:
    """The alphabet and the least deterministic automaton of a pattern, from the end that allows it.

    States from which no word ends are left out. A one-line error that names the column where the
    pattern is none, and one where the subsets are more than 2,048 from either end.
    """
    parser = _Parser(pattern, alphabet)
    whole = parser.whole()
    if not parser.symbols:
        raise ValueError(f"{_shown(pattern)}: no symbols, give an alphabet")
    forwards = Readings(parser.edges, parser.free, *whole)
    for readings in (forwards, forwards.turned()):
        automaton = subsets(readings, len(parser.symbols), STATE_LIMIT, WORK_LIMIT)
        if automaton is not None:
            return Compiled(parser.symbols, minimal(automaton), readings is not forwards)
    raise ValueError(
        f"{_shown(pattern)} needs more than {STATE_LIMIT} states, from the left and from the "
        f"right, or more than {WORK_LIMIT} steps to find them: shorten it"
    )


def _shown(pattern: str) -> str:
    """A pattern in an error, its beginning if it is long."""
    cut = "..." if len(pattern) > LONGEST_SHOWN else ""
    return f"regular expression {pattern[:LONGEST_SHOWN]!r}{cut}"
