"""Permutations under uniform noise in the limit of fast grids: missing values halve, and more.

The nearest permutations of a word keep one position of each value that is shown m times and give
the m - 1 others missing values. A position in such a group keeps its value with chance 1/m, else it
takes each of the K missing values with chance (1 - 1/m)/K. So a missing value stays missing with
chance at most exp(-sum (m - 1)/K) = 1/e, and a group loses its value with chance (1 - 1/m)^m <=
(m - 1)/4: in the mean at most (1/e + 1/4) K values are missing after the step.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

LENGTH = sympy.Symbol("length", integer=True, positive=True)
STEPS = nonnegative("steps", integer=True)
RATE = sympy.exp(-1) + sympy.Rational(1, 4)


@dataclass(frozen=True)
class RevisedPermutations:
    """Permutations of `length`, in a number of steps of a fast grid; all n^n words are listed."""

    length: int
    steps: int

    @property
    def sequence_error_rate(self) -> float:
        """SER, exact."""
        size = self.length
        words = list(itertools.product(range(size), repeat=size))
        law = np.full(len(words), 1 / len(words))  # after the first step, from full noise
        kernel = np.stack([_step(word) for word in words])
        for _ in range(self.steps - 1):
            law = law @ kernel
        right = [len(set(word)) == size for word in words]
        return float(law[np.logical_not(right)].sum())


def _step(word: tuple[int, ...]) -> np.ndarray:
    """The law of the next word, in row-major order."""
    counts = Counter(word)
    missing = [value for value in range(len(word)) if value not in counts]
    law = np.ones(1)
    for value in word:
        marginal = np.zeros(len(word))
        marginal[value] = 1 / counts[value]
        if missing:
            marginal[missing] = (1 - 1 / counts[value]) / len(missing)
        law = np.multiply.outer(law, marginal).ravel()
    return law


def _cases() -> Iterator[tuple[str, RevisedPermutations]]:
    for length, steps in itertools.product((2, 3, 4), (1, 2, 3, 5, 8, 16)):
        yield f"n={length}, N={steps}", RevisedPermutations(length, steps)


theorem = Theorem[RevisedPermutations](
    id="permutations-revised",
    title="Permutations under uniform noise",
    statement=(
        "For uniform permutations of n >= 2 under uniform noise with the exact denoiser, in the "
        "limit of grids of N steps whose noise levels fall fast (every eta_(k+1)/eta_k and eta_1 "
        "tend to 0), SER <= (n/e) (1/e + 1/4)^(N-1), 1/e + 1/4 < 0.618. So O(log(n/delta)) steps "
        "suffice, where choose-then-sample policies need a number of rounds that is linear in n."
    ),
    kind="upper",
    source=Source("ours", "missing values in the mean", "ours"),
    takes=(
        Parameter(LENGTH, "n, the length", 2, np.inf, whole=True),
        Parameter(STEPS, "N, the steps of the grid", 1, np.inf, whole=True),
    ),
    expression=LENGTH * sympy.exp(-1) * RATE ** (STEPS - 1),
    formula=lambda length, steps: length / math.e * (math.exp(-1) + 0.25) ** (steps - 1),
    parameters=lambda case: {"length": case.length, "steps": case.steps},
    exact=lambda case: case.sequence_error_rate,
    family=Family("n = 2, 3, 4; N = 1, 2, 3, 5, 8, 16", _cases),
    twin=lambda length, steps: length / math.e * 0.2 ** (steps - 1),
)
