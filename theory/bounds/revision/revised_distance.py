"""Small noise brings any word nearer to any language: one step in the mean, whatever the language.

Where noise is small a noisy word y at distance d from the words of q is taken for one of the
nearest words, and each position becomes that of a nearest word with chance (1 - rho) times its
share, by itself. C positions change, mu = (1 - rho) d in the mean. If any does, some nearest word
has its new symbol there: that word is d - 1 away by it, and each of the other C - 1 changes takes
at most one step from it. So d' <= d + C - 2 where C >= 1, and P(C = 0) <= e^-mu.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

DISTANCE = nonnegative("distance", integer=True)
RATIO = nonnegative("ratio")
MEAN = (1 - RATIO) * DISTANCE


@dataclass(frozen=True)
class SmallNoise:
    """A language by its words and weights, a noisy word, and the ratio of two small levels."""

    words: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    noisy: tuple[int, ...]
    ratio: float

    @property
    def distance(self) -> int:
        """d, the least number of symbols by which the noisy word differs from a word."""
        return int(self._away(self.noisy).min())

    @property
    def mean_distance(self) -> float:
        """The mean of d after the step, by enumeration, exact."""
        nearest = self._away(self.noisy) == self.distance
        share = np.where(nearest, self.weights, 0.0)
        share /= share.sum()
        options: list[dict[int, float]] = []
        for place, token in enumerate(self.noisy):
            law = {token: self.ratio}
            for word, chance in zip(self.words, share):
                if chance:
                    law[word[place]] = law.get(word[place], 0.0) + (1 - self.ratio) * chance
            options.append(law)
        return sum(
            float(np.prod([chance for _, chance in after]))
            * float(self._away(tuple(symbol for symbol, _ in after)).min())
            for after in itertools.product(*(law.items() for law in options))
        )

    def _away(self, word: tuple[int, ...]) -> np.ndarray:
        """Distances to all words."""
        return np.asarray((np.array(self.words) != np.array(word)).sum(axis=1))


def _cases() -> Iterator[tuple[str, SmallNoise]]:
    for seed in range(12):
        generator = np.random.default_rng(seed)
        size, length = int(generator.integers(2, 4)), int(generator.integers(2, 6))
        count = int(generator.integers(1, 7))
        words = tuple(
            tuple(map(int, word)) for word in generator.integers(size, size=(count, length))
        )
        weights = tuple(generator.exponential(size=count).tolist())
        noisy = tuple(map(int, generator.integers(size, size=length)))
        for ratio in (0.0, 0.5, 0.95):
            yield f"random words {seed}, rho={ratio}", SmallNoise(words, weights, noisy, ratio)
    pairs = ((0, 0), (1, 1))
    for ratio in (0.0, 0.5, 0.95):
        yield f"copy pair, rho={ratio}", SmallNoise(pairs, (0.5, 0.5), (0, 1), ratio)
        yield f"one word, rho={ratio}", SmallNoise(((0, 0),), (1.0,), (0, 1), ratio)


theorem = Theorem[SmallNoise](
    id="revised-distance",
    title="Distance to the language under small uniform noise",
    statement=(
        "For every language, a noisy word at distance d from its words and the exact denoiser, in "
        "the limit of small noise, a step to rho times its level leaves a word whose mean distance "
        "is at most d + mu - 2 (1 - e^-mu), mu = (1 - rho) d: less than d - mu + mu^2, so that the "
        "distance falls in the mean where mu <= 1."
    ),
    kind="upper",
    source=Source("ours", "one change agrees with a nearest word", "ours"),
    takes=(
        Parameter(DISTANCE, "d, the distance of the noisy word", 0, np.inf, whole=True),
        Parameter(RATIO, "rho, the ratio of the levels", 0, 1),
    ),
    expression=DISTANCE + MEAN - 2 * (1 - sympy.exp(-MEAN)),
    formula=lambda distance, ratio: (
        distance + (1 - ratio) * distance + 2 * np.expm1(-(1 - ratio) * distance)
    ),
    parameters=lambda case: {"distance": case.distance, "ratio": case.ratio},
    exact=lambda case: case.mean_distance,
    family=Family("12 random lists of words, copy pairs, one word; rho = 0, 0.5, 0.95", _cases),
    # as if two changes in three agreed
    twin=lambda distance, ratio: (
        distance + (1 - ratio) * distance + 3 * np.expm1(-(1 - ratio) * distance)
    ),
)
