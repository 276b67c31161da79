"""Serial depth: the least expected rounds in which a language can be generated without error.

A policy picks the positions of each round from the tokens revealed so far, reveals them from their
exact marginals, and generates q exactly iff in every round they are independent given what is
known (Theorem 1 of 2608.25505: KL(q || q_pi) is the expected sum of total correlations of the
rounds). D_eps is the least expected number of rounds, under q, of a policy with KL <= eps; here
eps = 0. A language is named by the function, what is known of it by `kind`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Literal

from synthetic.arguments import check_integer, check_length

LONGEST_WALK = 9


@dataclass(frozen=True)
class SerialDepth:
    """A number of rounds and what it is of D_0: equal to it, or at least as large."""

    rounds: Fraction
    kind: Literal["exact", "upper"]


def markov_serial_depth(memory: int, length: int) -> SerialDepth:
    """**Upper** bound m (ceil(log2(L / m)) + 1) for chains in which a token depends on m before it.

    An n-gram language has m = n - 1; L >= m. By bisection with runs of m tokens, one at a time
    (2608.25505, bound on order-m Markov laws). At m = 1 `Bisection` needs ceil(log2(L + 1)) at
    most, which is never more.
    """
    memory = check_integer("memory", memory)
    if check_length(length) < memory:
        raise ValueError(f"the bound holds at lengths >= memory, got {length} < {memory}")
    # ceil(log2(L / m)): the least k with m 2^k >= L
    halvings = (-(-length // memory) - 1).bit_length()
    return SerialDepth(Fraction(memory * (halvings + 1)), "upper")


def affine_serial_depth(dimension: int, length: int) -> SerialDepth:
    """**Upper** bound for the uniform law on an affine subspace of this dimension: 2.

    One round for coordinates that determine the rest and are independent, one for the rest
    (2608.25505); **exact** 1 for a single word and for the whole space.
    """
    dimension = check_integer("dimension", dimension, least=0)
    if dimension > check_length(length):
        raise ValueError(f"a subspace has dimension <= length, got {dimension} > {length}")
    if dimension in (0, length):
        return SerialDepth(Fraction(1), "exact")
    return SerialDepth(Fraction(2), "upper")


def full_support_serial_depth(length: int) -> SerialDepth:
    """**Exact** L for almost every law with full support (2608.25505): one token a round.

    Almost every: no two tokens of such a law are independent given any others. Product laws, of
    depth 1, are the exceptions that come to mind.
    """
    return SerialDepth(Fraction(check_length(length)), "exact")


def permutation_serial_depth(length: int) -> SerialDepth:
    """**Exact** n for uniform permutations of n: any two masked entries exclude each other's value.

    What error buys is in `permutation_depth`.
    """
    return SerialDepth(Fraction(check_length(length)), "exact")


def balanced_serial_depth(length: int) -> SerialDepth:
    """**Exact** D_0 for uniform binary words with as many ones as zeros.

    Two masked symbols are dependent until all masked ones are equal, so a round reveals one until
    then, and the last round the K >= 1 equal ones: D_0 = n - E[K] + 1, K the length of the last run
    of a balanced word, P(K >= k) = 2 C(n - k, n / 2) / C(n, n / 2). Derived here. At fixed eps > 0
    the depth is Theta(log^2 n) (2608.25505), without constants: no number is given for it.
    """
    if check_length(length) % 2:
        raise ValueError(f"balanced words have even length, got {length}")
    half = length // 2
    ways = sum(2 * math.comb(length - last, half) for last in range(1, half + 1))
    return SerialDepth(length + 1 - Fraction(ways, math.comb(length, half)), "exact")


def one_hot_serial_depth(blocks: int, size: int) -> SerialDepth:
    """**Exact** D_0 for independent blocks of m symbols of which exactly one, uniform, is a one.

    Two masked symbols of a block are dependent until the one is found or a single place is left,
    so that a block takes min(J + 1, m) rounds, J uniform on 1..m the number of the reveal that
    shows the one, whichever symbols are revealed and whatever happens in other blocks. All blocks
    at once take the largest: D_0 = sum_(t >= 0) P(max > t) with P(max <= t) = ((t - 1) / m)^blocks
    for t < m and 1 at t = m. Derived here; Theta(m) for m blocks of length m (2608.25505).
    """
    blocks = check_integer("blocks", blocks)
    size = check_integer("size", size)
    rounds = sum(
        (1 - Fraction(max(done - 1, 0), size) ** blocks for done in range(size)), Fraction(0)
    )
    return SerialDepth(rounds, "exact")


def walk_serial_depth(length: int) -> SerialDepth:
    """**Exact** D_0 for the Bernoulli walk x_i = x_(i-1) + Bern(1/2), x_0 = 0 known, n <= 9.

    Between two known positions at distance d, of rise r, all is determined iff r is 0 or d; else
    any two masked positions are dependent, as in the open end; different gaps are independent.
    So a round reveals at most one position of each undetermined gap, and all determined ones: a
    dynamic programme over the gaps finds the best policy. 1, 2, 2, 2.75, 2.875 for n = 1..5, as in
    2608.25505.
    """
    if check_length(length) > LONGEST_WALK:
        raise ValueError(
            f"the exact depth is computed up to length {LONGEST_WALK}, got {length}: use the upper "
            "bound markov_serial_depth(1, length)"
        )
    return SerialDepth(_walk_rounds(((length, None),), False), "exact")


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
