"""What a round of a uniform permutation costs, whatever has been revealed.

With M values left, every order of them is equally likely. Each of the B entries of a round is
uniform over the M, log2 M bits, and together they are uniform over the (M)_B = M (M-1) .. (M-B+1)
ordered choices, so that their total correlation is B log2 M - log2 (M)_B.
"""

import itertools
import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.entropy import entropy
from theory.bounds.theorem import Parameter, Source, Theorem

LEFT = sympy.Symbol("left", integer=True, positive=True)
SIZE = sympy.Symbol("size", integer=True, positive=True)


@dataclass(frozen=True)
class PermutationRound:
    """The positions of a round of a permutation of 0..length-1, some entries being known."""

    length: int
    known: tuple[tuple[int, int], ...]  # position, value
    positions: tuple[int, ...]

    @property
    def total_correlation(self) -> float:
        """TC of the positions given what is known, in bits, by listing permutations."""
        words = [
            word
            for word in itertools.permutations(range(self.length))
            if all(word[position] == value for position, value in self.known)
        ]
        alone = sum(entropy_bits([word[i] for word in words]) for i in self.positions)
        return alone - entropy_bits([tuple(word[i] for i in self.positions) for word in words])


def entropy_bits(values: list) -> float:
    """H in bits of the law of equally likely values, repeats counted."""
    shares = np.array(list(Counter(values).values())) / len(values)
    return entropy(shares) / math.log(2)


def round_cost(left: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """log2(M^B / (M)_B) in bits as a sum of terms >= 0; memory 8 bytes times the largest B each."""
    taken = np.arange(np.max(size, initial=1))
    left, size = np.asarray(left)[..., np.newaxis], np.asarray(size)[..., np.newaxis]
    terms = -np.log1p(-np.where(taken < size, taken, 0.0) / left)
    return np.asarray(terms.sum(-1) / np.log(2))


theorem = Theorem[PermutationRound](
    id="permutation-round-cost",
    title="Cost of a round of a permutation",
    statement=(
        "For uniform permutations, a round that reveals B positions while M values are left has "
        "total correlation exactly log2(M^B / (M)_B) bits given the entries revealed before, "
        "whatever they are, (M)_B = M (M-1) .. (M-B+1)."
    ),
    kind="identity",
    source=Source("2608.25505", "cost of a round of uniform permutations", "read"),
    takes=(
        Parameter(LEFT, "M, the values left", 1, 2**52, whole=True),
        Parameter(SIZE, "B, the positions revealed", 1, 2**52, whole=True),
    ),
    expression=SIZE * sympy.log(LEFT, 2) - sympy.log(sympy.ff(LEFT, SIZE), 2),
    formula=round_cost,
    parameters=lambda case: {
        "left": case.length - len(case.known),
        "size": len(case.positions),
    },
    exact=lambda case: case.total_correlation,
    domain=lambda left, size: (
        None if np.all(size <= left) else "size <= left: a round reveals masked positions"
    ),
)
