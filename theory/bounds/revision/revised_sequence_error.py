"""SER under uniform noise is of the order of the last level, on grids that fall evenly in its root.

The mean distance to the language, divided by the level, grows by a factor a step whose excess sums
to a constant (`revised-distance-any-noise`): L u^2 where the level falls by the share u, and what a
level adds, which sums to the level that one starts from. So SER is a constant times the last level
above 0, about N^-2 on the cosine grid, whatever the language; the constant is far from sharp.
"""

import itertools
import math
from collections.abc import Iterator, Mapping

import numpy as np
import sympy

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, NGram, RunningSum
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.noise import Uniform, cosine_grid, geometric_grid, linear_grid
from theory.bounds.revision.revised_distance_any_noise import LEAST, LENGTH
from theory.bounds.revision.revised_total_variation import Revised
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws import ancestral_law

START = sympy.Symbol("start", positive=True)
SPREAD = nonnegative("spread")
COARSEST = sympy.Symbol("coarsest", positive=True)
LAST = sympy.Symbol("last", positive=True)
SCALE = LENGTH * COARSEST * START / LEAST
ADDED = sympy.Rational(41, 4) * (LENGTH / LEAST) ** 2


def _formula(
    length: float, least: float, start: float, spread: float, coarsest: float, last: float
) -> float:
    added = 10.25 * (length / least) ** 2
    with np.errstate(over="ignore"):  # beyond floats it is as infinite a bound
        grown = np.exp(length * spread + 4.5 * length * coarsest * start / least)
    return last * grown * (length / start + added * coarsest * start) + added * last**2


def _parameters(case: Revised) -> Mapping[str, float]:
    """From the level up to 1/2 at which the bound is least."""
    law = enumerated_law(case.language, case.length)
    common = {"length": float(case.length), "least": float(law[law > 0].min())}
    levels = [level for level in case.grid if 0 < level <= 0.5]
    falls = [1 - lower / eta for eta, lower in itertools.pairwise(levels)]
    choices = []
    for place, start in enumerate(levels):
        left = falls[place:]
        spread = sum(share**2 / (1 - share) for share in left)
        coarsest = max((1 / (1 - share) for share in left), default=1.0)
        parameters = {"start": start, "spread": spread, "coarsest": coarsest, "last": levels[-1]}
        exponent = case.length * (spread + 4.5 * coarsest * start / common["least"])
        choices.append((exponent - math.log(start), parameters))
    return common | min(choices, key=lambda choice: choice[0])[1]


def _error(case: Revised) -> float:
    noise = Uniform(case.language.vocab_size)
    law = ancestral_law(NoisyOracle(case.language, noise), noise, case.grid, length=case.length)
    return sequence_error_rate_of_law(law, enumerated_law(case.language, case.length))


def _cases() -> Iterator[tuple[str, Revised]]:
    languages = {
        "no two ones": (NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu"), 3),
        "copy pair of 4": (CopyPairs(4, device="cpu"), 2),
        "running sum of 2": (RunningSum(2, device="cpu"), 4),
    }
    grids = {"linear": linear_grid, "cosine": cosine_grid, "geometric": geometric_grid}
    for (name, (language, length)), steps in itertools.product(languages.items(), (4, 32)):
        for shape, grid in grids.items():
            levels = tuple(grid(steps).tolist())
            yield f"{name}, L={length}, N={steps}, {shape}", Revised(language, length, levels)


theorem = Theorem[Revised](
    id="revised-sequence-error",
    title="SER under uniform noise at a fixed length",
    statement=(
        "For every language of words of L tokens over V >= 2 symbols, each of probability q_min or "
        "more, a grid of uniform noise with last level eta above 0 and the exact denoiser, SER <= "
        "eta exp(L S + (9/2) L c s/q_min) (L/s + (41/4) (L/q_min)^2 c s) + (41/4) (L eta/q_min)^2, "
        "s <= 1/2 any level of the grid, S the sum of u^2/(1 - u) over the steps from s to eta, "
        "each to 1 - u of its level, and c the largest 1/(1 - u) of these. On the cosine grid SER "
        "<= 256 L^2 exp((pi^2/3 + 1) L)/(q_min N^2): O(1/N^2) at a fixed length."
    ),
    kind="upper",
    source=Source("ours", "docs/revisable_tokens.md, section 7", "ours"),
    takes=(
        Parameter(LENGTH, "L, the length", 1, np.inf, whole=True),
        Parameter(LEAST, "q_min, the least probability of a word", 0, 1),
        Parameter(START, "s, a level of the grid", 0, 0.5),
        Parameter(SPREAD, "S, what the steps from there sum to", 0, np.inf),
        Parameter(COARSEST, "c, of the coarsest of these steps", 1, np.inf),
        Parameter(LAST, "eta, the last level above 0", 0, 0.5),
    ),
    expression=LAST
    * sympy.exp(LENGTH * SPREAD + sympy.Rational(9, 2) * SCALE)
    * (LENGTH / START + ADDED * COARSEST * START)
    + ADDED * LAST**2,
    formula=_formula,
    parameters=_parameters,
    exact=_error,
    family=Family("three languages at L = 2 to 4; N = 4, 32; three grids", _cases),
    # as if a wrong symbol of the last level were all that is left: pairs keep more
    twin=lambda length, last, **others: length * last + 0 * others["spread"],
)
