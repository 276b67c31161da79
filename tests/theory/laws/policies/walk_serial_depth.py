"""Serial depth of the walk: the least expected rounds in which it is generated without error.

A policy picks the positions of each round from the tokens revealed so far, reveals them from their
exact marginals, and generates q exactly iff in every round they are independent given what is
known (Theorem 1 of 2608.25505: KL(q || q_pi) is the expected sum of total correlations of the
rounds). D_eps is the least expected number of rounds, under q, of a policy with KL <= eps; here
eps = 0. Depths with a formula are theorems (`theory.bounds.policies`).
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product


def walk_serial_depth(length: int) -> Fraction:
    """**Exact** D_0 for the Bernoulli walk x_i = x_(i-1) + Bern(1/2), x_0 = 0 known, n <= 9.

    Between two known positions at distance d, of rise r, all is determined iff r is 0 or d; else
    any two masked positions are dependent, as in the open end; different gaps are independent.
    So a round reveals at most one position of each undetermined gap, and all determined ones: a
    dynamic programme over the gaps finds the best policy. 1, 2, 2, 2.75, 2.875 for n = 1..5, as in
    2608.25505.
    """
    return _walk_rounds(((length, None),), False)


Gap = tuple[int, int | None]  # distance and rise between known positions; open at the end: None


@cache
def _walk_rounds(gaps: tuple[Gap, ...], masked: bool) -> Fraction:
    """Least expected rounds for undetermined gaps; `masked`: determined positions are masked."""
    if not gaps:
        return Fraction(int(masked))
    choices = [range(-1, _inner(gap)) for gap in gaps]
    best = None
    for choice in product(*choices):
        if all(place < 0 for place in choice):
            continue
        expected = Fraction(1)
        splits = [
            list(_split(gap, place + 1)) if place >= 0 else [(Fraction(1), (gap,), False)]
            for gap, place in zip(gaps, choice, strict=True)
        ]
        for outcome in product(*splits):
            chance = math.prod((part[0] for part in outcome), start=Fraction(1))
            left = sorted((gap for part in outcome for gap in part[1]), key=str)
            expected += chance * _walk_rounds(tuple(left), any(part[2] for part in outcome))
        best = expected if best is None else min(best, expected)
    assert best is not None
    return best


def _inner(gap: Gap) -> int:
    """The masked positions of a gap."""
    distance, rise = gap
    return distance if rise is None else distance - 1


def _split(gap: Gap, place: int) -> Iterator[tuple[Fraction, tuple[Gap, ...], bool]]:
    """Outcomes of revealing the place-th position: chance, undetermined gaps, determined masked."""
    distance, rise = gap
    rest = distance - place
    for first in range(place + 1):
        if rise is None:
            chance = Fraction(math.comb(place, first), 2**place)
            parts: list[Gap] = [(place, first), (rest, None)]
        else:
            ways = math.comb(place, first) * math.comb(rest, rise - first) if first <= rise else 0
            chance = Fraction(ways, math.comb(distance, rise))
            parts = [(place, first), (rest, rise - first)]
        if chance:
            open_parts = tuple(part for part in parts if _inner(part) and not _is_determined(part))
            hidden = any(_inner(part) and _is_determined(part) for part in parts)
            yield chance, open_parts, hidden


def _is_determined(gap: Gap) -> bool:
    return gap[1] is not None and gap[1] in (0, gap[0])
