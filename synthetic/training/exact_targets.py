"""Learning from the conditionals of the language, in place of tokens that are drawn from them.

What a denoiser is asked for has a law given what it sees, and a language that is known gives it. A
drawn token stands for that law: its loss has the same gradient in expectation, with more variance.
What is learned in the end is the same. How much data it takes is not: the targets tell what no
data does.
"""

from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.languages.language import Language
from synthetic.noise import Noise
from synthetic.training.curriculum import FewMasksFirst, LittleNoiseFirst
from synthetic.training.noisy_objective import DenoisingCrossEntropy, NoisyPredictor
from synthetic.training.objective import (
    AnyOrder,
    InverseTime,
    Predictor,
    Unweighted,
    masked_divergence,
)

DrawnTokens = AnyOrder | InverseTime | Unweighted | DenoisingCrossEntropy


@checked
@dataclass(frozen=True)
class ExactTargets:
    """A loss of drawn tokens, or a curriculum of such losses, with the conditionals of `language`
    as targets: of the language that is trained on.

    KL(q || p) of the conditionals stands where -log p of the tokens did, with the same weights, in
    nats per token: less than the loss by the entropy of the conditionals, zero at the true ones.
    """

    language: Language
    objective: DrawnTokens | FewMasksFirst | LittleNoiseFirst

    @property
    def causal(self) -> bool:
        """That of the objective."""
        return self.objective.causal

    @property
    def noise(self) -> Noise | None:
        """The noise of the objective, None where it masks."""
        return getattr(self.objective, "noise", None)

    def at(self, progress: float) -> "ExactTargets":
        """The same of the loss when `progress` in [0, 1) of the updates is done."""
        if isinstance(self.objective, FewMasksFirst | LittleNoiseFirst):
            return replace(self, objective=self.objective.at(progress))
        return self

    def loss(
        self, model: Predictor | NoisyPredictor, tokens: Tensor, generator: torch.Generator
    ) -> Tensor:
        """KL in nats per token of sequences (B, L), as (B,); of a curriculum that of its end."""
        objective = self.objective
        if isinstance(objective, FewMasksFirst | LittleNoiseFirst):
            objective = objective.at(1.0)
        if isinstance(objective, DenoisingCrossEntropy):
            return objective.divergence(model, tokens, generator, self.language)
        masked, weights = objective.mask(tokens.shape, generator)
        return masked_divergence(cast(Predictor, model), tokens, masked, weights, self.language)
