"""A trained bidirectional transformer as a denoiser of noisy tokens."""

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.denoisers.leave_one_out import posterior_of_leave_one_out
from synthetic.denoisers.network import check_input
from synthetic.device import exact_device
from synthetic.models.transformer import Transformer
from synthetic.noise import Noise, noise_levels


@checked
class NoisyNetwork:
    """The law of each clean token a transformer gives: float64 log-softmax of its logits.

    The transformer reads the noisy tokens, and their noise levels where its config has
    `noise_level`; otherwise the levels count for nothing. Log-probabilities are in nats and finite.
    `noise` is that of its training. With `leave_one_out` the logits are of what the other tokens
    say, as it was trained then, and its own noisy token is added to it; rows at level 0 are point
    masses. The model is used as it is, without gradients.
    """

    def __init__(self, model: Transformer, noise: Noise, *, leave_one_out: bool = False) -> None:
        if model.config.causal:
            raise ValueError("NoisyNetwork needs a bidirectional transformer, got a causal one")
        if not isinstance(noise, Noise):
            raise TypeError(f"NoisyNetwork takes noise such as Uniform(8), got {noise!r}")
        if noise.vocab_size != model.config.vocab_size:
            raise ValueError(
                f"noise and model have the same symbols, got {noise.vocab_size} and "
                f"{model.config.vocab_size}"
            )
        self.model, self.noise, self.leave_one_out = model.eval(), noise, leave_one_out

    @property
    def vocab_size(self) -> int:
        """V, the number of clean symbols 0..V-1."""
        return self.model.config.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned: the model's, but the CPU for mps."""
        return exact_device(self.model.device)

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Log-probabilities (B, L, V) in nats, float64, of noisy tokens (B, L) at level eta."""
        masked = self.noise.shown > self.vocab_size
        tokens = check_input(self.model, tokens, masked=masked).to(self.device)
        levels = noise_levels(eta, tokens)
        with torch.inference_mode():
            logits = self.model(tokens.to(self.model.device), levels.to(self.model.device))
        # Outside inference mode, so that a sampler may change what it is given.
        law = torch.log_softmax(logits.to(self.device).double(), dim=-1)
        if self.leave_one_out:
            return posterior_of_leave_one_out(law, tokens, levels, self.noise)
        return law
