"""Deterministic automata, and the least one of the same words."""

from typing import NamedTuple


class Automaton(NamedTuple):
    """A deterministic automaton: state 0 starts, moves[state][symbol] is a state or None."""

    moves: list[list[int | None]]
    accepting: list[bool]


def minimal(automaton: Automaton) -> Automaton:
    """The least automaton of the same words, numbered breadth-first from the start."""
    alive = _alive(automaton)
    all_moves = [
        [target if target is not None and alive[target] else None for target in row]
        for row in automaton.moves
    ]
    kind = _classes(all_moves, automaton.accepting)
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


def _classes(moves: list[list[int | None]], accepting: list[bool]) -> list[int]:
    """The class of each state: two are of one where the same words end from both.

    Hopcroft's partition: time V S log S for S states. What splits a class is one that has been cut
    itself; the smaller half is enough, since the other one is the rest. Missing moves are in no
    class, so that both of the first ones have to be tried.
    """
    before: list[list[tuple[int, int]]] = [[] for _ in moves]
    for source, row in enumerate(moves):
        for symbol, target in enumerate(row):
            if target is not None:
                before[target].append((symbol, source))
    members: list[set[int]] = [set(), set()]
    for state, accepts in enumerate(accepting):
        members[accepts].add(state)
    kind = [int(accepts) for accepts in accepting]
    waiting = {0, 1}
    while waiting:
        sources: dict[int, list[int]] = {}
        for target in members[waiting.pop()]:
            for symbol, source in before[target]:
                sources.setdefault(symbol, []).append(source)
        for reaching in sources.values():
            parts: dict[int, set[int]] = {}
            for state in reaching:
                parts.setdefault(kind[state], set()).add(state)
            for whole, part in parts.items():
                if len(part) == len(members[whole]):
                    continue
                new = len(members)
                members.append(part)
                members[whole] -= part
                for state in part:
                    kind[state] = new
                smaller = min(whole, new, key=lambda one: len(members[one]))
                waiting.add(new if whole in waiting else smaller)
    return kind
