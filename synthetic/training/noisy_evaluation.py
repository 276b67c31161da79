"""How good a denoiser of noisy tokens is: held-out loss, excess and divergence by noise level."""

from dataclasses import replace

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.denoisers.denoiser import check_log_probs
from synthetic.denoisers.noisy_denoiser import (
    NoisyDenoiser,
    as_noisy_denoiser,
    check_noisy_denoiser,
)
from synthetic.denoisers.noisy_oracle import NoisyOracle
from synthetic.languages.language import Language
from synthetic.noise import Noise, noise_levels
from synthetic.quantities import Estimate, mean_estimate
from synthetic.training.evaluation import HeldOut, check_vocabulary, over_batches
from synthetic.training.noisy_objective import DenoisingCrossEntropy, UniformBound
from synthetic.training.objective import divergences


@checked
def evaluate_noisy(
    denoiser: NoisyDenoiser,
    language: Language,
    objective: DenoisingCrossEntropy | UniformBound,
    *,
    length: int,
    sequences: int = 8192,
    seed: int = 0,
) -> HeldOut:
    """Held-out loss of an objective and its excess over the exact denoiser on the same draws.

    Both in nats per token. The excess of `DenoisingCrossEntropy` is in expectation the mean
    divergence of the learned posteriors over levels and positions, that of `UniformBound` the
    divergence of the learned reverse process, which bounds that of what it generates.
    """
    if isinstance(objective, DenoisingCrossEntropy):
        # A denoiser gives the law with its own token, whatever form it was trained in.
        objective = replace(objective, leave_one_out=False)
    noisy_denoiser = _checked(denoiser, objective.noise)
    check_vocabulary(noisy_denoiser.vocab_size, language)
    exact = NoisyOracle(language, objective.noise)

    def measure(tokens: Tensor, generator: torch.Generator) -> Tensor:
        state = generator.get_state()
        loss = objective.loss(noisy_denoiser, tokens, generator)
        generator.set_state(state)
        least = objective.loss(exact, tokens.to(language.device), generator)
        return torch.stack((loss, loss - least.to(loss.device)))

    loss, excess = over_batches(measure, noisy_denoiser.device, language, length, sequences, seed)
    name = type(objective).__name__
    return HeldOut(
        mean_estimate(loss, f"{name}, mean over held-out sequences"),
        mean_estimate(excess, f"{name} less that of the exact denoiser, paired mean"),
    )


@checked
def noisy_divergence(
    denoiser: NoisyDenoiser,
    language: Language,
    noise: Noise,
    *,
    eta: float,
    length: int,
    sequences: int = 2048,
    seed: int = 0,
) -> Estimate:
    """The learning error at one noise level: mean KL(q(x_i | y) || p(x_i | y)) in nats per token.

    Over held-out sequences, corrupted at level eta, and all their positions.
    """
    noisy_denoiser = _checked(denoiser, noise)
    check_vocabulary(noisy_denoiser.vocab_size, language)
    exact = NoisyOracle(language, noise)

    def measure(tokens: Tensor, generator: torch.Generator) -> Tensor:
        noisy = noise.corrupt(tokens, eta, generator)
        true = exact(noisy.to(language.device), eta)
        terms = divergences(true, noisy_denoiser(noisy, eta))
        unknown = ~noise.known(noisy, eta).to(terms.device)
        return torch.where(unknown, terms, 0.0).mean(dim=1).unsqueeze(0)

    (divergence,) = over_batches(measure, noisy_denoiser.device, language, length, sequences, seed)
    return mean_estimate(divergence, f"KL(q || p) of tokens at noise {eta:g}, held-out sequences")


def _checked(denoiser: NoisyDenoiser, noise: Noise) -> NoisyDenoiser:
    """The denoiser with its rows checked and normalised where they are in doubt."""
    checked = check_noisy_denoiser(denoiser)

    def rows(tokens: Tensor, eta: float | Tensor) -> Tensor:
        doubt = ~noise.known(tokens, noise_levels(eta, tokens))
        return check_log_probs(checked(tokens, eta), tokens, checked.vocab_size, doubt)

    return as_noisy_denoiser(rows, checked.vocab_size, checked.device)
