"""Permutations by sampling first and choosing then: keep one position of each value drawn.

With M values left all M masked positions are drawn at once, each uniform over the M, and of the
positions that show one value a uniform one is kept: D of them, the distinct values among M draws.
Every word that comes out is a permutation, and the rule is the same under both symmetric groups, so
that all n! are equally likely: KL 0. Choose-then-sample policies need n 2^-eps rounds for eps bits
(`permutation-rounds-random`).
"""

import numpy as np

from synthetic.arguments import check_integer


def distinct_values_rounds(size: int) -> float:
    """Expected rounds, each one call of the denoiser: **exact**, to rounding, O(n^3).

    Examples:
        >>> round(distinct_values_rounds(32), 2)
        4.06
    """
    size = check_integer("size", size)
    rounds = np.zeros(size + 1)
    for left in range(1, size + 1):
        drawn = distinct_values(left)[1:]
        later = rounds[left - np.arange(1, left + 1)]
        rounds[left] = 1.0 + float(drawn @ later)
    return float(rounds[size])


def distinct_values(left: int) -> np.ndarray:
    """The law (M + 1,) of the number of distinct values among M uniform draws of M values."""
    law = np.zeros(left + 1)
    law[0] = 1.0
    seen = np.arange(left + 1) / left  # the chance that the next draw is an old value
    for _ in range(left):
        law = law * seen + np.append(0.0, law[:-1] * (1 - seen[:-1]))
    return law
