"""One-hot blocks under uniform noise in the limit of fast grids: every step mends with chance 1/e.

Where noise falls fast a step draws from the posterior of tiny noise: the words at the least
distance from the present one, equally likely. From a block with j >= 2 ones these keep one of them,
with no one they place one anywhere: each of k places is drawn with chance 1/k, k = j or n, and one
alone is drawn with chance (1 - 1/k)^(k-1) >= 1/e. A block with exactly one one stays.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

BLOCKS = nonnegative("blocks", integer=True)
STEPS = nonnegative("steps", integer=True)


@dataclass(frozen=True)
class RevisedBlocks:
    """Blocks of `size` symbols with exactly one one each, in a number of steps of a fast grid."""

    blocks: int
    size: int
    steps: int

    @property
    def wrong(self) -> float:
        """The chance that one block is wrong, by the law of its number of ones after each step."""
        law = np.zeros(self.size + 1)
        law[0] = 1.0  # what a step does from no one it does from full noise: the prior marginals
        for _ in range(self.steps):
            after = np.zeros_like(law)
            for ones, chance in enumerate(law):
                if ones == 1:
                    after[1] += chance
                    continue
                places = ones or self.size
                for drawn in range(places + 1):
                    share = math.comb(places, drawn) * (places - 1) ** (places - drawn)
                    after[drawn] += chance * share / places**places
            law = after
        return float(np.delete(law, 1).sum())

    @property
    def sequence_error_rate(self) -> float:
        """SER of independent blocks, exact."""
        return -math.expm1(self.blocks * math.log1p(-self.wrong)) if self.wrong < 1 else 1.0


def _cases() -> Iterator[tuple[str, RevisedBlocks]]:
    for blocks, size in ((1, 2), (1, 5), (1, 30), (4, 8), (32, 32)):
        for steps in (1, 2, 4, 8, 16, 32):
            yield f"m={blocks}, n={size}, N={steps}", RevisedBlocks(blocks, size, steps)


theorem = Theorem[RevisedBlocks](
    id="one-hot-revised",
    title="One-hot blocks under uniform noise",
    statement=(
        "For m independent blocks of n symbols with exactly one one each, at a uniform place, "
        "under uniform noise with the exact denoiser, in the limit of grids of N steps whose noise "
        "levels fall fast (every eta_(k+1)/eta_k and eta_1 tend to 0), SER <= m (1 - 1/e)^N, "
        "whatever n."
    ),
    kind="upper",
    source=Source("ours", "a step as a draw from the nearest words", "ours"),
    takes=(
        Parameter(BLOCKS, "m, the number of blocks", 1, np.inf, whole=True),
        Parameter(STEPS, "N, the steps of the grid", 1, np.inf, whole=True),
    ),
    expression=BLOCKS * (1 - sympy.exp(-1)) ** STEPS,
    formula=lambda blocks, steps: blocks * (1 - math.exp(-1)) ** steps,
    parameters=lambda case: {"blocks": case.blocks, "steps": case.steps},
    exact=lambda case: case.sequence_error_rate,
    family=Family("five shapes of up to 32 blocks of 32; N = 1, 2, 4, .., 32", _cases),
    twin=lambda blocks, steps: blocks * 0.6**steps,
)
