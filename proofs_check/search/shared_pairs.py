"""How many copy pairs share a step, when sizes of steps are given and positions are random."""

import math
from collections.abc import Sequence
from fractions import Fraction


def shared_pairs_law(sizes: Sequence[int]) -> tuple[Fraction, ...]:
    """P(X = 0), .., P(X = m), exact: X of the m = sum(sizes) / 2 pairs of positions share a step.

    The steps of the positions are a uniformly random arrangement of s_1 ones, s_2 twos and so on.
    Given j pairs each within a step, with j_k in step k, this has the probability
    (j! / prod_k j_k!) prod_k (s_k)_(2 j_k) / (L)_(2 j), summed over all j_k that add up to j; so
    E C(X, j) are the coefficients of a product of polynomials, and P(X) follows from them by
    inclusion and exclusion. An odd position out joins no pair.
    """
    length = sum(sizes)
    pairs = length // 2
    product = [Fraction(1)]
    for size in sizes:
        factor = [
            Fraction(math.perm(size, 2 * inside), math.factorial(inside))
            for inside in range(size // 2 + 1)
        ]
        product = [
            sum(
                (
                    product[at - inside] * factor[inside]
                    for inside in range(len(factor))
                    if 0 <= at - inside < len(product)
                ),
                Fraction(0),
            )
            for at in range(len(product) + len(factor) - 1)
        ]
    moments = [
        math.comb(pairs, count)
        * math.factorial(count)
        * (product[count] if count < len(product) else Fraction(0))
        / math.perm(length, 2 * count)
        for count in range(pairs + 1)
    ]
    return tuple(
        sum(
            (
                (-1) ** (more - count) * math.comb(more, count) * moments[more]
                for more in range(count, pairs + 1)
            ),
            Fraction(0),
        )
        for count in range(pairs + 1)
    )


def fixed_count_pairs_error(sizes: Sequence[int], match: float) -> float:
    """SER where two tokens of a pair agree with probability `match` if they share a step."""
    return 1 - math.fsum(
        float(share) * match**count for count, share in enumerate(shared_pairs_law(sizes))
    )
