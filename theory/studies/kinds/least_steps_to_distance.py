"""The least steps to a distance of the generated law from the language, all sequences listed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.ancestral_error import sampler_name
from synthetic.experiments.kinds.measurement import exact
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from theory.studies.kinds.law import oracle
from theory.studies.small_languages import entry_at

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.languages import Language

MASKS = ("bernoulli", "fixed count")
PER_TOKEN = 64  # steps a token looked at before a target counts as out of reach
ROUNDING = 1e-8  # far more than float64 moves any of the distances


def distance_metric(distance: str) -> str:
    """The name in rows of the least steps to a distance."""
    return f"least_steps_{distance}"


@dataclass(frozen=True, kw_only=True)
class LeastStepsToDistance(Unit):
    """The least N at which each of three distances of the exact denoiser's law p from the language
    q is at most `target`: total variation, SER, and KL(q || p) in bits a word.

    `sampler` is `bernoulli` (uniform schedule) or `fixed count` (equal sizes) of masks, or a noise
    of `synthetic.noise.named` along `grid`. The distances are not known to fall with N, so every
    N from 1 on is looked at: N is the first that reaches the target, whatever later ones do. Where
    a distance is so near to it that rounding could decide, the interval begins at that N and the
    value is the first N that is surely below. Infinite where L steps of fixed count or 64 L of
    others do not reach it.
    """

    kind = "least steps to distance"
    version = 1

    language: str
    language_hash: str
    length: int
    vocab_size: int
    sampler: str
    target: float
    grid: str = "none"

    @property
    def expected_seconds(self) -> float:
        """One pass over all partial words, or the laws of 1, 2, .. steps on all noisy words."""
        if self.sampler in MASKS:
            return 0.1 + 1e-6 * (2 * self.vocab_size + 1) ** self.length
        words = (self.vocab_size + (self.sampler == "hybrid")) ** self.length
        per_token = {"linear": 6, "cosine": 2}.get(self.grid)
        steps = 12 if per_token is None else per_token * self.length
        return 0.1 + steps**2 / 2 * (0.002 + 7e-6 * words + 6e-10 * words**2)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a distance."""
        from functools import cache, partial

        from synthetic.metrics import enumerated_law
        from theory.laws.least_steps import scanned_least_steps

        entry = entry_at(self.language, self.length)
        if entry.digest() != self.language_hash:
            raise ValueError(
                f"language_hash is that of {self.language}, {entry.digest()}, got "
                f"{self.language_hash!r}: use **named_at(name, length)"
            )
        language = entry.built("cpu")
        truth = enumerated_law(language, self.length)
        laws = self._laws(language)
        distances = cache(lambda steps: _distances(truth, laws(steps)))
        most = self.length if self.sampler == "fixed count" else PER_TOKEN * self.length
        masked = self.sampler in MASKS
        setting = oracle(self.language, self.language_hash, self.length, 0, self._reveal)
        setting = setting if masked else replace(setting, denoiser="noisy oracle")
        rows: list[Row] = []
        for name in distances(1):
            one = partial(lambda name, steps: exact(distances(steps)[name], ROUNDING), name)
            least = scanned_least_steps(one, self.target, most=most, samples=1)
            row = dict(setting.row(distance_metric(name), replace(least, value=least.high)))
            rows.append(row | {"estimator": "exact law", "target": self.target})
        return Result(rows)

    @property
    def _reveal(self) -> str:
        if self.sampler in MASKS:
            return self.sampler
        return sampler_name(self.sampler, self.grid.partition(":")[0])

    def _laws(self, language: "Language") -> "Callable[[int], Tensor]":
        """The law (V^L,) at a number of steps."""
        from synthetic.denoisers import NoisyOracle, Oracle
        from synthetic.noise.named import build_grid, build_noise
        from theory.laws.enumeration.ancestral_law import ancestral_law
        from theory.laws.enumeration.random_order_laws import bernoulli_laws, fixed_count_laws

        if self.sampler in MASKS:
            masked = {"bernoulli": bernoulli_laws, "fixed count": fixed_count_laws}
            return masked[self.sampler](Oracle(language), length=self.length)
        noise = build_noise(self.sampler, language.vocab_size)
        denoiser = NoisyOracle(language, noise)

        def law(steps: int) -> "Tensor":
            return ancestral_law(denoiser, noise, build_grid(self.grid, steps), length=self.length)

        return law


def _distances(truth: "Tensor", law: "Tensor") -> dict[str, float]:
    from synthetic.metrics import kl_divergence, sequence_error_rate_of_law, total_variation

    return {
        "total_variation": total_variation(truth, law),
        "sequence_error_rate": sequence_error_rate_of_law(law, truth),
        "divergence": kl_divergence(truth, law) / math.log(2),
    }
