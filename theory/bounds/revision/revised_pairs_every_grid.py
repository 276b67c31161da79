"""Copy pairs under uniform noise on any grid: an unequal pair is mended with chance 1/2 at most.

From two symbols u, v that differ, the first position becomes u with chance s, v with chance t and
any other symbol with chance w <= s, t, and the second one likewise with u and v exchanged. They
agree with chance 2 s t + (V - 2) w^2 <= (s + t + (V - 2) w)^2 / 2 = 1/2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synthetic.noise import cosine_grid, geometric_grid, linear_grid
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws.chains.copy_pairs_noise import copy_pairs_unequal

SYMBOLS = nonnegative("symbols", integer=True)
STEPS = nonnegative("steps", integer=True)


@dataclass(frozen=True)
class RevisedPairs:
    """Copy pairs over some symbols, sampled along a grid of noise levels 1 = eta_0 > .. > 0."""

    symbols: int
    grid: tuple[float, ...]

    @property
    def steps(self) -> int:
        """N, the steps of the grid."""
        return len(self.grid) - 1

    @property
    def unequal(self) -> float:
        """e_N, the chance that a pair ends unequal, exact."""
        return copy_pairs_unequal(self.symbols, self.grid)


def _cases() -> Iterator[tuple[str, RevisedPairs]]:
    for symbols in (2, 3, 16, 1000):
        for steps in (1, 2, 3, 5, 8, 12):
            grids = {"linear": linear_grid(steps), "cosine": cosine_grid(steps)}
            if steps > 1:
                grids["geometric to 1e-3"] = geometric_grid(steps, 1e-3)
                grids["geometric to 1e-40"] = geometric_grid(steps, 1e-40)
            for name, grid in grids.items():
                case = RevisedPairs(symbols, tuple(grid.tolist()))
                yield f"V={symbols}, N={steps}, {name}", case


theorem = Theorem[RevisedPairs](
    id="revised-pairs-every-grid",
    title="Copy pairs under uniform noise, every grid",
    statement=(
        "For copy pairs over V >= 2 symbols under uniform noise, the exact denoiser and ancestral "
        "sampling along any grid of N steps, a pair ends unequal with probability e_N >= (1 - 1/V) "
        "2^-(N-1). So SER = 1 - (1 - e_N)^floor(L/2) needs at least about log2 L steps. It is "
        "approached by grids whose noise levels fall fast: eta_1 and all eta_(k+1)/eta_k -> 0."
    ),
    kind="lower",
    source=Source("ours", "two states of a pair", "ours"),
    takes=(
        Parameter(SYMBOLS, "V, the number of symbols", 2, np.inf, whole=True),
        Parameter(STEPS, "N, the steps of the grid", 1, np.inf, whole=True),
    ),
    expression=(1 - 1 / SYMBOLS) * 2 ** (1 - STEPS),
    formula=lambda symbols, steps: (1 - 1 / symbols) * 2.0 ** (1 - steps),
    parameters=lambda case: {"symbols": case.symbols, "steps": case.steps},
    exact=lambda case: case.unequal,
    family=Family("V = 2, 3, 16, 1000; N = 1..12; linear, cosine and two geometric grids", _cases),
    twin=lambda symbols, steps: (1 - 1 / symbols) * 0.6 ** (steps - 1),
)
