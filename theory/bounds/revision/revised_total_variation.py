"""Total variation under uniform noise: every pair of positions, every step, in second order.

A step draws positions independently that are not. Two ways to say how little that matters, with a
the fall of the noise, from eta to eta' = eta - a, and 1 - r = a / (1 - eta'):

- a token at the next level depends on its clean one x with chance delta alone: the least over x of
  its chances sum to 1 - delta. Two positions that both depend are needed for an error: delta^2 a
  pair. That is small while noise is high.
- two tokens have to change. They do so under the truth with chance (1 - r)^2 at most; and given the
  noisy word one changes with chance c <= (1 - r)/eta, whose mean is at most 1 - r, so that E c^2 <=
  (1 - r)^2 / eta. That is small while noise is low and falls in proportion to its root.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, NGram, RunningSum
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.metrics import enumerated_law, total_variation
from synthetic.noise import Uniform, cosine_grid, geometric_grid, linear_grid
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws import ancestral_law

LENGTH = nonnegative("length", integer=True)
SPREAD = nonnegative("spread")


@dataclass(frozen=True)
class Revised:
    """A language at a length, with the exact denoiser along a grid of uniform noise."""

    language: AutomatonLanguage
    length: int
    grid: tuple[float, ...]

    @property
    def total_variation(self) -> float:
        """TV of the generated law from the language's, exact."""
        noise = Uniform(self.language.vocab_size)
        law = ancestral_law(NoisyOracle(self.language, noise), noise, self.grid, length=self.length)
        return total_variation(enumerated_law(self.language, self.length), law)


def spread(symbols: int, grid: Sequence[float]) -> float:
    """W, the sum over the steps of min(delta^2, 4 (1 - r)^2 / eta)."""
    return sum(_step(symbols, eta, lower) for eta, lower in itertools.pairwise(grid))


def _step(symbols: int, eta: float, lower: float) -> float:
    fall, signal = eta - lower, (symbols - 1) * (1 - eta)
    redrawn = fall / (1 - lower)
    depends = fall / eta + redrawn * lower / eta * signal / (1 + signal)
    return min(depends**2, 4 * redrawn**2 / eta)


def _cases() -> Iterator[tuple[str, Revised]]:
    languages = {
        "2-gram over 3": (NGram.random(2, 3, 2, 1.0, 0, device="cpu"), 4),
        "copy pair of 4": (CopyPairs(4, device="cpu"), 2),
        "running sum of 2": (RunningSum(2, device="cpu"), 6),
    }
    grids = {"linear": linear_grid, "cosine": cosine_grid, "geometric": geometric_grid}
    for (name, (language, length)), steps in itertools.product(languages.items(), (1, 4, 16)):
        for shape, grid in grids.items():
            levels = tuple(grid(steps).tolist())
            yield f"{name}, L={length}, N={steps}, {shape}", Revised(language, length, levels)


theorem = Theorem[Revised](
    id="revised-total-variation",
    title="Total variation under uniform noise",
    statement=(
        "For every language over V symbols, length L, grid 1 = eta_0 > .. > eta_N = 0 of uniform "
        "noise and the exact denoiser, TV(q, p) <= (L(L-1)/2) W, W the sum over the steps from eta "
        "to eta' of min(delta^2, 4 (1 - r)^2/eta), with 1 - r = (eta - eta')/(1 - eta'), delta = "
        "(eta - eta')/eta + (1 - r) (eta'/eta) s/(1 + s) and s = (V - 1)(1 - eta). On the cosine "
        "grid W <= pi^2 max(8, (V + 1)^2/4)/N: TV is O(1/N) at a fixed length."
    ),
    kind="upper",
    source=Source("ours", "pairs of positions that depend or change in one step", "ours"),
    takes=(
        Parameter(LENGTH, "L, the length", 0, np.inf, whole=True),
        Parameter(SPREAD, "W, what the steps sum to", 0, np.inf),
    ),
    expression=LENGTH * (LENGTH - 1) / 2 * SPREAD,
    formula=lambda length, spread: length * (length - 1) / 2 * spread,
    parameters=lambda case: {
        "length": case.length,
        "spread": spread(case.language.vocab_size, case.grid),
    },
    exact=lambda case: case.total_variation,
    family=Family("three languages at L = 2, 4, 6; N = 1, 4, 16; three grids", _cases),
    twin=lambda length, spread: length / 4 * spread,
)
