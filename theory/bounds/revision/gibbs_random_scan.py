"""Gibbs corrector with one position chosen at random: the law of noisy words stays as it is."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, Finite, NGram, enumerate_sequences
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.metrics import enumerated_law
from synthetic.noise import Uniform
from synthetic.sampling.ancestral import AncestralSampler
from synthetic.sampling.chance import Chance, outcomes
from synthetic.sampling.corrector import GibbsCorrector
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative
from theory.laws.enumeration.ancestral_law import noisy_law

CHANCE = nonnegative("chance")


@dataclass(frozen=True)
class Swept:
    """Noisy words of a language at a level, and a sweep of a corrector with the exact denoiser."""

    language: AutomatonLanguage | Finite
    length: int
    eta: float
    corrector: GibbsCorrector
    word: int = 0  # the one that is looked at, in row-major order

    @cached_property
    def before(self) -> Tensor:
        """The law (V^L,) of noisy words."""
        clean = enumerated_law(self.language, self.length)
        return noisy_law(clean, Uniform(self.language.vocab_size), self.eta, self.length)

    @cached_property
    def after(self) -> Tensor:
        """Their law (V^L,) after the sweep, by enumerated chance."""
        size, length = self.language.vocab_size, self.length
        noise = Uniform(size)
        oracle = NoisyOracle(self.language, noise)
        sampler = AncestralSampler(oracle, noise, corrector=self.corrector)
        words = enumerate_sequences(size, length, torch.device("cpu"))
        places = size ** torch.arange(length - 1, -1, -1, device="cpu")
        free = torch.ones((1, length), dtype=torch.bool, device="cpu")
        after = torch.zeros_like(self.before)
        for row, chance in enumerate(self.before):

            def rule(lots: Chance, row: int = row) -> int:
                tokens, _ = sampler.sweep(words[row : row + 1], free, self.eta, lots)
                return int((tokens * places).sum())

            for probability, word in outcomes(rule):
                after[word] += chance * probability
        return after


def _cases() -> Iterator[tuple[str, Swept]]:
    languages = {
        "copy pairs of 2": CopyPairs(2, device="cpu"),
        "2-gram over 3": NGram.random(2, 3, 2, 1.0, 0, device="cpu"),
    }
    for (name, language), (eta, word) in itertools.product(
        languages.items(), ((0.05, 0), (0.05, 1), (0.5, 2))
    ):
        yield (
            f"{name}, L=2, eta={eta}, word {word}",
            Swept(language, 2, eta, GibbsCorrector(), word),
        )


theorem = Theorem[Swept](
    id="gibbs-random-scan",
    title="Gibbs corrector at random positions",
    statement=(
        "For every language under uniform noise at any level, a sweep that chooses one position "
        "uniformly and redraws its token from the exact q(y_i | y_-i) leaves the law of noisy "
        "words unchanged: every word keeps its probability. It does not where the position is "
        "chosen by what is to be redrawn (gibbs-margin-moves)."
    ),
    kind="identity",
    source=Source("ours", "one position at a time, then the mean over positions", "ours"),
    takes=(Parameter(CHANCE, "the probability of a noisy word before the sweep", 0, 1),),
    expression=CHANCE,
    formula=lambda chance: chance,
    parameters=lambda case: {"chance": float(case.before[case.word])},
    exact=lambda case: float(case.after[case.word]),
    family=Family("copy pairs and a 2-gram, two tokens, eta = 0.05, 0.5", _cases),
    twin=lambda chance: np.sqrt(chance),
)
