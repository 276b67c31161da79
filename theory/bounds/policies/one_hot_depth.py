"""Serial depth of one-hot blocks, in closed form.

Two masked symbols of a block are dependent until the one is found or a single place is left, so a
block takes min(J + 1, m) rounds, J uniform on 1..m the number of the reveal that shows the one: J
rounds to find it and one for the zeros that remain, whichever symbols are revealed and whatever
happens in other blocks. All blocks at once take the largest: D_0 = sum_(t >= 0) P(max > t), where
P(max <= t) = ((t - 1) / m)^b for 1 <= t < m and 1 at t = m.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import sympy
import torch
from numpy.typing import NDArray

from synthetic.languages import Finite
from theory.bounds.theorem import Parameter, Source, Theorem
from theory.laws import optimal_policy

BLOCKS = sympy.Symbol("blocks", integer=True, positive=True)
SIZE = sympy.Symbol("size", integer=True, positive=True)
MISSED = sympy.Symbol("s", integer=True)
MOST = 2**20


@dataclass(frozen=True)
class OneHotBlocks:
    """Independent blocks of `size` symbols, in each exactly one one, at a uniform place."""

    blocks: int
    size: int

    @property
    def depth(self) -> float:
        """D_0 by dynamic programming over all policies."""
        units = np.eye(self.size, dtype=np.int64).tolist()
        words = list(itertools.product(units, repeat=self.blocks))
        language = Finite(torch.tensor(words, device="cpu").flatten(1), vocab_size=2)
        return optimal_policy(language, length=self.blocks * self.size).points[-1].rounds


def one_hot_depth(blocks: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """m - sum_(s = 1..m-2) (s / m)^b; memory is that of the largest m for each entry."""
    missed = np.arange(1, np.max(size, initial=2))
    blocks, size = np.asarray(blocks)[..., np.newaxis], np.asarray(size)[..., np.newaxis]
    terms = np.where(missed <= size - 2, missed / size, 0.0) ** blocks
    return np.asarray(size[..., 0] - terms.sum(-1))


theorem = Theorem[OneHotBlocks](
    id="one-hot-depth",
    title="Serial depth of one-hot blocks",
    statement=(
        "For b independent blocks of m symbols, each with exactly one one at a uniform place, the "
        "least expected rounds of a deterministic policy at KL 0 are D_0 = m - "
        "sum_(s=1)^(m-2) (s / m)^b, under q. With b = m blocks it is Theta(m), as 2608.25505 says: "
        "between m - 1 / (e (e - 1)) and m, since (1 - k / m)^m <= exp(-k)."
    ),
    kind="identity",
    source=Source("ours", "the slowest of b blocks", "ours"),
    takes=(
        Parameter(BLOCKS, "b", 1, 2**52, whole=True),
        Parameter(SIZE, "m", 1, MOST, whole=True),
    ),
    expression=SIZE - sympy.Sum((MISSED / SIZE) ** BLOCKS, (MISSED, 1, SIZE - 2)),
    formula=one_hot_depth,
    parameters=lambda case: {"blocks": case.blocks, "size": case.size},
    exact=lambda case: case.depth,
)
