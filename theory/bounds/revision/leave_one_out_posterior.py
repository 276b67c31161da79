"""Uniform noise: the prediction without a token's own noisy symbol, from the one with it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthetic.languages import CopyPairs, NGram
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.noise import Uniform
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

POSTERIOR = nonnegative("posterior")
SYMBOLS = nonnegative("symbols", integer=True)
ETA = nonnegative("eta")


@dataclass(frozen=True)
class NoisyPlace:
    """Noisy tokens of a language at a noise level, and one of their positions."""

    language: AutomatonLanguage
    tokens: tuple[int, ...]
    eta: float
    place: int

    @property
    def _weights(self) -> Tensor:
        tokens = torch.tensor([self.tokens], device="cpu")
        return Uniform(self.language.vocab_size).likelihood(tokens, self.eta)

    def chance(self, with_own: bool) -> float:
        """q(x_i = y_i | y) or, without the position's own noisy token, q(x_i = y_i | y_-i)."""
        weights = self._weights
        if not with_own:
            weights[:, self.place] = 1.0
        posterior = self.language.posterior_given(weights)
        return float(posterior[0, self.place, self.tokens[self.place]].exp())


def _cases() -> Iterator[tuple[str, NoisyPlace]]:
    languages = {
        "copy pairs of 3": CopyPairs(3, device="cpu"),
        "2-gram over 3": NGram.random(2, 3, 2, 1.0, 0, device="cpu"),
    }
    words = ((0, 1, 2, 0), (1, 1, 0, 2), (2, 0, 0, 0))
    for (name, language), word in itertools.product(languages.items(), words):
        for eta, place in itertools.product((0.01, 0.3, 0.9), (0, 2)):
            yield f"{name}, {word}, eta={eta}, i={place}", NoisyPlace(language, word, eta, place)


theorem = Theorem[NoisyPlace](
    id="leave-one-out-posterior",
    title="Leave-one-out prediction from the posterior",
    statement=(
        "For every language under uniform noise at level eta, 0 < eta < 1, and noisy tokens y with "
        "posterior P = q(x_i = y_i | y), the prediction without the token of position i is q(x_i = "
        "y_i | y_-i) = P / (P + (1 - P) (1 + V (1 - eta)/eta)): its logit is that of P less "
        "log(1 + V (1 - eta)/eta). The token itself has q(y_i | y_-i) = (1 - eta) q(x_i = y_i | "
        "y_-i) + eta/V."
    ),
    kind="identity",
    source=Source("2605.22765", "equation 13", "second-hand"),
    takes=(
        Parameter(POSTERIOR, "P = q(x_i = y_i | y)", 0, 1),
        Parameter(SYMBOLS, "V, the number of symbols", 1, np.inf, whole=True),
        Parameter(ETA, "eta, the noise level", 0, 1, open=True),
    ),
    expression=POSTERIOR / (POSTERIOR + (1 - POSTERIOR) * (1 + SYMBOLS * (1 - ETA) / ETA)),
    formula=lambda posterior, symbols, eta: (
        posterior / (posterior + (1 - posterior) * (1 + symbols * (1 - eta) / eta))
    ),
    parameters=lambda case: {
        "posterior": min(1.0, case.chance(True)),
        "symbols": case.language.vocab_size,
        "eta": case.eta,
    },
    exact=lambda case: case.chance(False),
    family=Family("two languages over 3 symbols, three words each, eta = 0.01, 0.3, 0.9", _cases),
    twin=lambda posterior, symbols, eta: (
        posterior / (posterior + (1 - posterior) * symbols * (1 - eta) / eta)
    ),
)
