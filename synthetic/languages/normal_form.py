"""Chomsky normal form of a grammar, with the law of its words unchanged.

Empty words are left out of sides, each way with its probability; long sides are cut in two with a
new symbol for the rest; chains of single symbols are summed. All in exact fractions.
"""

import itertools
import math
from fractions import Fraction
from typing import NamedTuple

from synthetic.languages.grammar_rules import Place, Rules, Terminal, grammar_error

EMPTY_PARTS = 10  # of one side: each can be there or not
SYMBOL_LIMIT = 512
CHAIN_LIMIT = 2**18  # operations on fractions of up to DIGITS binary digits
DIGITS = 256  # an operation takes time in proportion to the square of the digits
NUMBER_BITS = 2**14

Side = tuple[str | Terminal, ...]


class NormalForm(NamedTuple):
    """Shares of A -> B C by (A, B, C) and of A -> v by (A, v); symbol 0 of `symbols` starts."""

    symbols: int
    alphabet: list[str]
    binary: dict[tuple[int, int, int], Fraction]
    lexical: dict[tuple[int, int], Fraction]


def normal_form(rules: Rules) -> NormalForm:
    """The same weights of all words but the empty one; an error where there is no end of chains."""
    names = list(rules)
    index = {name: place for place, name in enumerate(names)}
    alphabet = terminals(rules)
    letters = {text: place for place, text in enumerate(alphabet)}
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
            lexical.append((number(key), letters[part.text], Fraction(1)))
        return index[key]

    def add(head: int, side: Side, share: Fraction) -> None:
        if len(side) == 1:
            part = side[0]
            if isinstance(part, Terminal):
                lexical.append((head, letters[part.text], share))
            else:
                unit.append((head, index[part], share))
        elif len(side) == 2:
            binary.append((head, symbol(side[0]), symbol(side[1]), share))
        elif side:
            key = " ".join(part if isinstance(part, str) else f"'{part.text}'" for part in side[1:])
            known = key in index
            rest = number(key)
            binary.append((head, symbol(side[0]), rest, share))
            if not known:
                add(rest, side[1:], Fraction(1))

    empty = empty_words(rules)
    for name, sides in rules.items():
        for rule in sides:
            for side, share in _without_empty(rule.side, empty, rule.place):
                add(index[name], side, rule.share * share)
    if len(names) > SYMBOL_LIMIT:
        raise ValueError(
            f"a grammar has at most {SYMBOL_LIMIT} symbols in Chomsky normal form, got {len(names)}"
        )
    pairs: dict[int, list[tuple[int, int, Fraction]]] = {}
    for head, left, right, share in binary:
        pairs.setdefault(head, []).append((left, right, share))
    written: dict[int, list[tuple[int, Fraction]]] = {}
    for head, letter, share in lexical:
        written.setdefault(head, []).append((letter, share))
    wide: dict[tuple[int, int, int], Fraction] = {}
    words: dict[tuple[int, int], Fraction] = {}
    for head, above, share in chains(len(names), unit, rules):
        for left, right, weight in pairs.get(above, []):
            key3 = (head, left, right)
            wide[key3] = wide.get(key3, Fraction(0)) + share * weight
        for letter, weight in written.get(above, []):
            key2 = (head, letter)
            words[key2] = words.get(key2, Fraction(0)) + share * weight
    return _useful(wide, words, alphabet)


def terminals(rules: Rules) -> list[str]:
    """The symbols of the words, sorted."""
    parts = {part for sides in rules.values() for rule in sides for part in rule.side}
    return sorted(part.text for part in parts if isinstance(part, Terminal))


