"""Serial depth of affine subspaces: one round for a basis, one for the rest.

On an affine subspace of F_p^n of dimension d, d of the coordinates determine the others and are
independent and uniform. Revealing them takes one round, the rest, given them, is determined and
takes another. A single round is exact iff the law is the product of its marginals: a coordinate is
constant or uniform over F_p, so with v varying coordinates iff p^d = p^v.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy
import torch

from synthetic.languages import Finite
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws import optimal_policy

DIMENSION = sympy.Symbol("dimension", integer=True, nonnegative=True)
VARYING = sympy.Symbol("varying", integer=True, nonnegative=True)


@dataclass(frozen=True)
class AffineWords:
    """The uniform law on `shift` plus the span of `directions`, modulo a prime."""

    prime: int
    shift: tuple[int, ...]
    directions: tuple[tuple[int, ...], ...]

    @cached_property
    def words(self) -> list[tuple[int, ...]]:
        """All words, each once."""
        shifted = {self.shift}
        for factors in itertools.product(range(self.prime), repeat=len(self.directions)):
            moved = np.array(self.shift)
            for factor, direction in zip(factors, self.directions, strict=True):
                moved = moved + factor * np.array(direction)
            shifted.add(tuple((moved % self.prime).tolist()))
        return sorted(shifted)

    @property
    def dimension(self) -> int:
        """d, from p^d words."""
        return round(float(np.log(len(self.words)) / np.log(self.prime)))

    @property
    def varying(self) -> int:
        """How many coordinates are not constant."""
        return sum(len(set(column)) > 1 for column in zip(*self.words, strict=True))

    @property
    def depth(self) -> float:
        """D_0 by dynamic programming over all policies."""
        language = Finite(torch.tensor(self.words, device="cpu"), vocab_size=self.prime)
        return optimal_policy(language, length=len(self.shift)).points[-1].rounds


theorem = Theorem[AffineWords](
    id="affine-depth",
    title="Serial depth of affine subspaces",
    statement=(
        "For the uniform law on an affine subspace of dimension d of the words of length n over a "
        "prime field, of which v coordinates are not constant, the least rounds at KL 0 are "
        "D_0 = 1 if v = d and D_0 = 2 otherwise, so that D_0 <= 2 always. The bound is that of "
        "the source, which of the two holds is our addition."
    ),
    kind="identity",
    source=Source("2608.25505", "affine subspaces", "read"),
    takes=(
        Parameter(DIMENSION, "d", 0, 2**52, whole=True),
        Parameter(VARYING, "v, the coordinates that are not constant", 0, 2**52, whole=True),
    ),
    expression=sympy.Piecewise((1, sympy.Eq(VARYING, DIMENSION)), (2, True)),
    formula=lambda dimension, varying: np.where(varying == dimension, 1.0, 2.0),
    parameters=lambda case: {"dimension": case.dimension, "varying": case.varying},
    exact=lambda case: case.depth,
    domain=lambda dimension, varying: (
        None
        if np.all((varying >= dimension) & ((dimension > 0) | (varying == 0)))
        else "d <= v, and v = 0 where d = 0: as many coordinates vary as there are directions"
    ),
)
