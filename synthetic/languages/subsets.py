"""The subset construction, with a bound."""

from typing import NamedTuple

from synthetic.languages.least_automaton import Automaton


class Readings(NamedTuple):
    """A nondeterministic automaton: moves that read a symbol, moves that read none, its ends."""

    edges: list[tuple[int, int, int]]
    """State, symbol, state."""
    free: list[tuple[int, int]]
    start: int
    end: int

    def turned(self) -> "Readings":
        """The automaton of the reversed words."""
        edges = [(target, symbol, source) for source, symbol, target in self.edges]
        free = [(target, source) for source, target in self.free]
        return Readings(edges, free, self.end, self.start)


def subsets(readings: Readings, symbols: int, most_states: int, most_work: int) -> Automaton | None:
    """The deterministic automaton of subsets, None beyond so many states or steps.

    A subset holds the states that read a symbol or end: others tell no two subsets apart.
    """
    onward: dict[int, list[int]] = {}
    for source, target in readings.free:
        onward.setdefault(source, []).append(target)
    steps: dict[int, list[tuple[int, int]]] = {}
    for source, symbol, target in readings.edges:
        steps.setdefault(source, []).append((symbol, target))

    def closed(states: set[int]) -> set[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            for target in onward.get(waiting.pop(), []):
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return reached

    def telling(states: set[int]) -> frozenset[int]:
        return frozenset(state for state in states if state in steps or state == readings.end)

    first = telling(closed({readings.start}))
    number = {first: 0}
    moves: list[list[int | None]] = []
    queue = [first]
    work = 0
    for subset in queue:
        row: list[int | None] = [None] * symbols
        reached: dict[int, set[int]] = {}
        for state in subset:
            for symbol, target in steps.get(state, []):
                reached.setdefault(symbol, set()).add(target)
        for symbol, targets in sorted(reached.items()):
            all_targets = closed(targets)
            work += len(targets) + len(all_targets)
            following = telling(all_targets)
            if following not in number:
                number[following] = len(number)
                queue.append(following)
            row[symbol] = number[following]
            if len(number) > most_states or work > most_work:
                return None
        moves.append(row)
    return Automaton(moves, [readings.end in subset for subset in number])
