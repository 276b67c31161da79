"""Absorbing noise: ancestral sampling along a grid is Bernoulli reveal with its differences.

The law of both is the same, so its KL is, which is what is compared here.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, NGram, RunningSum
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.noise import Absorbing, cosine_grid, linear_grid
from synthetic.sampling import Bernoulli
from theory.bounds.cases import Generated
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws import ancestral_law

DIVERGENCE = nonnegative("divergence")


@dataclass(frozen=True)
class Masked:
    """A language at a length, with the exact denoiser along a grid of absorbing noise."""

    language: AutomatonLanguage
    length: int
    grid: tuple[float, ...]

    @cached_property
    def divergence(self) -> float:
        """KL(q || p) in nats of ancestral sampling, exact."""
        noise = Absorbing(self.language.vocab_size)
        denoiser = NoisyOracle(self.language, noise)
        law = ancestral_law(denoiser, noise, self.grid, length=self.length)
        return kl_divergence(enumerated_law(self.language, self.length), law)

    @property
    def bernoulli_divergence(self) -> float:
        """KL(q || p) in nats of Bernoulli reveal, a_k what the noise falls by in step k."""
        schedule = [before - after for before, after in itertools.pairwise(self.grid)]
        return Generated(self.language, self.length, Bernoulli(schedule)).divergence


def _cases() -> Iterator[tuple[str, Masked]]:
    languages = {
        "golden mean": NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu"),
        "2-gram over 3": NGram.random(2, 3, 2, 1.0, 0, device="cpu"),
        "copy pairs of 3": CopyPairs(3, device="cpu"),
        "running sum of 2": RunningSum(2, device="cpu"),
    }
    for (name, language), steps in itertools.product(languages.items(), (1, 2, 4)):
        length = 4 if language.vocab_size == 2 else 2
        for shape, grid in (("linear", linear_grid(steps)), ("cosine", cosine_grid(steps))):
            yield (
                f"{name}, L={length}, N={steps}, {shape}",
                Masked(language, length, tuple(grid.tolist())),
            )


theorem = Theorem[Masked](
    id="absorbing-is-bernoulli",
    title="Absorbing noise is Bernoulli reveal",
    statement=(
        "For every language, length, grid 1 = eta_0 > .. > eta_N = 0 and the exact denoiser, "
        "ancestral sampling under absorbing noise has the law of Bernoulli reveal with a_k = "
        "eta_(k-1) - eta_k, hence its KL(q || p). A token that is shown stays, and what the "
        "denoiser says of a masked one does not depend on eta."
    ),
    kind="identity",
    source=Source("ours", "the posterior kernel at a mask", "ours"),
    takes=(Parameter(DIVERGENCE, "KL(q || p) of Bernoulli reveal in nats", 0, np.inf),),
    expression=DIVERGENCE,
    formula=lambda divergence: divergence,
    parameters=lambda case: {"divergence": max(0.0, case.bernoulli_divergence)},
    exact=lambda case: case.divergence,
    family=Family("four languages at L = 2 or 4; N = 1, 2, 4; linear and cosine grids", _cases),
    twin=lambda divergence: 0.9 * divergence,
)