def empty_words(rules: Rules) -> dict[str, Fraction]:
    """The weight of the empty word from each symbol that has it, the others left out.

    An error where it has derivations without end, whose sum need not be rational.
    """
    totals: dict[str, Fraction] = {}
    able: set[str] = set()
    while True:
        more = {
            name
            for name, sides in rules.items()
            if name not in able and any(all(part in able for part in rule.side) for rule in sides)
        }
        if not more:
            break
        able |= more
    if len(able) > SYMBOL_LIMIT:
        raise ValueError(
            f"a grammar has at most {SYMBOL_LIMIT} symbols that can be empty, got {len(able)}"
        )
    open_: set[str] = set()

    def weight(name: str, place: Place) -> Fraction:
        if name in open_:
            raise grammar_error(
                f"the empty word of {name} has derivations without end: write its rules so that "
                "no side can be empty",
                place,
            )
        if name not in totals:
            open_.add(name)
            total = Fraction(0)
            for rule in rules[name]:
                if all(part in able for part in rule.side):
                    product = rule.share
                    for part in rule.side:
                        product *= weight(str(part), rule.place)
                    total += product
            if total.denominator.bit_length() > NUMBER_BITS:
                raise grammar_error(
                    f"the probability of the empty word of {name} needs more than {NUMBER_BITS} "
                    "binary digits: leave empty sides out",
                    rules[name][0].place,
                )
            open_.remove(name)
            totals[name] = total
        return totals[name]

    for name in sorted(able):
        weight(name, rules[name][0].place)
    return totals


def _without_empty(
    side: Side, empty: dict[str, Fraction], place: Place
) -> list[tuple[Side, Fraction]]:
    """All ways in which parts of a side are empty, with their weights; not that all are."""
    choices: list[list[tuple[Side, Fraction]]] = []
    for part in side:
        choices.append([((part,), Fraction(1))])
        if isinstance(part, str) and part in empty:
            choices[-1].append(((), empty[part]))
    if sum(len(choice) - 1 for choice in choices) > EMPTY_PARTS:
        raise grammar_error(f"more than {EMPTY_PARTS} parts of a side can be empty", place)
    rules = []
    for ways in itertools.product(*choices):
        left = tuple(part for parts, _ in ways for part in parts)
        if left:
            rules.append((left, math.prod((share for _, share in ways), start=Fraction(1))))
    return rules


def chains(
    size: int, unit: list[tuple[int, int, Fraction]], rules: Rules
) -> list[tuple[int, int, Fraction]]:
    """Total shares of all chains of single symbols from each symbol to each, the empty one too.

    The inverse of one minus the matrix of single steps, by elimination.
    """
    table = [[Fraction(row == column) for column in range(2 * size)] for row in range(size)]
    for row in range(size):
        table[row][size + row] = Fraction(1)
    for head, target, share in unit:
        table[head][target] -= share
    work = 0
    for pivot in range(size):
        here = table[pivot][pivot]
        if here <= 0:
            name = list(rules)[pivot]
            place = Place(rules[name][0].place.line, 1)
            raise grammar_error(f"rules of single symbols go round {name} without end", place)
        table[pivot] = [value / here for value in table[pivot]]
        digits = max(value.denominator.bit_length() for value in table[pivot])
        for row in range(size):
            factor = table[row][pivot]
            if row != pivot and factor:
                work += 2 * size * (1 + (digits // DIGITS) ** 2)
                table[row] = [one - factor * two for one, two in zip(table[row], table[pivot])]
            if work > CHAIN_LIMIT:
                what = f"{len(unit)} rules of single symbols have too many chains, leave some out"
                raise grammar_error(what, next(iter(rules.values()))[0].place)
    return [
        (row, column, table[row][size + column])
        for row in range(size)
        for column in range(size)
        if table[row][size + column]
    ]


def _useful(
    binary: dict[tuple[int, int, int], Fraction],
    lexical: dict[tuple[int, int], Fraction],
    alphabet: list[str],
) -> NormalForm:
    """The rules of symbols that have words and are reached, with these numbered from the start."""
    ending = {head for head, _ in lexical}
    while True:
        more = {head for head, left, right in binary if {left, right} <= ending} - ending
        if not more:
            break
        ending |= more
    order, waiting = {0: 0}, [0]
    for symbol in waiting:
        for head, left, right in binary:
            if head == symbol and {head, left, right} <= ending:
                for part in (left, right):
                    if part not in order:
                        order[part] = len(order)
                        waiting.append(part)
    return NormalForm(
        len(order),
        alphabet,
        {
            (order[head], order[left], order[right]): share
            for (head, left, right), share in binary.items()
            if head in order and {head, left, right} <= ending
        },
        {(order[head], v): share for (head, v), share in lexical.items() if head in order},
    )
