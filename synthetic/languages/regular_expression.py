"""Regular expressions and their automata: a parser with positions, subsets with a bound.

`(a|b)*a(a|b){30}` needs 2^31 subsets read from the left and 32 read from the right: where the bound
is passed from the left, the automaton is that of the reversed words.

The syntax: symbols, concatenation, |, *, +, ?, {m}, {m,n}, parentheses, . for any symbol, [abc] for
one of some, a backslash before a symbol that would mean something else.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

STATE_LIMIT = 2048
SIZE_LIMIT = 20_000  # states before subsets are taken
SPECIAL = set("|*+?{}().[]\\")


class Automaton(NamedTuple):
    """A deterministic automaton: state 0 starts, moves[state][symbol] is a state or None."""

    moves: list[list[int | None]]
    accepting: list[bool]


class _Fragment(NamedTuple):
    """Two states of the nondeterministic automaton, from one to the other."""

    start: int
    end: int


class _Parser:
    """Recursive descent over the pattern; Thompson's construction as it goes."""

    def __init__(self, pattern: str, alphabet: Sequence[str] | None) -> None:
        self.pattern = pattern
        self.place = 0
        self.symbols = list(alphabet) if alphabet is not None else _symbols(pattern)
        self.edges: list[tuple[int, int, int]] = []  # state, symbol, state
        self.free: list[tuple[int, int]] = []  # moves that read nothing
        self.states = itertools.count()

    def error(self, what: str, place: int | None = None) -> ValueError:
        at = self.place if place is None else place
        return ValueError(f"regular expression {self.pattern!r}: {what} at column {at + 1}")

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
            part = self.chain(copies, least, most)
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
        if most is not None and most < max(least, 1):
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
            inner = self.alternatives()
            if self.peek() != ")":
                raise self.error("a parenthesis that is not closed", place)
            self.place += 1
            return inner
        if sign == ".":
            return self.letters(range(len(self.symbols)))
        if sign == "[":
            close = self.pattern.find("]", self.place)
            if close <= self.place:
                raise self.error("a bracket that is empty or not closed", place)
            inside = range(self.place, close)
            self.place = close + 1
            return self.letters([self.index(self.pattern[at], at) for at in inside])
        if sign == "\\":
            if not self.peek():
                raise self.error("nothing after the backslash", place)
            self.place += 1
            return self.letters([self.index(self.pattern[place + 1], place + 1)])
        if sign in SPECIAL:
            what = "nothing to repeat before" if sign in "*+?{" else "unexpected"
            raise self.error(f"{what} {sign!r}", place)
        return self.letters([self.index(sign, place)])

    def letters(self, symbols: Sequence[int]) -> _Fragment:
        fragment = _Fragment(self.state(), self.state())
        self.edges += [(fragment.start, symbol, fragment.end) for symbol in symbols]
        return fragment

    def index(self, symbol: str, place: int) -> int:
        if symbol not in self.symbols:
            raise self.error(f"{symbol!r} is not in the alphabet {''.join(self.symbols)!r}", place)
        return self.symbols.index(symbol)

    def peek(self) -> str:
        return self.pattern[self.place : self.place + 1]


def _symbols(pattern: str) -> list[str]:
    """The symbols of a pattern without a given alphabet, sorted."""
    signs = set()
    escaped = counting = False
    for sign in pattern:
        if escaped or not (sign in SPECIAL or counting):
            signs.add(sign)
        counting = not escaped and (sign == "{" or (counting and sign != "}"))
        escaped = sign == "\\" and not escaped
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
        raise ValueError(f"regular expression {pattern!r}: no symbols, give an alphabet")
    forwards = _Readings(parser.edges, parser.free, whole)
    turned = [(target, symbol, source) for source, symbol, target in parser.edges]
    free = [(target, source) for source, target in parser.free]
    for readings in (forwards, _Readings(turned, free, _Fragment(whole.end, whole.start))):
        automaton = _subsets(readings, len(parser.symbols))
        if automaton is not None:
            return Compiled(parser.symbols, minimal(automaton), readings is not forwards)
    raise ValueError(
        f"regular expression {pattern!r} needs more than {STATE_LIMIT} states, from the left and "
        "from the right: shorten it"
    )


class _Readings(NamedTuple):
    """A nondeterministic automaton: moves that read a symbol, moves that read none, its ends."""

    edges: list[tuple[int, int, int]]
    free: list[tuple[int, int]]
    whole: _Fragment


def _subsets(readings: _Readings, symbols: int) -> Automaton | None:
    """The deterministic automaton of subsets, None where there are more than 2,048."""
    onward: dict[int, list[int]] = {}
    for source, target in readings.free:
        onward.setdefault(source, []).append(target)
    steps: dict[int, list[tuple[int, int]]] = {}
    for source, symbol, target in readings.edges:
        steps.setdefault(source, []).append((symbol, target))

    def closed(states: set[int]) -> frozenset[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            for target in onward.get(waiting.pop(), []):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)

    first = closed({readings.whole.start})
    number = {first: 0}
    moves: list[list[int | None]] = []
    queue = [first]
    for subset in queue:
        row: list[int | None] = [None] * symbols
        reached: dict[int, set[int]] = {}
        for state in subset:
            for symbol, target in steps.get(state, []):
                reached.setdefault(symbol, set()).add(target)
        for symbol, targets in sorted(reached.items()):
            following = closed(targets)
            if following not in number:
                number[following] = len(number)
                queue.append(following)
            row[symbol] = number[following]
        if len(number) > STATE_LIMIT:
            return None
        moves.append(row)
    return Automaton(moves, [readings.whole.end in subset for subset in number])


def minimal(automaton: Automaton) -> Automaton:
    """The least automaton of the same words (Moore), numbered breadth-first from the start."""
    alive = _alive(automaton)
    all_moves = [
        [target if target is not None and alive[target] else None for target in row]
        for row in automaton.moves
    ]
    kind = [int(accepts) for accepts in automaton.accepting]
    while True:
        rows = [
            (kind[state], *(None if target is None else kind[target] for target in row))
            for state, row in enumerate(all_moves)
        ]
        number: dict[tuple[int | None, ...], int] = {}
        refined = [number.setdefault(row, len(number)) for row in rows]
        if len(number) == len(set(kind)):
            break
        kind = refined
    order = {kind[0]: 0}
    moves: list[list[int | None]] = []
    accepting = []
    queue = [0]
    for state in queue:
        row: list[int | None] = []
        for target in all_moves[state]:
            if target is None:
                row.append(None)
                continue
            if kind[target] not in order:
                order[kind[target]] = len(order)
                queue.append(target)
            row.append(order[kind[target]])
        moves.append(row)
        accepting.append(automaton.accepting[state])
    return Automaton(moves, accepting)


def _alive(automaton: Automaton) -> list[bool]:
    """Whether some word ends from each state."""
    before: dict[int, list[int]] = {}
    for state, row in enumerate(automaton.moves):
        for target in row:
            if target is not None:
                before.setdefault(target, []).append(state)
    waiting = [state for state, accepts in enumerate(automaton.accepting) if accepts]
    alive = set(waiting)
    while waiting:
        for state in before.get(waiting.pop(), []):
            if state not in alive:
                alive.add(state)
                waiting.append(state)
    return [state in alive for state in range(len(automaton.moves))]
