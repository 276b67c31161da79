"""KL of a generated law by its SER and its total variation: second order inside the support.

What is lost outside the support costs as much KL, and frequencies that are off by T inside it cost
2 T^2/(q_min - T). So KL is O(1/N^2) under uniform noise along the cosine grid at a fixed length,
for every language, as SER and TV^2 are; masks in random order have c/N.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sympy
import torch

from synthetic.denoisers import NoisyOracle
from synthetic.languages import NGram, RunningSum
from synthetic.metrics import (
    enumerated_law,
    kl_divergence,
    sequence_error_rate_of_law,
    total_variation,
)
from synthetic.noise import Uniform, cosine_grid, linear_grid
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws import ancestral_law

ERROR = nonnegative("error")
VARIATION = nonnegative("variation")
LEAST = sympy.Symbol("least", positive=True)


@dataclass(frozen=True)
class TwoLaws:
    """A law q of words and a generated one p, of the same words and more."""

    law: tuple[float, ...]
    generated: tuple[float, ...]

    @property
    def pair(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Both as tensors."""
        one, other = (
            torch.tensor(law, dtype=torch.float64, device="cpu")
            for law in (self.law, self.generated)
        )
        return one, other


def _parameters(case: TwoLaws) -> dict[str, float]:
    law, generated = case.pair
    return {
        "error": sequence_error_rate_of_law(generated, law),
        "variation": total_variation(law, generated),
        "least": float(law[law > 0].min()),
    }


def _cases() -> Iterator[tuple[str, TwoLaws]]:
    for spread in (0.01, 0.1, 0.3):
        yield f"two words, T={spread}", TwoLaws((0.5, 0.5), (0.5 + spread, 0.5 - spread))
    for lost in (0.01, 0.1):
        kept = (1 - lost) / 2
        yield f"two words, {lost} lost", TwoLaws((0.5, 0.5, 0.0), (kept, kept, lost))
    languages = {
        "no two ones": (NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu"), 3),
        "running sum of 2": (RunningSum(2, device="cpu"), 4),
        "full support": (NGram([0.5, 0.5], [[0.6, 0.4], [0.3, 0.7]], device="cpu"), 3),
    }
    for name, (language, length) in languages.items():
        noise = Uniform(language.vocab_size)
        law = enumerated_law(language, length)
        for shape, grid in (("linear", linear_grid(64)), ("cosine", cosine_grid(32))):
            made = ancestral_law(NoisyOracle(language, noise), noise, grid, length=length)
            laws = TwoLaws(tuple(law.tolist()), tuple(made.tolist()))
            yield f"{name}, L={length}, {shape}, N={len(grid) - 1}", laws


theorem = Theorem[TwoLaws](
    id="revised-divergence",
    title="KL under uniform noise at a fixed length",
    statement=(
        "For all laws q of words, each of probability q_min or more, and p with SER its mass where "
        "q has none and TV(q, p) <= T < q_min, KL(q || p) <= SER + 2 T^2/(q_min - T). So under "
        "uniform noise along the cosine grid, with the exact denoiser and at a fixed length, KL is "
        "O(1/N^2) for every language (revised-sequence-error, revised-total-variation), where "
        "masks in random order have KL(q || p) ~ c_L L/N unless c_L = 0 (one-constant)."
    ),
    kind="upper",
    source=Source("ours", "docs/revisable_tokens.md, section 7", "ours"),
    takes=(
        Parameter(ERROR, "SER", 0, 1),
        Parameter(VARIATION, "T, at least TV(q, p)", 0, 1),
        Parameter(LEAST, "q_min, the least probability of a word", 0, 1),
    ),
    expression=ERROR + 2 * VARIATION**2 / (LEAST - VARIATION),
    formula=lambda error, variation, least: error + 2 * variation**2 / (least - variation),
    parameters=_parameters,
    exact=lambda case: kl_divergence(*case.pair),
    domain=lambda error, variation, least: (
        None if bool((np.asarray(variation) < least).all()) else "TV below q_min"
    ),
    family=Family("two words; exact laws of three languages, linear N = 64, cosine N = 32", _cases),
    twin=lambda error, variation, least: error + variation**2 + 0 * least,  # q_min of one word
)
