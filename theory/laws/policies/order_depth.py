"""The depth of an order: rounds without any error where positions are chosen in advance.

An order names all positions, one after the other; each round reveals the next few at once, and the
exact denoiser draws them independently. A round makes no error where its symbols are independent
given whatever was revealed before, so that the generated law is that of the language. The depth of
an order is the least number of such rounds. A part of an independent set is independent, also given
the rest of it, so that rounds that take as many positions as they can are fewest.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from synthetic.arguments import check_length


class PositionsLaw(Protocol):
    """Which of the positions 0..L-1 are independent given others; sets of them are bits."""

    @property
    def length(self) -> int:
        """L, the number of positions."""

    def adds_independent(self, known: int, chosen: int, place: int) -> bool:
        """Whether the symbol at a place is independent of those of a set, given any known part."""


def order_depth(law: PositionsLaw, order: Sequence[int]) -> int:
    """The fewest rounds without error that reveal runs of an order, a permutation of 0..L-1."""
    if sorted(order) != list(range(law.length)):
        raise ValueError(f"order is a permutation of 0..{law.length - 1}, got {list(order)}")
    known, chosen, rounds = 0, 0, 1
    for place in order:
        if not law.adds_independent(known, chosen, place):
            known, chosen, rounds = known | chosen, 0, rounds + 1
        chosen |= 1 << place
    return rounds


def least_depth(law: PositionsLaw, same: Callable[[int], int] = int) -> int:
    """The depth of the best order: fewest rounds without error of any sequence of sets.

    Breadth-first over the sets of revealed positions, at most 3^L rounds to look at; of sets that
    are alike for the law one is enough, `same` of each.
    """
    whole, rounds = 2**law.length - 1, 0
    reached, seen = {0}, {0}
    while whole not in reached:
        reached = {same(known | chosen) for known in reached for chosen in _rounds(law, known)}
        reached -= seen
        seen |= reached
        rounds += 1
    return rounds


def _rounds(law: PositionsLaw, known: int) -> list[int]:
    """Sets of positions that are independent given any known part, by their last position.

    All that are certain, those independent of themselves, go along: they tell nothing.
    """
    free = [place for place in range(law.length) if not known >> place & 1]
    certain = [place for place in free if law.adds_independent(known, 1 << place, place)]
    independent = [sum(1 << place for place in certain)]
    for place in free:
        if place not in certain:
            independent += [
                chosen | 1 << place
                for chosen in independent
                if law.adds_independent(known, chosen, place)
            ]
    return independent


def bisection_order(length: int) -> list[int]:
    """The middle of every gap, gap by gap and level by level, as `Bisection` reveals them.

    Examples:
        >>> bisection_order(7)
        [3, 1, 5, 0, 2, 4, 6]
    """
    gaps, order = [(0, check_length(length))], []
    for start, end in gaps:
        if start < end:
            middle = (start + end - 1) // 2
            order.append(middle)
            gaps += [(start, middle), (middle + 1, end)]
    return order
