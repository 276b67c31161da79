"""Deterministic automata, and the least one of the same words."""

from typing import NamedTuple


class Automaton(NamedTuple):
    """A deterministic automaton: state 0 starts, moves[state][symbol] is a state or None."""

    moves: list[list[int | None]]
    accepting: list[bool]


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
