"""What a denoiser of noisy tokens is trained on: losses in nats per token for each sequence.

A level is drawn for each sequence, its tokens are corrupted at it, and the denoiser is asked for
the clean ones. All draws are made on the generator's device and moved.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from synthetic.arguments import check_method, checked
from synthetic.denoisers.leave_one_out import posterior_of_leave_one_out
from synthetic.denoisers.noisy_oracle import NoisyOracle
from synthetic.languages.language import Language
from synthetic.noise import Noise, Uniform
from synthetic.training.level_laws import HalfLogUniform, LevelLaw
from synthetic.training.objective import Predictor, divergences


class NoisyPredictor(Protocol):
    """Noisy tokens (B, L) and levels (B, L) in, logits or log-probabilities (B, L, V) out."""

    def __call__(self, tokens: Tensor, eta: Tensor) -> Tensor:
        """Logits (B, L, V) of the clean tokens, in nats up to a constant for each position."""
        ...


@checked
@dataclass(frozen=True)
class DenoisingCrossEntropy:
    """Mean over positions of -log p(x_i | all noisy tokens, level), levels drawn from `levels`.

    At the true conditionals the expected loss is the mean over levels and positions of the entropy
    H(x_i | y) of a clean token given all noisy ones, y_i included: no bound of a likelihood.
    With `leave_one_out` the model gives what the other tokens say, and the law of the clean token
    follows from that and its own noisy one (arXiv 2605.22765, equation 13): at little noise, where
    that is nearly a point mass, nothing is left to learn but the rare correction.
    """

    noise: Noise
    levels: LevelLaw = HalfLogUniform()  # noqa: RUF009
    leave_one_out: bool = False

    causal: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_method("levels", self.levels, "draw", "HalfLogUniform()")

    def loss(
        self, model: Predictor | NoisyPredictor, tokens: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,)."""
        noisy, eta = corrupted(self.noise, self.levels, tokens, generator)
        logits = self._learned(model, noisy, eta)
        return F.cross_entropy(logits.transpose(1, 2), tokens, reduction="none").mean(dim=1)

    def divergence(
        self,
        model: Predictor | NoisyPredictor,
        tokens: Tensor,
        generator: torch.Generator,
        language: Language,
    ) -> Tensor:
        """Mean KL(q(x_i | y) || p(x_i | y)) in nats over the positions of sequences (B, L), as
        (B,), q the language: what the loss has in expectation above the least it can be."""
        noisy, eta = corrupted(self.noise, self.levels, tokens, generator)
        exact = NoisyOracle(language, self.noise)
        true = exact(noisy.to(language.device), eta.to(language.device))
        return divergences(true, self._learned(model, noisy, eta)).mean(dim=1)

    def _learned(self, model: Predictor | NoisyPredictor, noisy: Tensor, eta: Tensor) -> Tensor:
        """Logits of the clean tokens (B, L, V), in float32 or better."""
        logits = cast(NoisyPredictor, model)(noisy, eta)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        if not self.leave_one_out:
            return logits
        others = logits.double().log_softmax(dim=-1)
        return posterior_of_leave_one_out(others, noisy, eta, self.noise)


@checked
@dataclass(frozen=True)
class UniformBound:
    """The negative evidence lower bound of uniform diffusion in continuous time, per token.

    UDLM's bound (arXiv 2412.10193, equation 18): the divergence of the paths of the reverse process
    given the clean token from those of the model's. From an observed symbol i to another j, at
    noise eta, both jump at the rate (1 / V) a_j d eta / (1 - eta), with l(j | x) the likelihood,

        a_j = l(j | x_0) / l(i | x_0)  of the clean token,
        a_j = sum_x p(x | y) l(j | x) / l(i | x)  of the model,

    and the bound is the integral of (1 / V) sum_(j != i) [a log(a / a') - a + a'] over levels. The
    published form has the model's law in the place of the clean token, so that it is minimised by
    the law given the *other* tokens, this one by the posterior: the same rates. Levels are drawn
    from a law with a density, by whose inverse they are weighed. At the true conditionals the
    expected loss is exactly H / L, the entropy per token.
    """

    noise: Uniform
    levels: HalfLogUniform = HalfLogUniform()  # noqa: RUF009

    causal: ClassVar[bool] = False

    def loss(
        self, model: Predictor | NoisyPredictor, tokens: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Loss in nats per token of sequences (B, L), as (B,) float64."""
        noisy, eta = corrupted(self.noise, self.levels, tokens, generator)
        predicted = cast(NoisyPredictor, model)(noisy, eta).double().softmax(dim=-1)
        terms = self.rate(predicted, tokens, noisy, eta)
        level = eta[:, 0]
        weights = 1 / ((1 - level) * self.levels.density(level))
        # At level 1 nothing is known: the jumps of both are equal there.
        return torch.where(level < 1, terms.mean(dim=1) * weights, 0.0)

    def rate(self, predicted: Tensor, tokens: Tensor, noisy: Tensor, eta: Tensor) -> Tensor:
        """The integrand times 1 - eta in nats, (B, L), of laws (B, L, V) of the clean tokens."""
        size = self.noise.vocab_size
        flat = (eta / size).unsqueeze(-1)
        keep = (1 - eta).unsqueeze(-1)
        likelihood = (
            keep * F.one_hot(noisy, size) + flat
        )  # l(i | x) of the observed symbol i, each x
        weighed = predicted / likelihood
        jumps = keep * weighed + flat * weighed.sum(dim=-1, keepdim=True)
        clean = keep * F.one_hot(tokens, size) + flat
        true = clean / clean.gather(-1, noisy.unsqueeze(-1))
        terms = torch.special.xlogy(true, true / jumps) - true + jumps
        return terms.scatter(-1, noisy.unsqueeze(-1), 0.0).sum(dim=-1) / size


def corrupted(
    noise: Noise, levels: LevelLaw, tokens: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Noisy tokens (B, L) and their levels (B, L), one level a sequence."""
    eta = levels.draw(len(tokens), generator).to(tokens.device).unsqueeze(1).expand(tokens.shape)
    return noise.corrupt(tokens, eta, generator), eta
