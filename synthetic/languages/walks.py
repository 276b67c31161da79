"""Walks: steps up and down that return to where they began."""

import math
from collections.abc import Iterable

import torch

from synthetic.arguments import check_integer, checked
from synthetic.languages.graph import CountedGraph


@checked
class Walks(CountedGraph):
    """Uniform over the walks of heights 0..height that start and end at 0, written as heights.

    x_i is the height after i steps of +1 or -1, so x_L = 0 and only even lengths have words.
    """

    chomsky = "regular"

    def __init__(self, height: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self.height = check_integer("height", height)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.height + 1

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether neighbouring heights differ by one, from 0 to 0."""
        steps = zip((0, *word), word)
        return word[-1] == 0 and all(abs(after - before) == 1 for before, after in steps)

    def count(self, length: int) -> int:
        """Closed walks on a path of height + 1 places, by the reflection principle.

        Reflected at -1 and height + 1, free walks of L steps from 0 that end at 2 k (height + 2)
        count, and those that end at the images of 0 count negative.
        """
        if length % 2:
            return 0
        period = 2 * (self.height + 2)
        shifts = range(-(length // period) - 1, length // period + 2)
        ends = [(shift * period, 1) for shift in shifts]
        ends += [(shift * period - 2, -1) for shift in shifts]
        near = [(end, sign) for end, sign in ends if abs(end) <= length]
        return sum(sign * math.comb(length, (length + end) // 2) for end, sign in near)

    def start(self, length: int) -> int:
        """The height 0."""
        return 0

    def moves(self, state: int, place: int, length: int) -> Iterable[tuple[int, int]]:
        """One up or one down."""
        return ((after, after) for after in (state - 1, state + 1) if 0 <= after <= self.height)

    def ends(self, state: int, length: int) -> bool:
        """At 0 again."""
        return state == 0
