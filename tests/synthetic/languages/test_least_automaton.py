"""The least automaton of a language, and that it is made in time."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import Regular
from synthetic.languages.least_automaton import Automaton, minimal
from tests.synthetic.languages.test_regular import peer

EVERY = settings(max_examples=40, deadline=None, derandomize=True)


def test_an_automaton_within_the_bound_is_made_in_time() -> None:
    """States are told apart one after the other: 7 s where each costs a look at all of them."""
    started = time.process_time()
    language = Regular(".{1,2000}", "abcdefghijklmnopqrstuvwxyz")
    assert time.process_time() - started < 5
    assert language.states == 2001
    assert language.count(2) == 26**2


@EVERY
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 3))
def test_no_two_states_of_the_least_automaton_are_alike(
    seed: int, states: int, symbols: int
) -> None:
    """Of random moves, some missing, some states out of reach or without an end."""
    generator = np.random.default_rng(seed)
    targets = generator.integers(-1, states, size=(states, symbols)).tolist()
    moves = [[None if target < 0 else target for target in row] for row in targets]
    accepting = (generator.random(states) < 0.4).tolist()
    least = minimal(Automaton(moves, accepting))
    letters = "abc"[:symbols]
    assert peer(least.moves, least.accepting, letters) == peer(moves, accepting, letters)
    apart = len({ends_after(moves, accepting)[state] for state in reachable(moves)} - {0})
    assert len(least.moves) == max(1, apart)
    assert reachable(least.moves) == list(range(len(least.moves)))  # breadth-first


def ends_after(moves: list[list[int | None]], accepting: list[bool]) -> list[int]:
    """A number for what ends from each state, 0 for nothing, by words one longer each round."""
    known = [int(accepts) for accepts in accepting]
    for _ in moves:
        rows = [
            (accepts, *(0 if to is None else known[to] for to in row))
            for accepts, row in zip(accepting, moves)
        ]
        numbers = {(False, *[0] * len(moves[0])): 0}
        known = [numbers.setdefault(row, len(numbers)) for row in rows]
    return known


def reachable(moves: list[list[int | None]]) -> list[int]:
    """The states in reach of the first, breadth-first."""
    queue = [0]
    for state in queue:
        queue += [to for to in dict.fromkeys(moves[state]) if to is not None and to not in queue]
    return queue
