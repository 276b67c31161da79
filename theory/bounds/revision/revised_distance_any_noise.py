"""Distance to the language after one step of uniform noise, at every level up to 1/2.

`revised-distance` is the limit of small noise; this has what a level adds to it, and constants. A
token becomes z, other than y, with chance u m(z | y), as in that limit, or because noise redraws
it, with chance n. Where y is a word, a right change takes it to a word at distance one, and what
does not is of second order: words at distance two weigh eta^2, noise h eta, two changes h^2. Where
it is not, changes by farther words and by noise are h in the mean, and the distance is one at
least.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy
import torch
from torch import Tensor

from synthetic.denoisers import NoisyOracle
from synthetic.languages import Finite, enumerate_sequences
from synthetic.noise import Uniform
from synthetic.sampling.ancestral import AncestralSampler
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

DISTANCE = nonnegative("distance", integer=True)
SHARE = nonnegative("share")
NOISE = nonnegative("noise")
LENGTH = sympy.Symbol("length", integer=True, positive=True)
LEAST = sympy.Symbol("least", positive=True)
FALL = SHARE * NOISE
SCALE = LENGTH * FALL / LEAST


@dataclass(frozen=True)
class NoisyWord:
    """A language by its words and weights, a noisy word at a level, and the share by which the
    level falls."""

    words: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    noisy: tuple[int, ...]
    noise: float
    share: float

    @property
    def distance(self) -> int:
        """d, the least number of symbols by which the noisy word differs from a word."""
        return int(self._away(torch.tensor([self.noisy], device="cpu"))[0])

    @property
    def mean_distance(self) -> float:
        """The mean of d after the step, over all words, exact."""
        symbols = max(2, 1 + max(max(word) for word in (*self.words, self.noisy)))
        law = torch.tensor(self.weights, dtype=torch.float64, device="cpu")
        language = Finite(torch.tensor(self.words, device="cpu"), law, vocab_size=symbols)
        noise = Uniform(symbols)
        sampler = AncestralSampler(NoisyOracle(language, noise), noise)
        noisy = torch.tensor([self.noisy], device="cpu")
        kernel = sampler.kernel(noisy, self.noise, (1 - self.share) * self.noise).exp()[0]
        after = enumerate_sequences(symbols, len(self.noisy), "cpu")
        chances = kernel[torch.arange(len(self.noisy), device="cpu"), after].prod(dim=1)
        return float(chances @ self._away(after).double())

    def _away(self, noisy: Tensor) -> Tensor:
        """Distances (B,) to the nearest word."""
        words = torch.tensor(self.words, device="cpu")
        return (noisy.unsqueeze(1) != words).sum(dim=2).amin(dim=1)


def _cases() -> Iterator[tuple[str, NoisyWord]]:
    generator = np.random.default_rng(0)
    for place in range(24):
        size, length = int(generator.integers(2, 4)), int(generator.integers(2, 5))
        count = int(generator.integers(1, 6))
        drawn = generator.integers(size, size=(count, length))
        words = tuple(sorted({tuple(map(int, word)) for word in drawn}))
        law = generator.exponential(size=len(words))
        noisy = tuple(map(int, generator.integers(size, size=length)))
        noise, share = float(generator.choice([0.5, 0.1, 1e-3])), (0.1, 0.6, 1.0)[place % 3]
        weights = tuple((law / law.sum()).tolist())
        yield f"random words {place}", NoisyWord(words, weights, noisy, noise, share)
    for noise in (0.5, 1e-3):
        pair = NoisyWord(((0, 0), (1, 1)), (0.5, 0.5), (0, 1), noise, 0.5)
        yield f"copy pair at {noise:g}", pair


theorem = Theorem[NoisyWord](
    id="revised-distance-any-noise",
    title="Distance to the language under uniform noise",
    statement=(
        "For every language of words of L tokens over V >= 2 symbols, each of probability q_min or "
        "more, a noisy word at distance d from them, uniform noise that falls from eta <= 1/2 by "
        "h = u eta and the exact denoiser, a step leaves a word whose mean distance is at most d "
        "(1 - u + L u^2 + (9/2) L h/q_min) + 4 L h eta/q_min + (25/4) (L h/q_min)^2."
    ),
    kind="upper",
    source=Source("ours", "docs/revisable_tokens.md, section 7", "ours"),
    takes=(
        Parameter(DISTANCE, "d, the distance of the noisy word", 0, np.inf, whole=True),
        Parameter(SHARE, "u, the share by which noise falls", 0, 1),
        Parameter(NOISE, "eta, the level before the step", 0, 0.5),
        Parameter(LENGTH, "L, the length", 1, np.inf, whole=True),
        Parameter(LEAST, "q_min, the least probability of a word", 0, 1),
    ),
    expression=DISTANCE * (1 - SHARE + LENGTH * SHARE**2 + sympy.Rational(9, 2) * SCALE)
    + 4 * SCALE * NOISE
    + sympy.Rational(25, 4) * SCALE**2,
    formula=lambda distance, share, noise, length, least: (
        distance * (1 - share + length * share**2 + 4.5 * length * share * noise / least)
        + 4 * length * share * noise**2 / least
        + 6.25 * (length * share * noise / least) ** 2
    ),
    parameters=lambda case: {
        "distance": case.distance,
        "share": case.share,
        "noise": case.noise,
        "length": len(case.noisy),
        "least": min(case.weights),
    },
    exact=lambda case: case.mean_distance,
    family=Family(
        "24 random lists of words, copy pairs; levels 1/2 to 0.001, u = 0.1 to 1", _cases
    ),
    # as if every position that differs were repaired with chance u, and nothing broke
    twin=lambda distance, share, noise, length, least: distance * (1 - share) + 0 * noise,
)
